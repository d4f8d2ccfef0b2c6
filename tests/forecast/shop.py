"""A company whose months can be added up by hand, for the page and the command line.

Each month from September 2023 to March 2026 North buys for 100 and South for 50 on the 5th; in
November both buy twice as much. On 20 of each month North buys for 10 more. The data end on 12
March 2026 with an order of 1 of South. A deal of 200 is won by e1 on the 15th of every month up to
February 2026; the quota of the first quarter of 2026 is 900.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import score_version
from tests.customers.shop import stored

NOW = datetime(2026, 3, 13, 1)
Row = dict[str, Any]
MONTHS = [date(2023 + (8 + m) // 12, (8 + m) % 12 + 1, 1) for m in range(31)]  # to March 2026


def _order(key: str, day: date, customer: str, amount: int) -> Row:
    return {
        "order_id": key, "customer_id": customer, "ordered_on": day, "status": "paid",
        "channel": "web", "amount": Decimal(amount), "currency": "CNY",
        "ordered_at": datetime(day.year, day.month, day.day, 4),
    }  # fmt: skip


def _orders() -> list[Row]:
    found = []
    for month in MONTHS:
        times = 2 if month.month == 11 else 1
        fifth = month.replace(day=5)
        found.append(_order(f"n{month:%y%m}", fifth, "c1", 100 * times))
        found.append(_order(f"s{month:%y%m}", fifth, "c2", 50 * times))
        if month < MONTHS[-1]:
            found.append(_order(f"m{month:%y%m}", month.replace(day=20), "c1", 10))
    return [*found, _order("last", date(2026, 3, 12), "c2", 1)]


def _deals() -> list[Row]:
    return [
        {
            "opportunity_id": f"d{month:%y%m}", "customer_id": "c1", "name": "Deal",
            "pipeline": "P", "stage": "won", "outcome": "won", "amount": Decimal(200),
            "owner_id": "e1", "created_at": datetime(month.year, month.month, 2, 4),
            "closed_at": datetime(month.year, month.month, 15, 4),
        }
        for month in MONTHS[:-1]
    ] + [
        {
            "opportunity_id": "open", "customer_id": "c2", "name": "Open", "pipeline": "P",
            "stage": "talk", "amount": Decimal(70), "owner_id": "e1",
            "created_at": datetime(2026, 3, 12, 4),
        }
    ]  # fmt: skip


TABLES: dict[str, list[Row]] = {
    "customers": [
        {"customer_id": "c1", "name": "One", "region": "North", "owner_id": "e1"},
        {"customer_id": "c2", "name": "Two", "region": "South", "owner_id": "e2"},
    ],
    "employees": [
        {"employee_id": one, "name": one, "team": "A", "hired_on": date(2020, 1, 1)}
        for one in ("e1", "e2")
    ],
    "orders": _orders(),
    "opportunities": _deals(),
    "quotas": [
        {"owner_id": "e1", "team": None, "period_start": date(2026, 1, 1),
         "period_end": date(2026, 4, 1), "amount": Decimal(900)}
    ],
    "campaigns": [
        {"campaign_id": "k1", "name": "Spring sale 2025", "channel": "email",
         "started_on": date(2025, 3, 1), "ended_on": date(2025, 3, 10)},
        {"campaign_id": "k2", "name": "Open end", "channel": "email",
         "started_on": date(2025, 4, 1), "ended_on": None},
        {"campaign_id": "k3", "name": "Later", "channel": "email",
         "started_on": date(2026, 5, 1), "ended_on": date(2026, 5, 9)},
    ],
}  # fmt: skip


def publish(settings: Settings) -> str:
    """Store the rows as batches, publish and score them."""
    for name, rows in TABLES.items():
        stored(settings, name, rows)
    return build(settings, now=NOW, scorer=score_version)
