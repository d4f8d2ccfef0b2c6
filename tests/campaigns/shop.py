"""A shop with a campaign that can be counted by hand, and touches before its orders.

Campaign m1 (Spring, email): control 4, A 4, B 4 customers; E1 owns a1 … a4, E2 the others; one lead
of E2 in B. Converted: control 1, A 3, B 2 (the lead is one of them). Amounts: control 10 0 0 0,
A 20 30 40 0, B 5 15 0 and the lead's unknown. Customer c1 is in the control and, again, in A of m2.

Touches: a1 search day 1, email day 3, order day 4 (100); v1 (a2 later) social day 2, a2 search day
5, order day 6 (50) and day 50 (9); v9 display day 1; order of c2, untouched, day 10 (30). Later,
and still open: a3 and a4 by one visitor v5, and v5 alone.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

DAY = datetime(2026, 1, 1)


def at(day: float) -> datetime:
    return DAY + timedelta(days=day)


def member(campaign: str, arm: str | None, who: str, value: int | None, **more: Any) -> dict:
    is_lead = who.startswith("l")
    return {
        "campaign_id": campaign, "member_id": who, "arm": arm, "assigned_at": at(0),
        "customer_id": None if is_lead else who, "lead_id": who if is_lead else None,
        "sent_at": None if arm == "control" else at(0.1),
        "converted_at": at(2) if value or is_lead else None,
        "responded_at": at(1) if arm == "A" and value else None,
        "outcome_value": None if value is None else Decimal(value), **more,
    }  # fmt: skip


def touch(key: str, customer: str | None, visitor: str | None, day: float, channel: str) -> dict:
    return {
        "touchpoint_id": key, "customer_id": customer, "visitor_id": visitor,
        "occurred_at": at(day), "channel": channel,
    }  # fmt: skip


def order(key: str, customer: str, day: int, amount: int) -> dict[str, Any]:
    on = date(2026, 1, 1) + timedelta(days=day)
    return {
        "order_id": key, "customer_id": customer, "ordered_on": on, "status": "paid",
        "amount": Decimal(amount),
    }  # fmt: skip


_AMOUNTS = {
    "control": ("c", [10, 0, 0, 0]), "A": ("a", [20, 30, 40, 0]), "B": ("b", [5, 15, 0]),
}  # fmt: skip
_MEMBERS = [
    member("m1", arm, f"{letter}{number}", value)
    for arm, (letter, values) in _AMOUNTS.items()
    for number, value in enumerate(values, start=1)
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {
            "customer_id": row["member_id"], "region": "North" if row["arm"] == "A" else None,
            "owner_id": "E1" if row["arm"] == "A" else "E2",
            "attributes": '{"club": "yes"}' if row["outcome_value"] else None,
        }
        for row in _MEMBERS
    ],
    "leads": [{"lead_id": "l1", "owner_id": "E2", "created_at": at(-5)}],
    "campaigns": [{"campaign_id": "m1", "name": "Spring", "channel": "email"}],
    "campaign_members": [
        *_MEMBERS, member("m1", "B", "l1", None), member("m1", None, "x1", 0),
        member("m1", "A", "c1-again", 0, customer_id="c1", outcome_value=None, sent_at=None),
        member("m2", "A", "a1", 7),
    ],
    "touchpoints": [
        touch("t1", "a1", None, 1, "search"), touch("t2", "a1", None, 3, "email"),
        touch("t3", None, "v1", 2, "social"), touch("t4", "a2", "v1", 5, "search"),
        touch("t5", None, "v9", 1, "display"),
        touch("t6", "a3", "v5", 60, "email"), touch("t7", "a4", "v5", 61, "email"),
        touch("t8", None, "v5", 62, "sms"),
    ],
    "orders": [
        order("o1", "a1", 4, 100), order("o2", "a2", 6, 50), order("o3", "a2", 50, 9),
        order("o4", "c2", 10, 30),
    ],
}  # fmt: skip
