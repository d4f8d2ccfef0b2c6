"""What is checked of every row: declared once, counted by the build, asked again for the rows.

Conditions are SQL of a row ``t`` that both engines read alike. ``{until}`` is the first day that is
not known yet.
"""

from dataclasses import dataclass

from crm_data.tables.model import TABLES

EARLIEST = "DATE '1970-01-01'"
_EARLIEST_BIRTH = "DATE '1900-01-01'"
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15  # E.164 has 15 at the most; fewer than 7 is an extension


@dataclass(frozen=True)
class Check:
    """A rule about a field, broken by rows for which ``condition`` is true.

    ``is_counted`` is False where a mart already counts it (``crm_data.marts.findings``); the
    condition then only finds the rows. ``needs`` is a table without whose rows nothing is asked.
    """

    rule: str
    table: str
    field: str
    condition: str
    is_counted: bool = True
    needs: str = ""

    @property
    def is_of_one_row(self) -> bool:
        """Whether the row alone tells."""
        return "SELECT" not in self.condition


# Child column -> parent table and key. Key columns carry the parent's own name.
REFERENCES: tuple[tuple[str, str, str, str], ...] = tuple(
    (child, column, parent, key)
    for parent, key, children in (
        (
            "customers",
            "customer_id",
            "orders contacts subscriptions interactions opportunities campaign_members "
            "touchpoints tickets survey_responses leads",
        ),
        ("campaigns", "campaign_id", "orders campaign_members campaign_costs"),
        (
            "employees",
            "employee_id",
            "orders.owner_id customers.owner_id opportunities.owner_id tickets.agent_id",
        ),
        ("products", "product_id", "order_lines opportunities"),
        ("opportunities", "opportunity_id", "opportunity_events"),
    )
    for word in children.split()
    for child, _, named in (word.partition("."),)
    for column in (named or key,)
)

_EMAILS = ("customers", "contacts", "employees")
_PHONES = ("customers", "contacts")
_NEVER_NEGATIVE = (
    "products.list_price", "products.unit_cost", "order_lines.unit_price", "opportunities.amount",
    "campaigns.budget", "campaign_costs.amount", "quotas.amount", "touchpoints.cost",
)  # fmt: skip
_IN_ORDER = (  # table, what comes first, what cannot be before it
    ("leads", "created_at", "first_response_at"),
    ("leads", "created_at", "converted_at"),
    ("opportunities", "created_at", "closed_at"),
    ("campaigns", "started_on", "ended_on"),
    ("campaign_members", "sent_at", "opened_at"),
    ("campaign_members", "sent_at", "clicked_at"),
    ("employees", "hired_on", "left_on"),
    ("survey_responses", "sent_at", "responded_at"),
    ("survey_invitations", "sent_at", "delivered_at"),
    ("quotas", "period_start", "period_end"),
)
_ONE_EACH = (
    "customers.email", "customers.phone", "contacts.email", "employees.email", "products.name",
    "campaigns.name",
)  # fmt: skip
_LINE = "order_id, product_id, quantity, unit_price, amount, attributes"


def _split(name: str) -> tuple[str, str]:
    table, _, field = name.partition(".")
    return table, field


def _digits(field: str) -> str:
    return f"length(regexp_replace(t.{field}, '[^0-9]', '', 'g'))"


def _shared(table: str, field: str) -> str:
    inner = (
        f"SELECT lower({field}) FROM {table} WHERE {field} IS NOT NULL "
        f"GROUP BY lower({field}) HAVING count(*) > 1"
    )
    return f"lower(t.{field}) IN ({inner})"


_CLOCKS = tuple(
    Check(rule, spec.name, spec.clock, f"t.{spec.clock} {border}")
    for spec in TABLES
    if spec.clock and spec.name not in ("subscriptions", "campaigns", "exchange_rates")
    for rule, border in (("in_future", ">= {until}"), ("too_old", f"< {EARLIEST}"))
)

