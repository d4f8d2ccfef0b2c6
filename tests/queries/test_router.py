"""Whatever source the router takes, the answer is that of plain loops over the base tables."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crm_data.queries.cut import Cut
from crm_data.queries.measures import MEASURES
from crm_data.queries.metrics import measure_frame, plan
from crm_data.queries.question import question
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.queries.brute import answer
from tests.queries.shop import SHOP, Row, Shop, duckdb_engine, fill

ALL = tuple(MEASURES)
ADDITIVE = ("net_amount", "gross_amount", "returned_amount", "lines", "units")
E1 = AccessScope(frozenset({"e1"}))
DIMENSIONS = (
    "region", "channel", "category", "owner_id", "ordered_on", "ordered_on:week",
    "ordered_on:month", "ordered_on:quarter", "status", "city", "product_id", "campaigns.name",
    "team", "attributes.tier", "currency", "customers.created_at:month", "country", "source",
    "orders.customer_id",
)  # fmt: skip
VALUES: dict[str, tuple[str | None, ...]] = {
    "region": ("North", None),
    "channel": ("web", "store", None),
    "category": ("paper", "kitchen", None),
    "owner_id": ("e1", None),
    "ordered_on:month": ("2025-01-01", "2025-02-01"),
    "ordered_on": ("2025-01-20", "2025-01-05"),
    "status": ("paid", "returned"),
    "product_id": ("p1", None),
    "attributes.tier": ("gold", None),
}

NORTH = '{"field":"region","op":"eq","values":["North"]}'
# Segments, and whether a row of customers (empty for one that only orders know) is in them.
SEGMENTS: dict[str, Callable[[Row], bool]] = {
    NORTH: lambda row: row.get("region") == "North",
    f'{{"not":{NORTH}}}': lambda row: row.get("region") != "North",
    '{"field":"owner_id","op":"is_missing"}': lambda row: row.get("owner_id") is None,
}


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """A few customers and orders, with everything that can be missing missing now and then."""
    keys = ["c1", "c2", "c3"]
    some = st.sampled_from
    customers = [
        {
            "customer_id": key,
            "region": draw(some(["North", "South", None])),
            "country": "CN",
            "source": draw(some(["ads", None])),
            "city": draw(some(["A", "B"])),
            "owner_id": draw(some(["e1", "e2", None])),
            "created_at": datetime(2024, draw(some([1, 2])), 3),
            "attributes": draw(some([None, '{"tier": "gold"}', '{"tier": null}'])),
        }
        for key in keys
    ]
    orders: list[Row] = []
    lines: list[Row] = []
    for number in range(draw(st.integers(0, 9))):
        status = draw(some(["paid", "paid", "paid", "returned", None, "cancelled"]))
        sign = -1 if status == "returned" else 1
        own = [Decimal(draw(some([1, 3]))) * sign for _ in range(draw(st.integers(0, 3)))]
        amount = draw(some([None, None, Decimal(5) * sign, Decimal(0)]))
        key = f"o{number}"
        orders.append(
            {
                "order_id": key,
                "customer_id": draw(some([*keys, "c9", None])),
                "ordered_on": draw(
                    some([date(2025, 1, 5), date(2025, 1, 20), date(2025, 2, 3), date(2025, 4, 1)])
                    | st.none()
                ),
                "channel": draw(some(["web", "store", None])),
                "status": status,
                "amount": amount,
                "owner_id": draw(some(["e1", "s1", None])),
                "campaign_id": draw(some(["k1", None])),
                "currency": draw(some(["CNY", "EUR"])),
            }
        )
        lines += [
            {
                "order_id": key,
                "line_no": place,
                "product_id": draw(some(["p1", "p2", "p3", "p9"])),
                "quantity": 2.0,
                "amount": value,
            }
            for place, value in enumerate(own)
        ]
    return {**SHOP, "customers": customers, "orders": orders, "order_lines": lines}


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    days = [None, date(2025, 1, 1), date(2025, 1, 20), date(2025, 1, 21), date(2025, 3, 1)]
    start, end = draw(st.sampled_from(days)), draw(st.sampled_from(days))
    if start is not None and end is not None and start >= end:
        start, end = end, start
    by = draw(st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=3))
    where = []
    for field in draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=2)):
        values = draw(st.lists(st.sampled_from(VALUES[field]), unique=True, min_size=1))
        where.append((field + draw(st.sampled_from(["", "", "!"])), tuple(values)))
    among = draw(st.sampled_from(["", "", *SEGMENTS]))
    return Cut(start, end, tuple(by), tuple(where), among)


@pytest.fixture(scope="module")
def empty() -> Iterator[sa.Connection]:
    engine = duckdb_engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shop=shops(),
    cut_list=st.lists(cuts(), min_size=3, max_size=6),
    scope=st.sampled_from([EVERYTHING, EVERYTHING, E1, NOBODY]),
)
@example(
    shop=SHOP,
    scope=EVERYTHING,
    cut_list=[Cut(None, None, (dim,)) for dim in DIMENSIONS]
    + [Cut(date(2025, 1, 6), date(2025, 3, 2), ("region", dim)) for dim in DIMENSIONS[1:]],
)
def test_every_source_gives_the_answer_of_plain_loops(
    empty: sa.Connection, shop: Shop, cut_list: list[Cut], scope: AccessScope
) -> None:
    fill(empty, shop)
    for cut in cut_list:
        for measures in (ALL, ADDITIVE):
            frame = measure_frame(empty, scope=scope, measures=measures, cut=cut)
            known = answer(of_members(shop, cut.among), scope, measures, cut)
            same_groups(as_groups(frame, cut.by), known, cut)


def of_members(shop: Shop, among: str) -> Shop:
    """Return the shop with the orders of a segment's members only."""
    if not among:
        return shop
    rows = {row["customer_id"]: row for row in shop["customers"]}
    orders = [
        order
        for order in shop["orders"]
        if order["customer_id"] is not None and SEGMENTS[among](rows.get(order["customer_id"], {}))
    ]
    kept = {order["order_id"] for order in orders}
    lines = [line for line in shop["order_lines"] if line["order_id"] in kept]
    return {**shop, "orders": orders, "order_lines": lines}


