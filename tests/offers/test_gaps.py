"""White space by the size of the gap, against a recount in plain Python, over both engines."""

import json
from itertools import permutations
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import Connection, select

from crm_data.queries.white_space import Worth, category_amounts
from crm_data.queries.white_space_gaps import Step, category_weights
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables import mart
from tests.customers.pages import open_page
from tests.offers.shop import built
from tests.offers.test_scoring import bought

# Shares are powers of two: a gap is then the same number however it is multiplied.
STEPS: tuple[Step, ...] = (
    ("drink", "ware", 0.25), ("ware", "drink", 0.5), ("drink", "nothing", 0.125),
)  # fmt: skip
MEMBERS = json.dumps({"field": "orders", "op": "le", "values": [2]})


def recount(
    conn: Connection, worth: Worth, steps: tuple[Step, ...], owner: str | None, most_orders: int
) -> list[str]:
    """Customers in order, by loops over the rows of the marts."""
    facts, parts = mart("customer_facts"), mart("customer_categories")
    held: dict[int, set[str | None]] = {}
    for number, category in conn.execute(select(parts.c.customer_no, parts.c.category)):
        held.setdefault(number, set()).add(category)
    found = []
    for row in conn.execute(select(facts)).mappings():
        total, number = float(row[worth] or 0), row["customer_no"]
        if total <= 0 or owner not in (None, row["owner_id"]) or row["orders"] > most_orders:
            continue
        mine = held[number]
        taken = [share for one, two, share in steps if one in mine and two not in mine]
        gap = total * taken[0] if taken else -1.0
        found.append((-gap, -total, number, row["customer_id"]))
    return [customer for *_, customer in sorted(found)]


@pytest.mark.parametrize("worth", ["net_amount", "net_amount_365d"])
@pytest.mark.parametrize("steps", [*permutations(STEPS, 2), STEPS, ()])
def test_the_biggest_gap_comes_first(
    conn: Connection, steps: tuple[Step, ...], worth: Worth
) -> None:
    expected = recount(conn, worth, steps, None, 99)
    more: Any = {"scope": EVERYTHING, "worth": worth, "steps": steps, "limit": 3}
    pages = [category_amounts(conn, **more, offset=offset) for offset in (0, 3, 6)]
    listed = [customer for page in pages for customer in page["customer_id"].unique()]

    assert len(expected) == (8 if worth == "net_amount" else 7)
    assert listed == expected


def test_a_part_of_the_customers_by_gap(conn: Connection) -> None:
    of_members = category_amounts(conn, scope=EVERYTHING, steps=STEPS, among=MEMBERS)
    expected = recount(conn, "net_amount", STEPS, None, 2)

    assert of_members["customer_id"].unique().tolist() == expected
    assert 3 <= len(expected) < 8
    assert category_amounts(conn, scope=NOBODY, steps=STEPS).empty
    # c4, the only one of E1, brought back as much as it bought.
    mine = category_amounts(conn, scope=AccessScope(frozenset({"E1"})), steps=STEPS)
    assert mine["customer_id"].unique().tolist() == recount(conn, "net_amount", STEPS, "E1", 99)


def test_rows_of_a_customer_stay_together(conn: Connection) -> None:
    by_total = category_amounts(conn, scope=EVERYTHING)
    by_gap = category_amounts(conn, scope=EVERYTHING, steps=STEPS)

    order = ["customer_id", "category"]
    assert by_gap.sort_values(order, ignore_index=True).equals(
        by_total.sort_values(order, ignore_index=True)
    )
    assert by_gap["customer_id"].ne(by_gap["customer_id"].shift()).sum() == 8


def test_more_categories_than_one_number_holds(conn: Connection) -> None:
    # 64 others come first: drinks and wares lie beyond what a whole number of 64 bits holds.
    many = tuple((f"a{n}", f"b{n}", 0.5) for n in range(32))
    found = category_amounts(conn, scope=EVERYTHING, steps=(*many, *STEPS))

    assert found["customer_id"].unique().tolist() == recount(conn, "net_amount", STEPS, None, 99)


def test_the_weight_of_a_category(conn: Connection) -> None:
    # Drinks, 10 of each: c1 spent 30, c2 40, c3 20, c5 20, and c7 to c10 10 each. Wares: c1 10,
    # c2 20, c3 10, c5 10. c4 spent nothing in the end and does not count.
    found = category_weights(conn, scope=EVERYTHING)

    assert found["ware"] == pytest.approx(50 / 110)
    assert found["drink"] == pytest.approx(80 / 150)
    assert category_weights(conn, scope=NOBODY) == {}


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