_OF_MARTS = (
    Check("orders_without_customer", "orders", "customer_id", "t.customer_id IS NULL"),
    Check(
        "lines_without_customer", "order_lines", "customer_id",
        "t.order_id IN (SELECT order_id FROM orders WHERE customer_id IS NULL)",
    ),
    Check("orders_without_day", "orders", "ordered_on", "t.ordered_on IS NULL"),
    Check(
        "orders_without_value", "orders", "amount",
        "t.order_id IN (SELECT order_id FROM order_facts WHERE is_counted AND net_amount IS NULL)",
    ),
    Check(
        "amount_differs_from_lines", "orders", "amount",
        "t.amount <> (SELECT sum(l.amount) FROM order_lines l WHERE l.order_id = t.order_id)",
    ),
    Check(
        "orphans", "order_lines", "order_id", "t.order_id NOT IN (SELECT order_id FROM orders)"
    ),
    Check("contracts_without_customer", "subscriptions", "customer_id", "t.customer_id IS NULL"),
    Check("contracts_without_start", "subscriptions", "started_on", "t.started_on IS NULL"),
    Check(
        "contracts_end_before_start", "subscriptions", "ended_on", "t.ended_on < t.started_on"
    ),
    Check(
        "contracts_without_amount", "subscriptions", "monthly_amount",
        "(t.monthly_amount IS NULL OR t.monthly_amount < 0)",
    ),
    *(
        Check(
            f"tickets_{problem}", "tickets", field,
            f"t.ticket_id IN (SELECT ticket_id FROM ticket_facts WHERE problem = '{problem}')",
        )
        for problem, field in (
            ("response_before_creation", "first_response_at"),
            ("resolution_before_creation", "resolved_at"),
            ("resolution_before_response", "resolved_at"),
        )
    ),
    Check("tickets_without_creation", "tickets", "created_at", "t.created_at IS NULL"),
    Check(
        "answers_with_impossible_score", "survey_responses", "score",
        "t.response_id IN (SELECT response_id FROM survey_facts WHERE NOT is_possible)",
    ),
)  # fmt: skip

CHECKS: tuple[Check, ...] = (
    *(Check(c.rule, c.table, c.field, c.condition, is_counted=False) for c in _OF_MARTS),
    *(
        Check(
            "orphans", child, column,
            f"t.{column} IS NOT NULL AND t.{column} NOT IN (SELECT {key} FROM {parent})",
            needs=parent,
        )
        for child, column, parent, key in REFERENCES
    ),
    *(
        Check(
            "email_invalid", table, "email",
            "(t.email NOT LIKE '%_@_%._%' OR t.email LIKE '% %' OR t.email LIKE '%@%@%')",
        )
        for table in _EMAILS
    ),
    *(
        Check(
            "phone_invalid", table, "phone",
            f"{_digits('phone')} NOT BETWEEN {_FEWEST_DIGITS} AND {_MOST_DIGITS}",
        )
        for table in _PHONES
    ),
    *(
        Check("name_damaged", table, "name", f"t.name LIKE '%{chr(0xFFFD)}%'")
        for table in ("customers", "contacts", "employees", "products", "campaigns")
    ),
    Check(
        "birth_impossible", "customers", "birth_on",
        f"(t.birth_on < {_EARLIEST_BIRTH} OR t.birth_on >= {{until}})",
    ),
    *(Check("negative", *_split(name), f"t.{_split(name)[1]} < 0") for name in _NEVER_NEGATIVE),
    Check("outside_0_1", "opportunities", "probability", "t.probability NOT BETWEEN 0 AND 1"),
    *_CLOCKS,
    *(
        Check("before_begin", table, later, f"t.{later} < t.{earlier}")
        for table, earlier, later in _IN_ORDER
    ),
    Check("deals_without_customer", "opportunities", "customer_id", "t.customer_id IS NULL"),
    Check(
        "closed_without_day", "opportunities", "closed_at",
        "(t.outcome IN ('won', 'lost') AND t.closed_at IS NULL)",
    ),
    Check(
        "closed_without_outcome", "opportunities", "outcome",
        "(t.outcome IS NULL AND t.closed_at IS NOT NULL)",
    ),
    Check(
        "won_without_value", "opportunities", "amount",
        "(t.outcome = 'won' AND t.amount IS NULL)",
    ),
    *(Check("shared", *_split(name), _shared(*_split(name))) for name in _ONE_EACH),
    Check(
        "repeated", "order_lines", "line_no",
        f"(t.order_id, t.line_no) IN (SELECT order_id, line_no FROM (SELECT order_id, line_no, "
        f"row_number() OVER (PARTITION BY {_LINE} ORDER BY line_no) AS place FROM order_lines "
        "WHERE product_id IS NOT NULL) p WHERE place > 1)",
        is_counted=False,
    ),
)  # fmt: skip

_BY_NAME = {(check.rule, check.table, check.field): check for check in CHECKS}


def check_named(rule: str, table: str, field: str) -> Check | None:
    """Return the check of a finding; None for one of another release."""
    return _BY_NAME.get((rule, table, field))