def test_the_hand_counted_shop_is_answered_alike_by_every_engine(conn: sa.Connection) -> None:
    """The same comparison over PostgreSQL, on one shop and every dimension."""
    period = (date(2025, 1, 6), date(2025, 3, 2))
    narrowed = [
        Cut(*period, ("ordered_on:month",), ((field, values[:1]),))
        for field, values in VALUES.items()
    ]
    segments = [Cut(*period, ("category",), (), among) for among in SEGMENTS]
    for cut in [Cut(*period, (dim,)) for dim in DIMENSIONS] + narrowed + segments:
        for scope, measures in ((EVERYTHING, ALL), (E1, ALL), (E1, ADDITIVE)):
            frame = measure_frame(conn, scope=scope, measures=measures, cut=cut)
            known = answer(of_members(SHOP, cut.among), scope, measures, cut)
            same_groups(as_groups(frame, cut.by), known, cut)


def test_a_channel_split_by_another_field_counts_a_customer_in_each_part(
    empty: sa.Connection,
) -> None:
    # Ada bought twice on the web: once paid, once returned. She is active in both parts.
    fill(empty, SHOP)
    cut = Cut(by=("channel", "status"))

    frame = measure_frame(empty, scope=E1, measures=ALL, cut=cut)

    found = as_groups(frame, cut.by)
    assert found["web", "paid"]["active_customers"] == 2  # Ada and Cy
    assert found["web", "returned"]["active_customers"] == 1
    same_groups(found, answer(SHOP, E1, ALL, cut), cut)


def test_an_order_with_neither_amount_nor_lines_still_counts_once(empty: sa.Connection) -> None:
    bare = {"order_id": "o99", "customer_id": "c4", "ordered_on": date(2025, 5, 1)}
    order = dict.fromkeys(SHOP["orders"][0]) | bare
    fill(empty, {**SHOP, "orders": [order], "order_lines": []})

    for scope in (EVERYTHING, AccessScope(frozenset({"e1"}))):
        for by in ((), ("category",), ("product_id",)):
            frame = measure_frame(empty, scope=scope, measures=("orders", "lines"), cut=Cut(by=by))
            counted = [1] if scope.is_everything else ([] if by else [0])  # c4 has no owner
            assert frame["orders"].tolist() == counted
            assert not frame["lines"].any()


