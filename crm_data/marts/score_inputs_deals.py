"""What winning a deal is predicted from: open deals as they were known at the end of a past day.

Everything is read as of the day: states of ``opportunity_snapshots``, contacts and orders by their
own dates, results of an owner, a source or a customer as they were by then. What that cannot see is
what has no date at all (``UNDATED``, and whose deal it is), which is as it is today; how many
contacts a customer has is not read, as nothing says since when.

A state is known then only where the history holds changes of it: without them, a snapshot repeats
what a deal is now, and says of closed deals what it does not say of open ones. So each field counts
from its first recorded change on (``DATED_FROM_SQL``), and is missing on the days before. The order
of stages is not read either: it is learnt from the whole history. Runs in DuckDB.
"""

from collections.abc import Collection
from datetime import date, timedelta

from crm_data.frames import FrameSpec, columns_of

CONTACT_DAYS = 30
LEAST_WON = 20  # amounts below which nothing is usual
_PRIOR = 10  # closed deals that the rate of all counts as, in the rate of an owner or a source

# amount_ratio: logarithm of the amount ÷ the usual one (median of deals won by the day in the same
# pipeline and category); amount_growth: of the amount ÷ the first one. days_to_close: up to the
# expected close, below zero where that is past. Rates are drawn toward that of all deals.
NUMBERS = (
    "days_in_stage", "age_days", "amount_ratio", "amount_growth", "pushes", "pulls",
    "days_to_close", "probability", "handovers", "owner_win_rate", "source_win_rate",
    "customer_won", "customer_lost", "contacts_30d", "days_since_last_contact",
)  # fmt: skip
FLAGS = ("is_existing",)
TEXTS = ("stage", "forecast_category")
UNDATED = ("pipeline", "source", "category")
FEATURES = (*NUMBERS, *FLAGS, *TEXTS, *UNDATED)
# Of the states of a deal, those of which the history may hold changes.
STATES = ("stage", "amount", "probability", "forecast_category", "expected_close_on", "owner_id")

DEAL_INPUTS = FrameSpec(
    "deal_inputs",
    "one row per deal open at the end of the day, by id",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count opportunity_id:text is_won:flag "
        + " ".join(f"{name}:number" for name in NUMBERS)
        + " "
        + " ".join(f"{name}:flag" for name in FLAGS)
        + " "
        + " ".join(f"{name}:text" for name in (*TEXTS, *UNDATED))
    ),
)
# days_to_end: ninth tenth of the days from creation to the end, of deals closed since the day.
DEAL_SPAN = FrameSpec(
    "deal_span",
    "one row: days with news of deals, deals closed in the last 24 months and how long they took",
    (),
    columns_of("first_on:day last_on:day closed:count days_to_end:number"),
)
DEAL_SPAN_SQL = """
WITH days AS (SELECT min(valid_from) AS first_on, max(valid_from) AS last_on
              FROM opportunity_snapshots)
SELECT first_on, last_on, count(f.closed_on) AS closed,
       quantile_disc(f.closed_on - f.created_on, 0.9) AS days_to_end
FROM days LEFT JOIN deal_facts f
  ON f.outcome IS NOT NULL AND f.closed_on > last_on - INTERVAL 24 MONTH AND f.closed_on <= last_on
  AND f.closed_on >= f.created_on
GROUP BY ALL
"""

DATED_FROM = FrameSpec(
    "dated_from", "one row", (), columns_of(" ".join(f"{n}:day" for n in STATES))
)
# Closing changes states that were never told before: only changes of open deals count. Of many
# deals only some are looked at, evenly by number.
DATED_FROM_SQL = (
    "SELECT "
    + ", ".join(
        f"min(valid_from) FILTER (old_{name} IS NOT NULL AND {name} IS DISTINCT FROM old_{name}) "
        f"AS {name}"
        for name in STATES
    )
    + "\nFROM (SELECT *, "
    + ", ".join(f"lag({name}) OVER deal AS old_{name}" for name in STATES)
    + ", lag(outcome) OVER deal AS old_outcome FROM opportunity_snapshots "
    "WHERE opportunity_no % (SELECT greatest(count(*) // 50000, 1) FROM deal_facts) = 0 "
    "WINDOW deal AS (PARTITION BY opportunity_no ORDER BY valid_from)) "
    "WHERE outcome IS NULL AND old_outcome IS NULL"
)


