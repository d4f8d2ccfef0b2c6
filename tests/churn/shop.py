"""Contracts and orders that can be counted by hand, and companies at random.

Contracts, monthly amount; the data ends 15 April 2025 (start of K8):
a North ads   E1  K1 1 Jan – 31 Jan 10 (lost on the last day of January: cancelled)
b North ads   E2  K2 5 Jan – 1 Mar 20 (lost in March), K3 10 Apr – 30 (back)
c South store E1  K4 1 Jan – 10 Feb 100, K5 10 Feb – 70 (downgraded the same day)
d South -     E2  K6 3 Feb – 28 Feb 40, K7 1 Mar – 55 (upgraded the day after; K6's last day)
e South store E1  K8 15 Apr – 7; K9 5 Feb – 20 Feb 9 (came and went within February)
f             E2  K10 2 Jan – no amount known; K11 2 Jan – 15 Mar 5
x (no customer row)  K12 6 Jan – 20 Jan 2026 3 (an end that has not come yet)
Left out: K13 no customer, K14 ends before it starts, K15 no start, K16 ends on its first day.

Orders, watermark 15 June 2025; silence of 31 days:
a 5 Jan, 20 Jan, 1 Mar    silent 21 Feb, back 1 Mar; silent 2 Apr, and still
b 7 Jan, 7 Feb            a gap of 31 is no silence; silent 11 Mar, and still
c 28 Jan, 1 Mar           silent 1 Mar and back that day: gap of 32, never seen silent
d 1 Jun                   new
a 10 Apr                  a return, which is no order
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Rows = list[dict[str, Any]]


def customer(key: str, region: str | None, source: str | None, owner: str | None) -> dict[str, Any]:
    return {"customer_id": key, "region": region, "source": source, "owner_id": owner}


def contract(
    key: str, who: str | None, start: date | None, end: date | None, amount: int | None,
    reason: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "subscription_id": key, "customer_id": who, "started_on": start, "ended_on": end,
        "monthly_amount": None if amount is None else Decimal(amount), "end_reason": reason,
    }  # fmt: skip


def order(key: str, who: str, day: date) -> dict[str, Any]:
    return {
        "order_id": key, "customer_id": who, "ordered_on": day, "status": "paid",
        "amount": Decimal(10),
    }  # fmt: skip


def on(month: int, day: int, year: int = 2025) -> date:
    return date(year, month, day)


TABLES: dict[str, Rows] = {
    "customers": [
        customer("a", "North", "ads", "E1"),
        customer("b", "North", "ads", "E2"),
        customer("c", "South", "store", "E1"),
        customer("d", "South", None, "E2"),
        customer("e", "South", "store", "E1"),
        customer("f", None, "ads", "E2"),
    ],
    "subscriptions": [
        contract("K1", "a", on(1, 1), on(1, 31), 10, "cancelled"),
        contract("K2", "b", on(1, 5), on(3, 1), 20, "price"),
        contract("K3", "b", on(4, 10), None, 30),
        contract("K4", "c", on(1, 1), on(2, 10), 100, "downgraded"),
        contract("K5", "c", on(2, 10), None, 70),
        contract("K6", "d", on(2, 3), on(2, 28), 40, "upgraded"),
        contract("K7", "d", on(3, 1), None, 55),
        contract("K8", "e", on(4, 15), None, 7),
        contract("K9", "e", on(2, 5), on(2, 20), 9, "cancelled"),
        contract("K10", "f", on(1, 2), None, None),
        contract("K11", "f", on(1, 2), on(3, 15), 5),
        contract("K12", "x", on(1, 6), on(1, 20, 2126), 3),
        contract("K13", None, on(1, 1), None, 1000),
        contract("K14", "a", on(2, 10), on(2, 1), 1000),
        contract("K15", "a", None, None, 1000),
        contract("K16", "a", on(3, 3), on(3, 3), 1000),
    ],
    "orders": [
        order("o1", "a", on(1, 5)),
        order("o2", "a", on(1, 20)),
        order("o3", "a", on(3, 1)),
        order("o4", "b", on(1, 7)),
        order("o5", "b", on(2, 7)),
        order("o6", "c", on(1, 28)),
        order("o7", "c", on(3, 1)),
        order("o8", "d", on(6, 1)),
        order("o9", "d", on(6, 15)) | {"status": "cancelled"},
        order("o10", "d", on(1, 1, 2126)),
        order("o11", "a", on(4, 10)) | {"status": "returned"},
        order("o12", "b", on(1, 2, 2126)),  # slips of the pen: b is not back, e has not come
        order("o13", "e", on(1, 3, 2126)),
    ],
}


def random_tables(seed: int = 11, people: int = 60) -> dict[str, Rows]:
    """Contracts and orders over 16 months: upgrades, gaps, missing ends and amounts."""
    draw = random.Random(seed)  # noqa: S311 - test data
    customers = [
        customer(
            f"k{n}",
            draw.choice(["North", "South", None]),
            draw.choice(["ads", "store"]),
            draw.choice(["E1", "E2", None]),
        )
        for n in range(people)
    ]
    first = date(2024, 1, 1)
    contracts: Rows = []
    for n in range(people):
        day = first + timedelta(days=draw.randrange(300))
        for _ in range(draw.randrange(0, 5)):
            end = day + timedelta(days=draw.choice([0, 1, 20, 31, 60, 150]))
            contracts.append(
                contract(
                    f"K{len(contracts)}",
                    f"k{n}",
                    day,
                    end if draw.random() < 0.85 else None,
                    draw.choice([None, 0, 5, 10, 20, 50, 50]),
                    draw.choice(["cancelled", "price", None]),
                )
            )
            day = end + timedelta(days=draw.choice([-10, 0, 0, 1, 2, 15, 45]))
    orders = [
        order(
            f"o{n}",
            f"k{int(people * draw.random() ** 2)}",
            first + timedelta(days=draw.randrange(480)),
        )
        | {"status": "returned" if n % 7 == 0 else "paid"}
        for n in range(420)
    ]
    return {"customers": customers, "subscriptions": contracts, "orders": orders}
