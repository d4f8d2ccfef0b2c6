"""Tables of the data model. Kinds: see ``crm_data.frames.Kind``; money is DECIMAL(18,4)."""

from dataclasses import dataclass

from crm_data.errors import UsageError
from crm_data.frames import Kind


@dataclass(frozen=True)
class Field:
    """A column of a canonical table."""

    name: str
    kind: Kind
    is_key: bool = False


@dataclass(frozen=True)
class TableSpec:
    """A canonical table: grain, key, and the column whose maximum is its watermark.

    ``clock`` is a ``day`` or ``instant`` column, or None for tables without a time of their own.
    Every stored row also carries ``attributes`` (JSON of unknown source columns) and ``batch_id``.
    """

    name: str
    grain: str
    fields: tuple[Field, ...]
    clock: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(f.name for f in self.fields if f.is_key)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all declared columns, keys first, in published order."""
        return tuple(f.name for f in self.fields)

    @property
    def has_clock_of_days(self) -> bool:
        """Whether its clock says the day only."""
        return self.clock is not None and self.field(self.clock).kind == "day"

    def field(self, name: str) -> Field:
        """Return a declared column; ``KeyError`` when there is none of that name."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


_KIND_BY_NAME: dict[str, Kind] = {
    "amount": "money", "amount_original": "money", "cost": "money", "list_price": "money",
    "unit_cost": "money", "unit_price": "money", "monthly_amount": "money", "budget": "money",
    "goal_value": "money", "outcome_value": "money", "rate_to_company": "number",
    "quantity": "number", "probability": "share", "score": "number", "scale_max": "number",
    "line_no": "count", "impressions": "count", "clicks": "count", "reopened_count": "count",
    "contact_count": "count", "consent_email": "flag", "consent_phone": "flag",
    "attributes": "json", "period_start": "day", "period_end": "day",
}  # fmt: skip


def _kind(name: str) -> Kind:
    if name in _KIND_BY_NAME:
        return _KIND_BY_NAME[name]
    if name.endswith("_on"):
        return "day"
    if name.endswith("_at"):
        return "instant"
    if name.startswith(("is_", "has_")):
        return "flag"
    return "text"


def _table(name: str, grain: str, key: str, columns: str, clock: str | None = None) -> TableSpec:
    fields = [Field(n, _kind(n), is_key=True) for n in key.split()]
    fields += [Field(n, _kind(n)) for n in columns.split()]
    return TableSpec(name, grain, tuple(fields), clock)


TABLES: tuple[TableSpec, ...] = (
    _table(
        "customers",
        "a person or a company you sell to",
        "customer_id",
        "name kind parent_id email phone birth_on gender city region country industry size source "
        "owner_id lifecycle created_at consent_email consent_phone consent_at",
        clock="created_at",
    ),
    _table("contacts", "a person at a company", "contact_id", "customer_id name title email phone"),
    _table(
        "employees",
        "a seller, agent or manager",
        "employee_id",
        "name email team region manager_id role hired_on left_on",
    ),
    _table("products", "what is sold", "product_id", "name category list_price unit_cost"),
    _table(
        "orders",
        "a purchase, return or invoice",
        "order_id",
        "customer_id ordered_at ordered_on channel status campaign_id owner_id currency amount "
        "amount_original cost",
        clock="ordered_on",
    ),
    _table(
        "order_lines",
        "a line of an order",
        "order_id line_no",
        "product_id quantity unit_price amount cost",
    ),
    _table(
        "subscriptions",
        "a contract or account with a start and maybe an end",
        "subscription_id",
        "customer_id product_id started_on ended_on end_reason monthly_amount",
        clock="started_on",
    ),
    _table(
        "interactions",
        "a contact of any kind",
        "interaction_id",
        "customer_id occurred_at channel direction employee_id campaign_id subject body",
        clock="occurred_at",
    ),
    _table(
        "leads",
        "somebody who might buy",
        "lead_id",
        "created_at source campaign_id owner_id status qualified_at converted_at lost_at "
        "customer_id opportunity_id first_response_at",
        clock="created_at",
    ),
    _table(
        "opportunities",
        "a deal",
        "opportunity_id",
        "customer_id name pipeline stage amount probability forecast_category product_id owner_id "
        "source campaign_id created_at expected_close_on closed_at outcome loss_reason currency "
        "amount_original",
        clock="created_at",
    ),
    _table(
        "opportunity_events",
        "a change of a deal, as known then",
        "opportunity_id changed_at field",
        "old_value new_value",
        clock="changed_at",
    ),
    _table(
        "quotas",
        "a target of an owner or team for a period",
        "owner_id team period_start period_end",
        "amount",
    ),
    _table(
        "campaigns",
        "a marketing effort",
        "campaign_id",
        "name channel started_on ended_on budget goal_metric goal_value hypothesis target_segment",
        clock="started_on",
    ),
    _table(
        "campaign_costs",
        "spend on a day",
        "campaign_id spent_on",
        "amount impressions clicks",
        clock="spent_on",
    ),
    _table(
        "campaign_members",
        "somebody who was in a campaign, holdout included",
        "campaign_id member_id",
        "customer_id lead_id arm assigned_at sent_at delivered_at opened_at clicked_at "
        "responded_at converted_at unsubscribed_at outcome_value",
        clock="assigned_at",
    ),
    _table(
        "touchpoints",
        "a marketing contact before a conversion",
        "touchpoint_id",
        "customer_id visitor_id occurred_at channel campaign_id cost",
        clock="occurred_at",
    ),
    _table(
        "tickets",
        "a service case",
        "ticket_id",
        "customer_id channel category is_complaint priority created_at first_response_at "
        "resolved_at closed_at reopened_count contact_count agent_id sla_due_at status cost "
        "subject body",
        clock="created_at",
    ),
    _table(
        "survey_responses",
        "an answer",
        "response_id",
        "customer_id kind score scale_max comment sent_at responded_at ticket_id order_id channel",
        clock="responded_at",
    ),
    _table(
        "survey_invitations",
        "a question sent",
        "invitation_id",
        "customer_id kind sent_at delivered_at response_id",
        clock="sent_at",
    ),
    _table("exchange_rates", "a rate on a day", "currency rate_on", "rate_to_company", "rate_on"),
)

_BY_NAME = {spec.name: spec for spec in TABLES}


def table_spec(name: str) -> TableSpec:
    """Return the declaration of a canonical table, or raise ``UsageError`` naming them all."""
    if name not in _BY_NAME:
        raise UsageError(
            "unknown_table",
            f"There is no table '{name}'. Tables are: {', '.join(_BY_NAME)}.",
            table=name,
            tables=", ".join(_BY_NAME),
        )
    return _BY_NAME[name]
