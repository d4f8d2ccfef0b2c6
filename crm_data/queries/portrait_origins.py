"""Which features of a portrait a segment's own conditions decide: no finding, true by definition.

Marts and scores are made of the same rows that events count: who is chosen by what was bought has
bought more, more lately, and is alive by any model of purchases.
"""

from crm_data.segments import Compare, Event, Node, leaves

_LATELY = "days_since_last_order silence p_alive stage rfm_segment"
_OFTEN = "orders orders_365d rfm_segment p_alive expected_value stage median_gap_days"
_MUCH = "net_amount net_amount_365d margin average_order_value rfm_segment expected_value"
_AMOUNTS = "net_amount net_amount_365d margin rfm_segment expected_value"
# Features of orders that are no amount of them: only that somebody has none is decided.
MISSING = "missing:"
_NO_ORDER = "missing:average_order_value missing:margin_share missing:returned_share"
_BOUGHT = f"{_LATELY} {_OFTEN} {_AMOUNTS} {_NO_ORDER} days_since_first_order"
_OF_EVENTS = {
    "order": _BOUGHT,
    "line": _BOUGHT,
    "ticket": "tickets complaints first_complaint_hours",
    "survey": "last_nps last_csat",
    "deal": "open_deals",
    "contract": "subscription monthly_amount",
}
# What a filter of an event says of the customer beyond that the event happened.
_OF_FILTERS = {
    ("order", "category"): "first_category",
    ("line", "product_id"): "first_category",
    ("order", "status"): "returned_share",
    ("order", "net_amount"): "average_order_value",
    ("order", "amount"): "average_order_value",
    ("line", "amount"): "average_order_value",
}
_OF_FIELDS = {
    "last_order_on": _LATELY,
    "last_paid_on": _LATELY,
    "days_since_last_order": _LATELY,
    "first_order_on": "days_since_first_order",
    "first_paid_on": "days_since_first_order",
    **dict.fromkeys(
        ("orders", "paid_orders", "order_days", "paid_days", "orders_365d"),
        f"{_OFTEN} {_NO_ORDER}",
    ),
    **dict.fromkeys(
        ("net_amount", "gross_amount", "net_amount_90d", "net_amount_365d", "margin"), _MUCH
    ),
    "returned_orders": "returned_share",
    "returned_amount": "returned_share",
    **dict.fromkeys(("mean_gap_days", "median_gap_days", "rhythm_days"), "median_gap_days silence"),
    **dict.fromkeys(
        ("r", "f", "m", "rfm_segment", "stage", "silence", "p_alive", "cluster"), _BOUGHT
    ),
    **dict.fromkeys(("expected_orders", "expected_value", "value_low", "value_high"), _BOUGHT),
    "last_ticket_at": "tickets complaints",
    "tickets": "tickets complaints",
    "open_tickets": "tickets complaints",
    "complaints": "tickets complaints first_complaint_hours",
    "has_subscription": "subscription monthly_amount",
    "monthly_amount": "subscription monthly_amount",
}


def features_decided_by(node: Node) -> frozenset[str]:
    """Return the features that a segment differs in by its conditions alone.

    Those that begin with ``MISSING`` are decided only so far as how many have none of them.
    """
    found: set[str] = set()
    for leaf in leaves(node):
        if isinstance(leaf, Compare):
            found |= {leaf.field, *_OF_FIELDS.get(leaf.field, "").split()}
        elif isinstance(leaf, Event):
            found.update(_OF_EVENTS.get(leaf.kind, "").split())
            for one in leaf.filters:
                found.update(_OF_FILTERS.get((leaf.kind, one.field), "").split())
    return frozenset(found)
