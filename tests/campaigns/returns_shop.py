"""A shop with three campaigns that can be counted by hand.

Gift (k1, email, 1 to 10 January 2026, so orders count until the 14th): A is n1 … n4, control n5 …
n8; e1 owns n1 … n4, e2 the others. n1 buys 100 (cost 60) on the 3rd and returns 20 (cost 10) on the
8th; n2 buys 50 (cost unknown) on the 14th and 70 on the 15th, a day too late; n5 buys 30 (cost 20).
n3 is reached and unsubscribes, n4 is sent to but not reached, complains on the 5th and
responds.
n8 was assigned on the 5th: its orders would count until the 18th.
Ads (k2, search, from 1 February): 40 spent, two leads, one new customer n9 (80, cost 30). Late (k3,
sms, from 27 February): its days are not over on 1 March, the last day with an order. Orders with
k1: 100, its return, 50.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


FIRST = date(2026, 1, 1)


def order(key: str, who: str, on: date, amount: int, cost: int | None, **more: Any) -> dict:
    return {
        "order_id": key, "customer_id": who, "ordered_on": on, "ordered_at": at(on, 12),
        "status": "paid", "amount": Decimal(amount),
        "cost": None if cost is None else Decimal(cost), **more,
    }  # fmt: skip


def member(campaign: str, who: str, arm: str, on: date = FIRST, **more: Any) -> dict[str, Any]:
    is_sent = arm != "control"
    return {
        "campaign_id": campaign, "member_id": f"{campaign}-{who}", "customer_id": who, "arm": arm,
        "assigned_at": at(on), "sent_at": at(on, 10) if is_sent else None,
        "delivered_at": at(on, 11) if is_sent and who != "n4" else None, **more,
    }  # fmt: skip


TABLES: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": f"n{k}", "owner_id": "e1" if k < 5 else "e2", "region": "North"}
        for k in range(1, 10)
    ],
    "campaigns": [
        {"campaign_id": "k1", "name": "Gift", "channel": "email", "started_on": FIRST,
         "ended_on": date(2026, 1, 10), "target_segment": "people"},
        {"campaign_id": "k2", "name": "Ads", "channel": "search", "started_on": date(2026, 2, 1)},
        {"campaign_id": "k3", "name": "Late", "channel": "sms", "started_on": date(2026, 2, 27)},
    ],
    "campaign_costs": [
        {"campaign_id": "k1", "spent_on": FIRST, "amount": Decimal(10)},
        {"campaign_id": "k1", "spent_on": date(2026, 1, 2), "amount": Decimal(6)},
        {"campaign_id": "k2", "spent_on": date(2026, 2, 1), "amount": Decimal(40)},
    ],
    "campaign_members": [
        member("k1", "n1", "A", converted_at=at(date(2026, 1, 3)), opened_at=at(FIRST, 12),
               responded_at=at(FIRST, 13)),
        member("k1", "n2", "A", converted_at=at(date(2026, 1, 14))),
        member("k1", "n3", "A", unsubscribed_at=at(FIRST, 14)),
        member("k1", "n4", "A", responded_at=at(date(2026, 1, 9))),
        member("k1", "n5", "control", converted_at=at(date(2026, 1, 4))),
        *(member("k1", f"n{k}", "control") for k in (6, 7)),
        member("k1", "n8", "control", date(2026, 1, 5)),
        member("k3", "n1", "A", date(2026, 2, 27)),
        member("k3", "n5", "control", date(2026, 2, 27)),
    ],
    "leads": [
        {"lead_id": "l1", "owner_id": "e1", "created_at": at(date(2026, 2, 2)),
         "campaign_id": "k2"},
        {"lead_id": "l2", "owner_id": "e2", "created_at": at(date(2026, 2, 3)),
         "campaign_id": "k2"},
    ],
    "tickets": [
        {"ticket_id": "t1", "customer_id": "n4", "is_complaint": True,
         "created_at": at(date(2026, 1, 5))},
        {"ticket_id": "t2", "customer_id": "n1", "is_complaint": True,
         "created_at": at(date(2026, 1, 20))},
    ],
    "orders": [
        order("o1", "n1", date(2026, 1, 3), 100, 60, campaign_id="k1"),
        order("o2", "n1", date(2026, 1, 8), -20, -10, status="returned", campaign_id="k1"),
        order("o3", "n2", date(2026, 1, 14), 50, None, campaign_id="k1"),
        order("o4", "n2", date(2026, 1, 15), 70, 10),
        order("o5", "n5", date(2026, 1, 4), 30, 20),
        order("o6", "n9", date(2026, 2, 5), 80, 30, campaign_id="k2"),
        order("o7", "n6", date(2026, 3, 1), 5, 1),
        order("o8", "n7", date(2026, 1, 5), 900, 1, status="cancelled", campaign_id="k1"),
    ],
}  # fmt: skip
