"""What events are made of: the table of each, its clock, and what its filters can be about."""

from crm_data.frames import Column
from crm_data.segments.nodes import EventKind
from crm_data.tables import table_spec
from crm_data.tables.marts import ORDER_CATEGORIES, ORDER_FACTS

EVENT_TABLES: dict[EventKind, str] = {
    "order": "orders",
    "line": "order_lines",
    "ticket": "tickets",
    "interaction": "interactions",
    "campaign": "campaign_members",
    "survey": "survey_responses",
    "invitation": "survey_invitations",
    "deal": "opportunities",
    "contract": "subscriptions",
    "lead": "leads",
    "touchpoint": "touchpoints",
    "person": "contacts",
}
# Of records that carry their customer. Orders and lines are of the day of the order.
CLOCKS: dict[EventKind, tuple[str, ...]] = {
    "ticket": ("created_at",),
    "interaction": ("occurred_at",),
    "campaign": ("assigned_at",),
    "survey": ("responded_at", "sent_at"),
    "invitation": ("sent_at",),
    "deal": ("created_at",),
    "contract": ("started_on",),
    "lead": ("created_at",),
    "touchpoint": ("occurred_at",),
    "person": (),
}
# What people ask for first; the other columns of the table follow.
_FIRST: dict[EventKind, str] = {
    "ticket": "channel category is_complaint priority status agent_id",
    "interaction": "channel direction employee_id campaign_id subject body",
    "campaign": "campaign_id arm",
    "survey": "kind score",
    "line": "product_id quantity unit_price amount",
    "deal": "stage outcome amount pipeline",
}
_OF_FACTS = "channel status campaign_id seller_id net_amount cost lines units"
_OF_ORDERS = "amount amount_original currency ordered_at order_id"


def event_columns(kind: EventKind) -> tuple[tuple[str, Column], ...]:
    """Return table or mart and column of everything that filters of an event can be about.

    Attributes are not among them: which there are depends on the data.
    """
    if kind == "order":
        facts = {column.name: column for column in ORDER_FACTS.columns}
        orders = table_spec("orders")
        return (
            *(("order_categories", c) for c in ORDER_CATEGORIES.columns if c.name == "category"),
            *(("order_facts", facts[name]) for name in _OF_FACTS.split()),
            *(("orders", Column(n, orders.field(n).kind)) for n in _OF_ORDERS.split()),
        )
    name = EVENT_TABLES[kind]
    spec = table_spec(name)
    names = dict.fromkeys((*_FIRST.get(kind, "").split(), *spec.names))
    return tuple((name, Column(n, spec.field(n).kind)) for n in names if n != "customer_id")
