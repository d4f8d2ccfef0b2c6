"""What churn is predicted from: customers as they were known at the end of a past day.

Everything is read by its own date: what is dated after the day (an answer to a ticket, the end of a
contract, a survey, an order) is not there. Moved from before the day to after it, a fact leaves the
features; moved about after it, it changes none. What that cannot see: a date that was written
later than the fact (a backdated contact), the status of an order, whose day is that of the order,
and what has no date at all (``UNDATED`` and attributes), which is as it is today.

Members of ``contract`` hold a running contract at the day, and have left where none runs
``horizon_days`` later. Members of ``silence`` had a paid order within ``silence_days`` up to the
day, and have left where none follows within ``horizon_days``. Who was lost by the day is neither.
A contract runs up to the day before ``ended_on``, as in ``churn_contracts``. Runs in DuckDB.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.marts import churn_as_of as known
from crm_data.tables.marts import NEVER

MOST_KEYS = 20
ATTRIBUTES = "attributes."
NUMBERS = (
    "days_since_last_order", "days_since_first_order", "order_days", "order_days_90d",
    "order_days_90d_before", "overdue", "net_amount_90d", "net_amount_90d_before",
    "returned_share", "contract_age_days", "monthly_amount", "tickets_90d", "complaints_90d",
    "complaint_response_hours", "unanswered_tickets", "last_nps", "last_csat", "contacts_90d",
    "days_since_last_contact", "campaigns_90d",
)  # fmt: skip
FLAGS = ("was_upgraded", "was_downgraded")
UNDATED = ("kind", "region", "source")
FEATURES = (*NUMBERS, *FLAGS, *UNDATED)

# overdue: days since the last order ÷ the customer's mean gap between order days. Days and gaps
# are of paid orders, amounts net of returns; returned_share is returns ÷ counted orders.
# complaint_response_hours: the longest wait for an answer to a complaint; one without an answer
# waits up to the end of the day. Where a source begins later than the window does, what was
# counted in the window is missing: not observed is not zero.
CHURN_INPUTS = FrameSpec(
    "churn_inputs",
    "one row per member as of the day, by customer id",
    ("customer_no",),
    columns_of(
        "customer_no:count customer_id:text has_left:flag "
        + " ".join(f"{name}:number" for name in NUMBERS)
        + " "
        + " ".join(f"{name}:flag" for name in FLAGS)
        + " "
        + " ".join(f"{name}:text" for name in UNDATED)
    ),
)

# first_on and last_on of what membership is about. Ends that have not come yet are no last day.
CHURN_SPAN = FrameSpec("churn_span", "one row", (), columns_of("first_on:day last_on:day"))
ATTRIBUTE_KEYS = FrameSpec(
    "attribute_keys", "one row per key of customers' attributes", ("key",), columns_of("key:text")
)


def attribute_keys_sql(most: int = MOST_KEYS) -> str:
    """Return the SELECT of ``ATTRIBUTE_KEYS``: the most frequent keys."""
    return f"""
SELECT key FROM (SELECT unnest(json_keys(attributes)) AS key FROM customers
                 WHERE json_type(attributes) = 'OBJECT')
GROUP BY key ORDER BY count(*) DESC, key LIMIT {most}
"""


def is_dated(field: str) -> bool:
    """Return whether a feature is known as of a past day; what has no date is as it is today."""
    return field not in UNDATED and not field.startswith(ATTRIBUTES)


def churn_inputs(keys: Sequence[str] = ()) -> FrameSpec:
    """Return ``CHURN_INPUTS`` with one text column ``attributes.<key>`` per key."""
    added = tuple(Column(ATTRIBUTES + key, "text") for key in keys)
    return FrameSpec(
        CHURN_INPUTS.name, CHURN_INPUTS.grain, CHURN_INPUTS.key, CHURN_INPUTS.columns + added
    )


def churn_span_sql(kind: str, as_of: date) -> str:
    """Return the SELECT of ``CHURN_SPAN`` for ``contract`` or ``silence``, up to a day."""
    days = "SELECT ordered_on AS day FROM order_facts WHERE status = 'paid'"
    if kind == "contract":
        days = (
            "SELECT started_on AS day FROM subscriptions UNION ALL "
            "SELECT ended_on FROM subscriptions"
        )
    return (
        f"SELECT min(day) AS first_on, max(day) AS last_on FROM ({days}) "
        f"WHERE day BETWEEN DATE '{NEVER + timedelta(days=1)}' AND DATE '{as_of}'"
    )


def churn_inputs_sql(
    kind: str,
    known_until: date,
    *,
    horizon_days: int,
    silence_days: int,
    keys: Sequence[str] = (),
    with_holders: bool = False,
    most: int | None = None,
) -> str:
    """Return the SELECT of ``churn_inputs(keys)``.

    Parameters
    ----------
    kind : str
        ``contract`` or ``silence``: whose labels are asked for.
    known_until : date
        The day; at its end everything dated up to it is known.
    horizon_days : int
        ``has_left`` is of so many days after it: only of use where the data holds them all.
    silence_days : int
        Of members of ``silence``.
    keys : sequence of str
        Attributes of customers to be added.
    with_holders : bool
        Whether customers who have or had a contract by the day are members of ``silence``, too.
    most : int, optional
        At most so many members, chosen by a hash of their ids: the same on every day.
    """
    day, until = known_until, known_until + timedelta(days=horizon_days)
    named = named_attributes(keys)
    joined = "LEFT JOIN customers own USING (customer_id)" if keys else ""
    members = (
        known.holders_sql()
        if kind == "contract"
        else known.buyers_sql(day, silence_days, with_holders)
    )
    has_left = (
        "kept.customer_no IS NULL" if kind == "contract" else "NOT coalesce(buys_later, FALSE)"
    )
    ordered = "" if most is None else f"ORDER BY md5(customer_id), customer_id LIMIT {most}"
    return f"""