def deal_inputs_sql(
    day: date, *, horizon_days: int, dated: Collection[str], most: int | None = None
) -> str:
    """Return the SELECT of ``DEAL_INPUTS``.

    Parameters
    ----------
    day : date
        At its end everything dated up to it is known.
    horizon_days : int
        ``is_won`` is whether the deal is won so many days later: only of use where the data holds
        them all.
    dated : collection of str
        Those of ``STATES`` whose changes were recorded by the day; the others are missing, but the
        owner, who is then the one of today.
    most : int, optional
        At most so many deals, chosen by a hash of their ids: the same on every day.
    """
    known = {name: f"s.{name}" if name in dated else "NULL" for name in STATES}
    told = {name: name in dated for name in STATES}
    chosen = (
        "" if most is None else f"ORDER BY md5(f.opportunity_id), f.opportunity_id LIMIT {most}"
    )
    since = day - timedelta(days=CONTACT_DAYS - 1)
    end = day + timedelta(days=1)
    return f"""
WITH states AS ({_states(day)}),
members AS (
  SELECT s.*, f.opportunity_id, f.customer_id, f.source, f.category, f.created_on
  FROM states s JOIN deal_facts f USING (opportunity_no)
  WHERE s.outcome IS NULL {chosen}
),
closed AS (
  SELECT s.pipeline, f.category, s.owner_id, f.source, f.customer_id, s.outcome = 'won' AS is_won,
         s.amount
  FROM states s JOIN deal_facts f USING (opportunity_no) WHERE s.outcome IS NOT NULL
),
everybody AS (SELECT avg(CAST(is_won AS DOUBLE)) AS rate FROM closed),
owners AS ({_rates("owner_id")}),
sources AS ({_rates("source")}),
customers_ AS (
  SELECT customer_id, count(*) FILTER (is_won) AS won, count(*) FILTER (NOT is_won) AS lost
  FROM closed WHERE customer_id IN (SELECT customer_id FROM members) GROUP BY ALL
),
usual AS (
  SELECT pipeline, category, median(CAST(amount AS DOUBLE)) AS amount
  FROM closed WHERE is_won AND amount > 0 GROUP BY ALL HAVING count(*) >= {LEAST_WON}
),
later AS (
  {_states(day + timedelta(days=horizon_days))}
  AND opportunity_no IN (SELECT opportunity_no FROM members)
),
firsts AS (
  SELECT opportunity_no, min(valid_from) AS known_on, arg_min(amount, valid_from) AS amount
  FROM opportunity_snapshots
  WHERE opportunity_no IN (SELECT opportunity_no FROM members) AND valid_from <= DATE '{day}'
  GROUP BY ALL
),
met AS (
  SELECT customer_id, count(*) FILTER (occurred_at >= DATE '{since}') AS contacts_30d,
         CAST(max(occurred_at) AS DATE) AS last_on
  FROM interactions WHERE occurred_at < DATE '{end}'
    AND customer_id IN (SELECT customer_id FROM members) GROUP BY ALL
),
bought AS (
  SELECT DISTINCT customer_id FROM order_facts
  WHERE status = 'paid' AND ordered_on <= DATE '{day}'
    AND customer_id IN (SELECT customer_id FROM members)
),
seen AS (
  SELECT coalesce(min(occurred_at) < DATE '{since + timedelta(days=1)}', FALSE) AS contacts
  FROM interactions
)
SELECT s.opportunity_no, s.opportunity_id, coalesce(l.outcome = 'won', FALSE) AS is_won,
       {f"DATE '{day}' - s.stage_since_on" if told["stage"] else "NULL"} AS days_in_stage,
       DATE '{day}' - coalesce(least(s.created_on, i.known_on), i.known_on) AS age_days,
       CASE WHEN {known["amount"]} > 0 THEN ln(CAST(s.amount AS DOUBLE) / u.amount) END
         AS amount_ratio,
       CASE WHEN {known["amount"]} > 0 AND i.amount > 0
            THEN ln(CAST(s.amount AS DOUBLE) / CAST(i.amount AS DOUBLE)) END AS amount_growth,
       {"s.pushes" if told["expected_close_on"] else "NULL"} AS pushes,
       {"s.pulls" if told["expected_close_on"] else "NULL"} AS pulls,
       CAST({known["expected_close_on"]} AS DATE) - DATE '{day}' AS days_to_close,
       {known["probability"]} AS probability,
       {"s.handovers" if told["owner_id"] else "NULL"} AS handovers,
       o.rate AS owner_win_rate, c.rate AS source_win_rate,
       coalesce(k.won, 0) AS customer_won, coalesce(k.lost, 0) AS customer_lost,
       CASE WHEN seen.contacts AND s.customer_id IS NOT NULL THEN coalesce(m.contacts_30d, 0) END
         AS contacts_30d,
       DATE '{day}' - m.last_on AS days_since_last_contact,
       coalesce(k.won, 0) > 0 OR b.customer_id IS NOT NULL AS is_existing,
       {known["stage"]} AS stage, {known["forecast_category"]} AS forecast_category,
       s.pipeline, s.source, s.category
FROM members s JOIN firsts i USING (opportunity_no) CROSS JOIN seen
LEFT JOIN later l ON l.opportunity_no = s.opportunity_no
LEFT JOIN owners o ON o.owner_id = s.owner_id
LEFT JOIN sources c ON c.source = s.source
LEFT JOIN customers_ k ON k.customer_id = s.customer_id
LEFT JOIN usual u ON u.pipeline IS NOT DISTINCT FROM s.pipeline
  AND u.category IS NOT DISTINCT FROM s.category
LEFT JOIN met m ON m.customer_id = s.customer_id
LEFT JOIN bought b ON b.customer_id = s.customer_id
ORDER BY s.opportunity_id
"""


def undated(dated: Collection[str]) -> tuple[str, ...]:
    """Return the features that are as they are today, whatever the day."""
    rates = ("source_win_rate",) if "owner_id" in dated else ("source_win_rate", "owner_win_rate")
    return (*UNDATED, *rates)


def _states(day: date) -> str:
    return (
        f"SELECT * FROM opportunity_snapshots WHERE valid_from <= DATE '{day}' "
        f"AND (valid_to > DATE '{day}' OR valid_to IS NULL)"
    )


def _rates(key: str) -> str:
    return (
        f"SELECT {key}, (count(*) FILTER (is_won) + {_PRIOR} * rate) / (count(*) + {_PRIOR}) "
        f"AS rate FROM closed, everybody WHERE {key} IS NOT NULL GROUP BY {key}, rate"
    )
