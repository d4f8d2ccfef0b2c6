# ruff: noqa: RUF001 - full-width signs are what these tests are about
"""A shop small enough to count by hand, with names that a search can trip over.

c1 王小明     E1  orders 1 Jan 100, 11 Jan 50, 31 Jan 30, 31 Jan −30 returned; open 5 Feb 999
c2 Wang Ming  E2  one order 2 Jan 70; shares c1's phone, written otherwise, and c3's e-mail
c3 100%_Pure  E2  no orders
c4 O'Neil \\ Sons, no owner, one order without a day: 40
c9            only known from an order of 20 Feb 20
"""

from datetime import date, datetime
from decimal import Decimal

from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.conftest import NOW
from tests.warehouse.stage import stored

INJECTION = (
    "<img src=x onerror=alert(1)> **bold** [link](javascript:alert(1)) :red[x] www.evil.example"
)
CUSTOMERS = [
    {
        "customer_id": "c1", "name": "王小明", "kind": "person", "email": "Ming@Example.com",
        "phone": "+86 138-0013-8000", "city": "上海", "region": "East", "owner_id": "E1",
        "consent_email": True, "created_at": datetime(2024, 12, 31, 20, 0),
        "attributes": '{"会员": "金卡", "note": "=1+1", "deep": {"a": [1]}, "none": null}',
    },
    {
        "customer_id": "c2", "name": "Ｗang Ming", "email": "pure@example.com",
        "phone": "138 0013 8000", "owner_id": "E2",
    },
    {"customer_id": "c3", "name": "100%_Pure", "email": " PURE@example.com", "owner_id": "E2"},
    {"customer_id": "c4", "name": "O'Neil \\ Sons", "phone": "0010 20", "attributes": "[1, 2]"},
    {"customer_id": "c40", "name": "Sheep & 王小", "owner_id": "E1"},
]  # fmt: skip


def order(
    order_id: str, customer: str, day: int | None, amount: int, **more: object
) -> dict[str, object]:
    """Return a paid order of the ``day``-th day of 2025."""
    on = date.fromordinal(date(2024, 12, 31).toordinal() + day) if day else None
    return {
        "order_id": order_id, "customer_id": customer, "ordered_on": on, "status": "paid",
        "amount": Decimal(amount), **more,
    }  # fmt: skip


ORDERS = [
    order("o1", "c1", 1, 100, cost=Decimal(60), ordered_at=datetime(2025, 1, 1, 9, 30)),
    order("o2", "c1", 11, 50, channel="web", owner_id="E2"),
    order("o3", "c1", 31, 30),
    order("o4", "c1", 31, -30, status="returned"),
    order("o5", "c1", 36, 999, status="open"),
    order("o6", "c2", 2, 70),
    order("o7", "c4", None, 40),
    order("o8", "c9", 51, 20),
]
LINES = [
    {"order_id": "o1", "line_no": 2, "product_id": "p2", "quantity": 1.0, "amount": Decimal(40)},
    {
        "order_id": "o1", "line_no": 1, "product_id": "p1", "quantity": 3.0,
        "unit_price": Decimal(20), "amount": Decimal(60),
    },
    {"order_id": "o6", "line_no": 1, "product_id": "p1", "quantity": 1.0, "amount": Decimal(70)},
]  # fmt: skip
TABLES: dict[str, list[dict[str, object]]] = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "order_lines": LINES,
    "products": [{"product_id": "p1", "name": "茶", "category": "tea"}],
    "employees": [{"employee_id": "E1", "name": "李雷"}],
    "contacts": [
        {"contact_id": "k1", "customer_id": "c1", "name": "韩梅梅", "email": "h@example.com"},
        {"contact_id": "k2", "customer_id": "c2", "name": "Somebody"},
    ],
    "interactions": [
        {
            "interaction_id": "i1", "customer_id": "c1", "occurred_at": datetime(2025, 1, 20, 8),
            "channel": "phone", "direction": "inbound", "employee_id": "E1",
            "subject": INJECTION, "body": "- one\n- two\n# three",
        },
        {"interaction_id": "i2", "customer_id": "c2", "occurred_at": datetime(2025, 3, 1)},
    ],
    "campaigns": [{"campaign_id": "m1", "name": "Spring", "channel": "email"}],
    "campaign_members": [
        {
            "campaign_id": "m1", "member_id": "c1", "customer_id": "c1", "arm": "A",
            "assigned_at": datetime(2025, 1, 9), "sent_at": datetime(2025, 1, 10),
            "opened_at": datetime(2025, 1, 10, 6), "converted_at": datetime(2025, 1, 11),
            "outcome_value": Decimal(50),
        },
        {
            "campaign_id": "m2", "member_id": "c1", "customer_id": "c1", "arm": "control",
            "assigned_at": datetime(2025, 1, 9),
        },
    ],
    "tickets": [
        {
            "ticket_id": "t1", "customer_id": "c1", "created_at": datetime(2025, 2, 1),
            "category": "delivery", "is_complaint": True, "priority": "high", "status": "closed",
            "resolved_at": datetime(2025, 2, 2), "agent_id": "E9",
        },
    ],
    "survey_responses": [
        {
            "response_id": "r1", "customer_id": "c1", "kind": "nps", "score": 0.0,
            "scale_max": 10.0, "comment": "=HYPERLINK(1)", "responded_at": None, "sent_at": None,
        },
    ],
    "opportunities": [
        {
            "opportunity_id": "d1", "customer_id": "c1", "name": "Big", "stage": "done",
            "amount": Decimal(500), "created_at": datetime(2025, 1, 5),
            "closed_at": datetime(2025, 2, 10), "outcome": "lost", "loss_reason": "price",
            "owner_id": "E1",
        },
        {"opportunity_id": "d2", "customer_id": "c1", "created_at": datetime(2025, 2, 11)},
    ],
    "subscriptions": [
        {
            "subscription_id": "s1", "customer_id": "c1", "product_id": "p1",
            "started_on": date(2025, 1, 3), "ended_on": date(2025, 2, 3), "end_reason": "moved",
            "monthly_amount": Decimal(9),
        },
    ],
}  # fmt: skip


def built(settings: Settings, tables: dict[str, list[dict[str, object]]] = TABLES) -> str:
    """Store the rows as batches and publish them."""
    for name, rows in tables.items():
        stored(settings, name, rows)
    return build(settings, now=NOW)
