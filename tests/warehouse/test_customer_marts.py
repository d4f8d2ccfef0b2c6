# ruff: noqa: RUF001 - full-width signs are what a lookup folds
"""Marts of customers, counted by hand.

Customer a (region North, owner e1); b has nothing at all; u and w are only known from orders.
The last counted order is of 2026-01-10, so 90 days reach back to 2025-10-13 and 365 to 2025-01-11.

Orders  day          customer  status     amount  cost
  o1    2025-01-10   a         paid          100    60   366th day back
  o2    2025-01-11   a         paid           50    30   365th day back
  o3    2025-01-11   a         returned      -10     -   the same day: no gap
  o4    2025-01-31   a         open          999     -
  o5    2025-10-12   a         paid            8     3   91st day back
  o6    2025-10-13   a         paid            4     1   90th day back
  o7    2025-11-01   u         paid            5     -
  o8    2026-01-10   w         paid            6     -
  o9    -            a         paid            2     -   no day
  o10   2026-02-01   a         cancelled     777     -
"""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import Row, selected, stored


def _order(
    key: str, day: date | None, customer: str, status: str, amount: int, cost: int | None = None
) -> Row:
    return {
        "order_id": key, "ordered_on": day, "customer_id": customer, "status": status,
        "amount": amount, "cost": cost,
    }  # fmt: skip


ORDERS = [
    _order("o1", date(2025, 1, 10), "a", "paid", 100, 60),
    _order("o2", date(2025, 1, 11), "a", "paid", 50, 30),
    _order("o3", date(2025, 1, 11), "a", "returned", -10),
    _order("o4", date(2025, 1, 31), "a", "open", 999),
    _order("o5", date(2025, 10, 12), "a", "paid", 8, 3),
    _order("o6", date(2025, 10, 13), "a", "paid", 4, 1),
    _order("o7", date(2025, 11, 1), "u", "paid", 5),
    _order("o8", date(2026, 1, 10), "w", "paid", 6),
    _order("o9", None, "a", "paid", 2),
    _order("o10", date(2026, 2, 1), "a", "cancelled", 777),
]
CUSTOMERS = [
    {
        "customer_id": "a", "name": "Ada Ｗong", "email": "Ada@Example.com", "phone": "+86 １38-00",
        "region": "North", "country": "CN", "source": "ads", "owner_id": "e1",
    },
    {"customer_id": "b"},
]  # fmt: skip
TABLES: dict[str, list[Row]] = {
    "customers": CUSTOMERS,
    "orders": ORDERS,
    "tickets": [
        {"ticket_id": "t1", "customer_id": "a", "created_at": datetime(2025, 5, 2)},
        {
            "ticket_id": "t2", "customer_id": "a", "created_at": datetime(2025, 5, 1),
            "resolved_at": datetime(2025, 5, 3),
        },
        {
            "ticket_id": "t3", "customer_id": "a", "created_at": datetime(2025, 4, 1),
            "closed_at": datetime(2025, 4, 2), "resolved_at": None,
        },
        {"ticket_id": "t4", "customer_id": None, "created_at": datetime(2025, 6, 1)},
    ],
    "interactions": [
        {"interaction_id": "i1", "customer_id": "a", "occurred_at": datetime(2025, 3, 2)},
        {"interaction_id": "i2", "customer_id": "a", "occurred_at": datetime(2025, 3, 1)},
    ],
    "subscriptions": [
        {"subscription_id": "s1", "customer_id": "a", "monthly_amount": 9, "ended_on": None},
        {"subscription_id": "s2", "customer_id": "a", "monthly_amount": 5, "ended_on": None},
        {
            "subscription_id": "s3", "customer_id": "a", "monthly_amount": 70,
            "ended_on": date(2025, 1, 1),
        },
        {
            "subscription_id": "s4", "customer_id": "u", "monthly_amount": 80,
            "ended_on": date(2025, 1, 1),
        },
    ],
    "opportunities": [
        {"opportunity_id": "d1", "customer_id": "a", "outcome": None},
        {"opportunity_id": "d2", "customer_id": "a", "outcome": "won"},
        {"opportunity_id": "d3", "customer_id": "u", "outcome": "lost"},
    ],
}  # fmt: skip