def as_groups(frame: pd.DataFrame, by: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, float]]:
    plain = [
        tuple(None if pd.isna(v) else v.date() if isinstance(v, pd.Timestamp) else v for v in key)
        for key in frame[list(by)].itertuples(index=False, name=None)
    ]
    values = frame.drop(columns=list(by)).astype("float64").to_dict("records")
    assert len(set(plain)) == len(plain)
    return dict(zip(plain, values, strict=True))  # type: ignore[arg-type]  # column names are str


def same_groups(found: Any, expected: Any, cut: Cut) -> None:
    assert found.keys() == expected.keys(), cut
    for key, values in expected.items():
        assert found[key] == pytest.approx(values), (cut, key)


@pytest.mark.parametrize(
    ("cut", "measure", "scope", "source"),
    [
        (Cut(by=("region", "ordered_on:month")), "net_amount", EVERYTHING, "daily_sales"),
        (Cut(by=("region",)), "net_amount", E1, "order_facts"),
        (Cut(by=("region",), among=NORTH), "net_amount", EVERYTHING, "order_facts"),
        (Cut(by=("category",), among=NORTH), "net_amount", EVERYTHING, "order_categories"),
        (
            Cut(by=("ordered_on:month",), among=NORTH),
            "active_customers",
            EVERYTHING,
            "customer_months",
        ),
        (Cut(by=("category",)), "orders", EVERYTHING, "daily_category_sales"),
        (Cut(by=("category",)), "net_amount", E1, "order_categories"),
        (Cut(by=("category", "city")), "new_customers", EVERYTHING, "order_categories"),
        (Cut(by=("category", "product_id")), "net_amount", EVERYTHING, "order_lines"),
        (Cut(by=("product_id",)), "net_amount_sq", E1, "order_facts"),
        (Cut(where=(("category", ("paper", "kitchen")),)), "orders", EVERYTHING, "order_facts"),
        (
            Cut(where=(("category", ("paper", "kitchen")),)),
            "net_amount",
            EVERYTHING,
            "daily_category_sales",
        ),
        (Cut(by=("city", "ordered_on:week")), "active_customers", E1, "order_facts"),
        (Cut(by=("ordered_on:week", "source")), "active_customers", EVERYTHING, "daily_sales"),
        (
            Cut(date(2025, 1, 6), by=("ordered_on:week",)),
            "active_customers",
            EVERYTHING,
            "daily_sales",
        ),
        (
            Cut(date(2025, 1, 7), by=("ordered_on:week",)),
            "active_customers",
            EVERYTHING,
            "order_facts",
        ),
        (Cut(by=("channel", "ordered_on:quarter")), "active_customers", EVERYTHING, "daily_sales"),
        (
            Cut(by=("ordered_on:week", "ordered_on:month")),
            "active_customers",
            EVERYTHING,
            "order_facts",
        ),
        (Cut(by=("ordered_on:year",)), "active_customers", EVERYTHING, "order_facts"),
        (Cut(by=("channel",)), "active_customers", EVERYTHING, "order_facts"),
        (Cut(by=("channel",)), "repeat_customers", EVERYTHING, "customers"),
        (
            Cut(where=(("channel", ("web", "store")),)),
            "active_customers",
            EVERYTHING,
            "customers",
        ),
        (Cut(by=("status",)), "active_customers", EVERYTHING, "customers"),
        (Cut(by=("channel", "status")), "active_customers", EVERYTHING, "customers"),
        (Cut(by=("category",)), "active_customers", EVERYTHING, "customers"),
    ],
)
def test_router_takes_the_cheapest_source(
    cut: Cut, measure: str, scope: AccessScope, source: str
) -> None:
    (step,) = plan(question(scope, cut), (measure,))

    assert step.source == source
