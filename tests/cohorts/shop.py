"""A shop whose cohorts can be counted by hand, and one with many orders at random.

Watermark 3 April 2025 (a cancelled order): March is the last complete month.

a North ads   E1  5 Jan 100 (cost 60), 20 Jan 10, 3 Feb 50 (cost 20), 2 Apr 30
b North ads   E2  7 Jan 40 (cost 30), 10 Mar 20
c South store E1  14 Feb 70; 1 Jan 2099 999, which has not come yet
d South -     E2  1 Apr 80 (cost 10)
x             -   known from an order of 2 Feb only: 5
e South store E1  no order
First categories: a tea, c pot, the others unknown.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Rows = list[dict[str, Any]]


def order(key: str, customer: str | None, day: date, amount: int, **more: object) -> dict[str, Any]:
    return {
        "order_id": key, "customer_id": customer, "ordered_on": day, "status": "paid",
        "amount": Decimal(amount), **more,
    }  # fmt: skip


def customer(key: str, region: str | None, source: str | None, owner: str | None) -> dict[str, Any]:
    return {"customer_id": key, "region": region, "source": source, "owner_id": owner}


TABLES: dict[str, Rows] = {
    "customers": [
        customer("a", "North", "ads", "E1"),
        customer("b", "North", "ads", "E2"),
        customer("c", "South", "store", "E1"),
        customer("d", "South", None, "E2"),
        customer("e", "South", "store", "E1"),
    ],
    "orders": [
        order("o1", "a", date(2025, 1, 5), 100, cost=Decimal(60)),
        order("o2", "a", date(2025, 1, 20), 10),
        order("o3", "a", date(2025, 2, 3), 50, cost=Decimal(20)),
        order("o4", "a", date(2025, 4, 2), 30),
        order("o5", "b", date(2025, 1, 7), 40, cost=Decimal(30)),
        order("o6", "b", date(2025, 3, 10), 20),
        order("o7", "c", date(2025, 2, 14), 70),
        order("o8", "c", date(2099, 1, 1), 999),
        order("o9", "d", date(2025, 4, 1), 80, cost=Decimal(10)),
        order("o10", "x", date(2025, 2, 2), 5),
        order("o11", "e", date(2025, 4, 3), 7, status="cancelled"),
        order("o12", None, date(2025, 1, 1), 11),
    ],
    "products": [
        {"product_id": "p1", "category": "tea"},
        {"product_id": "p2", "category": "pot"},
    ],
    "order_lines": [
        {"order_id": "o1", "line_no": 1, "product_id": "p1", "amount": Decimal(100)},
        {"order_id": "o7", "line_no": 1, "product_id": "p2", "amount": Decimal(70)},
    ],
}


def random_tables(seed: int = 7) -> dict[str, Rows]:
    """60 customers, 400 orders over 15 months; who buys once, who buys often, returns, gaps."""
    draw = random.Random(seed)  # noqa: S311 - test data
    people = [
        customer(
            f"k{n}",
            draw.choice(["North", "South", None]),
            draw.choice(["ads", "store"]),
            draw.choice(["E1", "E2", "E3", None]),
        )
        for n in range(60)
    ]
    first = date(2024, 1, 1)
    orders = [
        order(
            f"o{n}",
            f"k{int(60 * draw.random() ** 2)}",
            first + timedelta(days=draw.randrange(450)),
            draw.randrange(1, 500),
            status=draw.choice(["paid", "paid", "paid", "returned", "cancelled"]),
            cost=draw.choice([None, Decimal(3)]),
        )
        for n in range(400)
    ]
    lines = [
        {
            "order_id": f"o{n}",
            "line_no": 1,
            "product_id": draw.choice(["p1", "p2"]),
            "amount": Decimal(9),
        }
        for n in range(0, 400, 2)
    ]
    return {
        "customers": people,
        "orders": orders,
        "products": TABLES["products"],
        "order_lines": lines,
    }