# Ada began with 70 of Y and 30 of X; u with the first in the alphabet's last of two equal ones.
TABLES["products"] = [
    {"product_id": "x", "category": "X"}, {"product_id": "y", "category": "Y"},
]  # fmt: skip
TABLES["order_lines"] = [
    {"order_id": order, "line_no": number, "product_id": product, "amount": amount}
    for order, number, product, amount in [
        ("o1", 1, "x", 30), ("o1", 2, "y", 70), ("o2", 1, "x", 50),
        ("o7", 1, "x", 2), ("o7", 2, "y", 2), ("o8", 1, "unknown", 6),
    ]
]  # fmt: skip


def _answer(
    key: str, kind: str, score: float | None, sent: datetime, responded: datetime | None
) -> Row:
    return {
        "response_id": key, "customer_id": "a", "kind": kind, "score": score, "sent_at": sent,
        "responded_at": responded,
    }  # fmt: skip


TABLES["survey_responses"] = [
    # The last word: r1 was sent first and answered last.
    _answer("r1", "nps", 9, datetime(2025, 1, 1), datetime(2025, 3, 5)),
    _answer("r2", "nps", 2, datetime(2025, 2, 1), datetime(2025, 3, 4)),
    _answer("r3", "nps", 4, datetime(2025, 3, 1), None),
    _answer("r4", "nps", None, datetime(2025, 4, 1), datetime(2025, 4, 1)),
    # Two at the same instant: the higher id.
    _answer("r5", "csat", 1, datetime(2025, 5, 1), datetime(2025, 5, 1)),
    _answer("r6", "csat", 5, datetime(2025, 5, 1), datetime(2025, 5, 1)),
    _answer("r7", "csat", 3, datetime(2025, 4, 1), None),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("customers"))})
    for name, rows in TABLES.items():
        stored(settings, name, rows)
    yield settings, warehouse.build(settings, now=NOW)
    dispose(settings)


def facts(shop: tuple[Settings, str], columns: str) -> dict[object, tuple[object, ...]]:
    """customer_id -> columns of customer_facts."""
    found = selected(*shop, f"SELECT customer_id, {columns} FROM customer_facts")
    assert sorted(str(row[0]) for row in found) == ["a", "b", "u", "w"]
    return {row[0]: row[1:] for row in found}


def test_orders_and_money_of_each_customer(shop: tuple[Settings, str]) -> None:
    columns = (
        "first_order_on, last_order_on, orders, paid_orders, known_paid_orders, returned_orders, "
        "net_amount, gross_amount, returned_amount, margin"
    )
    assert facts(shop, columns) == {
        # o9 is of no day; margin: of the orders whose cost is known, 40 + 20 + 5 + 3
        "a": (date(2025, 1, 10), date(2025, 10, 13), 6, 5, 4, 1, 154, 164, 10, 68),
        "b": (None, None, 0, 0, 0, 0, None, None, None, None),
        "u": (date(2025, 11, 1), date(2025, 11, 1), 1, 1, 1, 0, 5, 5, None, None),
        "w": (date(2026, 1, 10), date(2026, 1, 10), 1, 1, 1, 0, 6, 6, None, None),
    }


def test_windows_end_on_the_last_counted_day(shop: tuple[Settings, str]) -> None:
    assert facts(shop, "net_amount_90d, net_amount_365d, orders_365d, net_amount_year_before") == {
        "a": (4, 52, 4, 100),  # o6; o2 50, o3 -10, o5 8, o6 4; o1
        "b": (None, None, 0, None),
        "u": (5, 5, 1, None),
        "w": (6, 6, 1, None),
    }


