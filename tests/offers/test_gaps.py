"""White space by the size of the gap: shares by brute force, the order over both engines."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import Connection

from analytics.white_space import gap_shares
from crm_data.queries.white_space import Worth, category_amounts
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables import METADATA, mart
from crm_data.versions import Warehouse
from tests.customers.pages import open_page
from tests.offers.shop import built
from tests.offers.test_scoring import bought
from tests.two_engines import on_both_engines

MEMBERS = json.dumps({"field": "orders", "op": "le", "values": [2]})
# customer: owner, orders, net amount, of a year, share of the gap. Shares are powers of two.
CUSTOMERS: dict[int, tuple[str | None, int, int | None, int | None, float | None]] = {
    1: ("E1", 1, 100, 10, 0.25), 2: (None, 2, 40, 40, 0.5), 3: ("E1", 3, 900, None, None),
    4: (None, 2, 80, 80, 0.25), 5: (None, 9, 200, 200, 0.0), 6: ("E2", 1, 0, 0, 0.5),
    7: (None, 1, None, None, 0.5), 8: (None, 4, 900, 5, None), 9: ("E1", 2, 4, 4, 0.5),
    -1: (None, 1, 16, 16, 1.0),
}  # fmt: skip


def fill(conn: Connection) -> None:
    METADATA.drop_all(conn)
    METADATA.create_all(conn)
    for number, (owner, orders, net, year, share) in CUSTOMERS.items():
        who = {"customer_no": number, "customer_id": f"c{number}", "owner_id": owner}
        amounts = [None if value is None else Decimal(value) for value in (net, year)]
        facts = {"net_amount": amounts[0], "net_amount_365d": amounts[1], "orders": orders}
        conn.execute(mart("customer_facts").insert(), [{**who, **facts}])
        gaps = {
            name: share * value if share is not None and value else None
            for name, value in (("gap", net), ("gap_365d", year))
        }
        conn.execute(mart("customer_scores").insert(), [{**who, **gaps}])
        parts = [{"customer_no": number, "category": name} for name in ("tea", None, "cup")]
        conn.execute(mart("customer_categories").insert(), parts[: 1 + abs(number) % 3])


conn = on_both_engines(fill)


def ordered(worth: Worth, keep: Sequence[int]) -> list[str]:
    """Customers of whom something is known, the biggest gap first, by a sort of the table above."""
    at = 2 if worth == "net_amount" else 3
    rows = [(number, CUSTOMERS[number][at] or 0, CUSTOMERS[number][4]) for number in keep]
    key = [(0, t, -number) if s is None else (1, t * s, -number) for number, t, s in rows if t > 0]
    return [f"c{-number}" for *_, number in sorted(key, reverse=True)]


@pytest.mark.parametrize("worth", ["net_amount", "net_amount_365d"])
def test_the_biggest_gap_comes_first(conn: Connection, worth: Worth) -> None:
    more: Any = {"scope": EVERYTHING, "worth": worth, "by_gap": True, "limit": 3}
    pages = [category_amounts(conn, **more, offset=offset) for offset in (0, 3, 6)]
    listed = [customer for page in pages for customer in page["customer_id"].unique()]

    assert listed == ordered(worth, list(CUSTOMERS))
    assert len(listed) == (8 if worth == "net_amount" else 7)


def test_a_part_of_the_customers_by_gap(conn: Connection) -> None:
    def listed(**more: Any) -> list[str]:
        found: list[str] = category_amounts(conn, by_gap=True, **more)["customer_id"].unique()
        return list(found)

    few = [number for number, about in CUSTOMERS.items() if about[1] <= 2]
    assert listed(scope=EVERYTHING, among=MEMBERS) == ordered("net_amount", few)
    assert listed(scope=NOBODY) == []
    mine = AccessScope(frozenset({"E1"}))
    assert listed(scope=mine) == ordered("net_amount", [1, 3, 9]) == ["c1", "c9", "c3"]


def test_rows_of_a_customer_stay_together(conn: Connection) -> None:
    by_total = category_amounts(conn, scope=EVERYTHING)
    by_gap = category_amounts(conn, scope=EVERYTHING, by_gap=True)

    order = ["customer_id", "category"]
    assert by_gap.sort_values(order, ignore_index=True).equals(
        by_total.sort_values(order, ignore_index=True)
    )
    assert by_gap["customer_id"].ne(by_gap["customer_id"].shift()).sum() == 8


@given(some.data(), some.integers(1, 8))
def test_the_first_step_that_can_be_taken(data: some.DataObject, n: int) -> None:
    # Categories far apart: more than one number holds.
    names = some.sampled_from([0, 1, 51, 52, 53, 110, 200])
    held = data.draw(some.lists(some.sets(names), min_size=n, max_size=n))
    steps = data.draw(some.lists(some.tuples(names, names, some.floats(0, 1)), max_size=6))
    rows = [(who, one) for who, mine in enumerate(held) for one in sorted(mine)]
    customer, category = (np.array(part, dtype=np.int64) for part in zip(*rows, strict=True)) if (
        rows
    ) else (np.zeros(0, np.int64), np.zeros(0, np.int64))  # fmt: skip

    found = gap_shares(customer, category, steps, n_customers=n)

    plain = [
        next((share for one, two, share in steps if one in mine and two not in mine), np.nan)
        for mine in held
    ]
    np.testing.assert_array_equal(found, plain)


@pytest.fixture(scope="module")
def tastes(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Forty who buy tea, thirty of them cups too; forty others who buy soap."""
    home = tmp_path_factory.mktemp("tastes")
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    rows = [(f"c{n:02d}", "tea", n + day) for n in range(40) for day in range(1 + n % 3)]
    rows += [(f"c{n:02d}", "cup", n) for n in range(30)]
    rows += [(f"d{n:02d}", "soap", n) for n in range(40)]
    products = [{"product_id": p, "category": c} for p, c in zip(
        ("tea", "cup", "soap"), ("drink", "ware", "care"), strict=True
    )]  # fmt: skip
    built(settings, {**bought(*rows), "products": products})
    return settings


