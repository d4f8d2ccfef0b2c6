"""Marts of orders, counted by hand.

Customers a (region North, owner e1) and b (no region, no owner); u and w are not in customers.

Orders  day     customer  channel  status     amount  lines
  o1    Jan 10  a         web      paid           -   p1 60 + p2 40, cost 25 and 15
  o2    Jan 10  a         store    paid          30   p1 20             10 unexplained
  o3    Jan 12  a         web      cancelled    999   p1 999
  o4    Jan 15  a         web      returned     -40   p1 -40
  o5    Jan 20  a         web      (missing)     50   none, own cost 5
  o6    Jan 11  u         web      paid           7   p9 7              product unknown
  o7    Jan 13  w         web      paid           8   none
  o8    Jan 14  -         web      paid           9   none              nobody's, own owner e2
  o9    -       a         web      paid         100   none              no day
  o10   Jan 16  b         -        paid           0   p1 5              own amount wins: -5
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.tables.marts import NEVER
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored


def _day(number: int | None) -> date | None:
    return None if number is None else date(2025, 1, number)


def _order(
    key: str, day: int | None, customer: str | None, channel: str | None, status: str | None,
    amount: int | None, **more: object,
) -> dict[str, object]:  # fmt: skip
    return {
        "order_id": key, "ordered_on": _day(day), "customer_id": customer, "channel": channel,
        "status": status, "amount": amount, **more,
    }  # fmt: skip


def _line(order: str, number: int, product: str, amount: int, **more: object) -> dict[str, object]:
    return {
        "order_id": order, "line_no": number, "product_id": product, "amount": amount,
        "quantity": 2.0, **more,
    }  # fmt: skip


# The later order of the same day is stored first, and days are not in order.
ORDERS = [
    _order("o5", 20, "a", "web", None, 50, cost=5),
    _order("o2", 10, "a", "store", "paid", 30, owner_id="s9"),
    _order("o1", 10, "a", "web", "paid", None),
    _order("o4", 15, "a", "web", "returned", -40),
    _order("o3", 12, "a", "web", "cancelled", 999),
    _order("o7", 13, "w", "web", "paid", 8, owner_id="s9"),
    _order("o6", 11, "u", "web", "paid", 7),
    _order("o9", None, "a", "web", "paid", 100),
    _order("o8", 14, None, "web", "paid", 9, owner_id="e2"),
    _order("o10", 16, "b", None, "paid", 0),
]
LINES = [
    _line("o1", 1, "p1", 60, cost=25),
    _line("o1", 2, "p2", 40, cost=15),
    _line("o2", 1, "p1", 20),
    _line("o3", 1, "p1", 999),
    _line("o4", 1, "p1", -40),
    _line("o6", 1, "p9", 7),
    _line("o10", 1, "p1", 5),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, str]]:
    home: Path = tmp_path_factory.mktemp("orders")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    north = {"region": "North", "country": "CN", "source": "ads", "owner_id": "e1"}
    stored(settings, "customers", [{"customer_id": "a", **north}, {"customer_id": "b"}])
    stored(
        settings,
        "products",
        [{"product_id": "p1", "category": "x"}, {"product_id": "p2", "category": "y"}],
    )
    stored(settings, "orders", ORDERS)
    stored(settings, "order_lines", LINES)
    yield settings, warehouse.build(settings, now=NOW)
    dispose(settings)


def rows(shop: tuple[Settings, str], sql: str) -> dict[object, tuple[object, ...]]:
    """First column -> the others."""
    found = selected(*shop, sql)
    assert len({row[0] for row in found}) == len(found)
    return {row[0]: row[1:] for row in found}


def test_what_an_order_is_worth_and_costs(shop: tuple[Settings, str]) -> None:
    found = rows(
        shop, "SELECT order_id, is_counted, net_amount, cost, lines, units FROM order_facts"
    )

    assert found == {
        "o1": (True, 100, 40, 2, 4),
        "o2": (True, 30, None, 1, 2),
        "o3": (False, 999, None, 1, 2),
        "o4": (True, -40, None, 1, 2),
        "o5": (True, 50, 5, 0, None),
        "o6": (True, 7, None, 1, 2),
        "o7": (True, 8, None, 0, None),
        "o8": (True, 9, None, 0, None),
        "o9": (True, 100, None, 0, None),
        "o10": (True, 0, None, 1, 2),
    }


def test_whose_an_order_is(shop: tuple[Settings, str]) -> None:
    found = rows(
        shop, "SELECT order_id, status, owner_id, seller_id, region, country, source "
        "FROM order_facts WHERE order_id IN ('o2', 'o5', 'o7', 'o8')",
    )  # fmt: skip

    assert found == {
        "o2": ("paid", "e1", "s9", "North", "CN", "ads"),
        "o5": ("paid", "e1", None, "North", "CN", "ads"),
        "o7": ("paid", None, "s9", None, None, None),  # its customer is unknown, so is its owner
        "o8": ("paid", "e2", "e2", None, None, None),
    }


def test_the_day_of_the_order_before(shop: tuple[Settings, str]) -> None:
    found = rows(
        shop, "SELECT order_id, previous_on, previous_in_channel_on, previous_paid_on, "
        "second_previous_paid_on FROM order_facts",
    )  # fmt: skip
    nothing = (None, None, None, None)

    assert found == {
        "o1": (NEVER, NEVER, NEVER, NEVER),
        "o2": (_day(10), NEVER, _day(10), NEVER),  # the same day: the lower id is the earlier
        "o3": nothing,  # does not count
        "o4": (_day(10), _day(10), None, None),  # not paid
        "o5": (_day(15), _day(15), _day(10), _day(10)),
        "o6": (NEVER, NEVER, NEVER, NEVER),
        "o7": (NEVER, NEVER, NEVER, NEVER),  # another unknown customer than o6's
        "o8": nothing,  # nobody's
        "o9": nothing,  # no day
        "o10": (NEVER, NEVER, NEVER, NEVER),
    }


def test_order_facts_are_sorted_by_day(shop: tuple[Settings, str]) -> None:
    found = selected(*shop, "SELECT day(ordered_on) FROM order_facts ORDER BY rowid")

    assert found == [(10,), (10,), (11,), (12,), (13,), (14,), (15,), (16,), (20,), (None,)]


def test_days_by_hand(shop: tuple[Settings, str]) -> None:
    found = rows(
        shop, "SELECT day(ordered_on), sum(net_amount), sum(gross_amount), sum(returned_amount), "
        "sum(net_amount_sq), sum(gross_amount_sq), sum(returned_amount_sq), sum(orders), "
        "sum(paid_orders), sum(lines), sum(units), sum(new_customers), sum(customer_net_amount), "
        "sum(customer_orders) FROM daily_sales GROUP BY ordered_on",
    )  # fmt: skip

    assert found == {
        10: (130, 130, None, 100**2 + 30**2, 100**2 + 30**2, None, 2, 2, 3, 6, 1, 130, 2),
        11: (7, 7, None, 49, 49, None, 1, 1, 1, 2, 1, 7, 1),
        13: (8, 8, None, 64, 64, None, 1, 1, 0, None, 1, 8, 1),
        14: (9, 9, None, 81, 81, None, 1, 1, 0, None, 0, None, 0),
        15: (-40, None, 40, 1600, None, 1600, 1, 0, 1, 2, 0, -40, 1),
        16: (0, 0, None, 0, 0, None, 1, 1, 1, 2, 1, 0, 1),
        20: (50, 50, None, 2500, 2500, None, 1, 1, 0, None, 0, 50, 1),
        None: (100, 100, None, 10_000, 10_000, None, 1, 1, 0, None, 0, None, 0),
    }


def test_a_day_is_split_by_what_belongs_to_customer_and_order(shop: tuple[Settings, str]) -> None:
    found = selected(
        *shop, "SELECT day(ordered_on), region, country, channel, source, orders FROM daily_sales "
        "WHERE day(ordered_on) IN (10, 16) ORDER BY ALL",
    )  # fmt: skip

    assert found == [
        (10, "North", "CN", "store", "ads", 1),
        (10, "North", "CN", "web", "ads", 1),
        (16, None, None, None, None, 1),
    ]


def test_orders_in_categories_have_the_channel_of_the_order(shop: tuple[Settings, str]) -> None:
    other = selected(
        *shop, "SELECT c.order_no FROM order_categories c JOIN order_facts f USING (order_no) "
        "WHERE c.channel IS DISTINCT FROM f.channel",
    )  # fmt: skip
    found = selected(*shop, "SELECT channel, count(*) FROM order_categories GROUP BY 1 ORDER BY 1")

    assert other == []
    assert {channel for channel, _ in found} == {"store", "web", None}


def test_categories_and_what_no_line_explains(shop: tuple[Settings, str]) -> None:
    found = selected(
        *shop, "SELECT day(ordered_on), channel, category, net_amount, gross_amount, "
        "returned_amount, orders, paid_orders, lines, units FROM daily_category_sales ORDER BY ALL",
    )  # fmt: skip

    assert found == [
        (10, "store", "x", 20, 20, None, 1, 1, 1, 2),
        (10, "store", None, 10, 10, None, 0, 0, 0, None),  # the order counts where its line is
        (10, "web", "x", 60, 60, None, 1, 1, 1, 2),
        (10, "web", "y", 40, 40, None, 1, 1, 1, 2),
        (11, "web", None, 7, 7, None, 1, 1, 1, 2),  # product unknown
        (13, "web", None, 8, 8, None, 1, 1, 0, None),
        (14, "web", None, 9, 9, None, 1, 1, 0, None),
        (15, "web", "x", -40, None, 40, 1, 0, 1, 2),
        (16, None, "x", 5, 5, None, 1, 1, 1, 2),
        (16, None, None, -5, -5, None, 0, 0, 0, None),
        (20, "web", None, 50, 50, None, 1, 1, 0, None),
        (None, "web", None, 100, 100, None, 1, 1, 0, None),
    ]


def test_money_keeps_four_decimals(settings: Settings) -> None:
    lines = [
        {"order_id": "1", "line_no": n, "amount": Decimal("0.0001"), "cost": Decimal("0.3333")}
        for n in (1, 2, 3)
    ]
    stored(settings, "orders", [{"order_id": "1", "ordered_on": date(2025, 1, 1)}])
    stored(settings, "order_lines", lines)
    version = warehouse.build(settings, now=NOW)

    found = selected(settings, version, "SELECT net_amount, cost FROM order_facts")
    assert found == [(Decimal("0.0003"), Decimal("0.9999"))]