def test_gaps_are_days_between_different_days(shop: tuple[Settings, str]) -> None:
    # January 10 to 11: 1, to October 12: 274, to October 13: 1
    assert facts(shop, "mean_gap_days, median_gap_days") == {
        "a": (92.0, 1.0),
        "b": (None, None),
        "u": (None, None),
        "w": (None, None),
    }


def test_days_with_orders_and_the_category_of_the_first_one(shop: tuple[Settings, str]) -> None:
    # The day-less o9 is on no day; the unknown product of o8 has no category.
    assert facts(shop, "order_days, first_category") == {
        "a": (4, "Y"),
        "b": (0, None),
        "u": (1, "Y"),
        "w": (1, None),
    }


def test_months_of_a_customer(shop: tuple[Settings, str]) -> None:
    columns = (
        "month_on, cohort_on, first_on, last_on, order_days, orders, paid_orders, net_amount, "
        "gross_amount, margin"
    )
    began, autumn = date(2025, 1, 1), date(2025, 10, 1)
    query = f"SELECT {columns} FROM customer_months WHERE customer_id = 'a' ORDER BY 1"
    assert selected(*shop, query) == [
        (began, began, date(2025, 1, 10), date(2025, 1, 11), 2, 3, 2, 140, 150, 60),
        (autumn, began, date(2025, 10, 12), date(2025, 10, 13), 2, 2, 2, 12, 12, 8),
    ]


def test_one_number_stands_for_a_customer_in_every_mart(shop: tuple[Settings, str]) -> None:
    numbers = selected(*shop, "SELECT customer_id, customer_no FROM customer_facts ORDER BY 1")
    assert len({number for _, number in numbers}) == 4
    for mart in ("customer_months", "order_facts"):
        query = (
            f"SELECT DISTINCT customer_id, customer_no FROM {mart} WHERE customer_no IS NOT NULL "
            "ORDER BY 1"
        )
        assert selected(*shop, query) == [row for row in numbers if row[0] != "b"]


def test_cases_contacts_contracts_and_deals(shop: tuple[Settings, str]) -> None:
    columns = (
        "tickets, open_tickets, last_ticket_at, last_contact_at, has_subscription, monthly_amount, "
        "open_deals"
    )
    nothing = (0, 0, None, None, None, None, 0)
    assert facts(shop, columns) == {
        "a": (3, 1, datetime(2025, 5, 2), datetime(2025, 3, 2), True, 14, 1),
        "b": nothing,
        "u": (0, 0, None, None, False, None, 0),
        "w": nothing,
    }


def test_the_last_answer_is_the_one_given_last(shop: tuple[Settings, str]) -> None:
    assert facts(shop, "last_nps, last_csat") == {
        "a": (9.0, 5.0),
        "b": (None, None),
        "u": (None, None),
        "w": (None, None),
    }


def test_what_a_lookup_may_type(shop: tuple[Settings, str]) -> None:
    found = facts(shop, "search_text")

    assert found["a"] == (
        "\x1f".join(["a", "ada wong", "ada@example.com", "+86 138-00", "8613800"]),
    )
    assert found["u"] == ("u",)


def test_months_of_each_customer(shop: tuple[Settings, str]) -> None:
    found = selected(
        *shop, "SELECT customer_id, month_on, cohort_on, orders, paid_orders, net_amount, "
        "gross_amount, region, country, source, owner_id FROM customer_months ORDER BY ALL",
    )  # fmt: skip
    ada = ("North", "CN", "ads", "e1")
    nobody = (None,) * 4
    january, october = date(2025, 1, 1), date(2025, 10, 1)

    assert found == [
        ("a", january, january, 3, 2, 140, 150, *ada),
        ("a", october, january, 2, 2, 12, 12, *ada),
        ("u", date(2025, 11, 1), date(2025, 11, 1), 1, 1, 5, 5, *nobody),
        ("w", date(2026, 1, 1), date(2026, 1, 1), 1, 1, 6, 6, *nobody),
    ]