def test_scores_of_gaps(tastes: Settings) -> None:
    warehouse = Warehouse(tastes)
    scores, pairs = mart("customer_scores"), mart("category_pairs")
    with warehouse.connect(warehouse.current() or "") as conn:
        gaps = dict(conn.execute(sa.select(scores.c.customer_id, scores.c.gap)).all())
        year = sa.select(sa.func.count()).where(scores.c.gap_365d == scores.c.gap)
        assert conn.scalar(year) == 10
        weights = dict(conn.execute(sa.select(pairs.c.other_category, pairs.c.other_weight)).all())
    warehouse.close()

    # Forty bought 79 drinks; thirty of them, of 60 drinks, bought 30 wares.
    assert weights["ware"] == pytest.approx(30 / 90)
    assert weights["drink"] == pytest.approx(79 / 109)
    assert gaps["c30"] == pytest.approx(0.75 * 30 / 90 * 1)
    assert gaps["c32"] == pytest.approx(0.75 * 30 / 90 * 3)
    # Who has both, and who buys what goes with nothing.
    assert gaps["c00"] is None
    assert gaps["d00"] is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_by_gap(tastes: Settings, language: str) -> None:
    st.cache_data.clear()
    asked = {"view": "white_space", "order": "gap", "lang": language}
    app = open_page(tastes, "offers", asked)
    shown = app.dataframe[0].value

    assert not app.exception
    # Who buys tea only, those with three orders first: three quarters of the buyers of drinks buy
    # wares, on which its buyers spend 30 of 30 + 60.
    assert shown["name"].tolist()[:3] == ["c32", "c35", "c38"]
    assert shown["gap"].tolist()[:11] == pytest.approx(
        [0.75 * 30 / 90 * total for total in (3, 3, 3, 2, 2, 2, 1, 1, 1, 1)] + [float("nan")],
        nan_ok=True,
    )
    app.segmented_control("order").set_value("total").run()
    assert app.query_params["order"] == "total"
    assert app.dataframe[0].value["total"].is_monotonic_decreasing
    st.cache_data.clear()
    st.cache_resource.clear()