WITH held AS ({known.held_sql(day)}),
members AS (
  SELECT customer_no, customer_id, f.kind, f.region, f.source
  FROM customer_facts f WHERE customer_no IN ({members}) {ordered}
),
kept AS ({known.kept_sql(until)}),
{as_known(day, until)}
SELECT m.customer_no, m.customer_id, {has_left} AS has_left,
       {known_features(day)}{named}
FROM {KNOWN_OF_MEMBERS}
LEFT JOIN kept USING (customer_no)
{joined}
ORDER BY m.customer_id
"""


def as_known(day: date, until: date) -> str:
    """Return the CTEs of ``KNOWN_OF_MEMBERS``, after ``held`` and ``members``."""
    return f"""contracts AS ({known.contracts_sql(day)}),
bought AS ({known.bought_sql(day, until)}),
cases AS ({known.cases_sql(day)}),
met AS ({known.contacts_sql(day)}),
said AS ({known.answers_sql(day)}),
reached AS ({known.campaigns_sql(day)}),
seen AS ({known.observed_sql(day)})"""


KNOWN_OF_MEMBERS = """members m CROSS JOIN seen s
LEFT JOIN contracts c USING (customer_no)
LEFT JOIN bought b USING (customer_no)
LEFT JOIN cases t USING (customer_id)
LEFT JOIN met i USING (customer_id)
LEFT JOIN said a USING (customer_id)
LEFT JOIN reached r USING (customer_id)"""


def known_features(day: date) -> str:
    """Return the columns ``FEATURES`` of ``KNOWN_OF_MEMBERS``."""
    return f"""DATE '{day}' - b.last_on AS days_since_last_order,
       DATE '{day}' - b.first_on AS days_since_first_order,
       coalesce(b.order_days, 0) AS order_days,
       CASE WHEN s.orders THEN coalesce(b.order_days_90d, 0) END AS order_days_90d,
       CASE WHEN s.orders_before THEN coalesce(b.order_days_90d_before, 0) END
         AS order_days_90d_before,
       CASE WHEN b.order_days > 1 THEN (DATE '{day}' - b.last_on) * (b.order_days - 1)
            / CAST(b.last_on - b.first_on AS DOUBLE) END AS overdue,
       CASE WHEN s.orders THEN coalesce(b.net_amount_90d, 0) END AS net_amount_90d,
       CASE WHEN s.orders_before THEN coalesce(b.net_amount_90d_before, 0) END
         AS net_amount_90d_before,
       b.returned_share, c.contract_age_days, c.monthly_amount,
       CASE WHEN s.tickets THEN coalesce(t.tickets_90d, 0) END AS tickets_90d,
       CASE WHEN s.tickets THEN coalesce(t.complaints_90d, 0) END AS complaints_90d,
       t.complaint_response_hours, coalesce(t.unanswered_tickets, 0) AS unanswered_tickets,
       a.last_nps, a.last_csat,
       CASE WHEN s.contacts THEN coalesce(i.contacts_90d, 0) END AS contacts_90d,
       DATE '{day}' - i.last_contact_on AS days_since_last_contact,
       CASE WHEN s.campaigns THEN coalesce(r.campaigns_90d, 0) END AS campaigns_90d,
       c.was_upgraded, c.was_downgraded, m.kind, m.region, m.source"""


def named_attributes(keys: Sequence[str]) -> str:
    """Return columns ``attributes.<key>`` of ``customers own``, each after a comma."""
    return "".join(
        f",\n       json_extract_string(own.attributes, {pointer(key)}) "
        f"AS {quoted(ATTRIBUTES + key)}"
        for key in keys
    )


def pointer(key: str) -> str:
    """Return SQL: the JSON pointer of a top-level key, whatever characters it holds."""
    path = "/" + key.replace("~", "~0").replace("/", "~1")
    return "'" + path.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return SQL: a name of a column, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'
