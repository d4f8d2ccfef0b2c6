"""Segments to start from."""

from ui.segment_draft import Node

TEMPLATES: dict[str, Node] = {
    "one_time": {
        "all": [
            {"field": "order_days", "op": "eq", "values": [1]},
            {"field": "first_order_on", "op": "within_days", "values": [90]},
        ]
    },
    "valuable_silent": {
        "all": [
            {"field": "orders", "op": "ge", "values": [5]},
            {"field": "last_order_on", "op": "before_days", "values": [180]},
        ]
    },
    "twice": {
        "all": [{"event": "order", "filters": [], "count": "at_least", "n": 2, "within_days": 90}]
    },
    "complained": {
        "all": [
            {
                "event": "ticket",
                "filters": [{"field": "is_complaint", "op": "eq", "values": [True]}],
                "count": "at_least",
                "n": 1,
                "within_days": 180,
            },
            {"not": {"field": "last_order_on", "op": "within_days", "values": [90]}},
        ]
    },
}
