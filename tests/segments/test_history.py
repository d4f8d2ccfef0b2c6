"""Past sizes equal the sizes of a version that was built from what was known then."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.queries.order_facts_on import ON_A_DAY
from crm_data.queries.segment_history import month_ends
from crm_data.queries.segments import segment_members, segment_size, segment_sizes_by_month
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.customers.shop import built
from tests.postgres_server import NewDatabase

LAST = date(2025, 6, 20)
ENDS = month_ends(LAST, 4)
Rows = list[dict[str, Any]]


def until(day: date) -> dict[str, Rows]:
    """A random company as it was known on a day; somebody buys at each month end."""
    rng = random.Random(5)  # noqa: S311 - test data
    customers: Rows = [{"customer_id": "monthly", "created_at": datetime(2025, 1, 1)}]
    orders: Rows = [_order(f"m{at}", "monthly", end, 1) for at, end in enumerate(ENDS)]
    for days in (89, 90, 364, 365):  # on either side of a window that ends at a month end
        customers.append({"customer_id": f"w{days}", "created_at": None, "owner_id": None})
        orders.append(_order(f"w{days}", f"w{days}", ENDS[1] - timedelta(days=days), 5))
    for no in range(30):
        made = rng.choice(
            [None, datetime(2025, 1, 1) + timedelta(days=rng.randrange(170), hours=23)]
        )
        customers.append({"customer_id": f"c{no}", "created_at": made, "owner_id": f"e{no % 2}"})
        for at in range(rng.choice([0, 1, 2, 5, 9])):
            on = date(2024, 4, 1) + timedelta(days=rng.randrange(446))
            amount = rng.choice([-3, 2, 5, 9])
            orders.append(_order(f"o{no}-{at}", f"c{no}", on, amount))
    known = [order for order in orders if order["ordered_on"] <= day]
    bought = {order["customer_id"] for order in known}
    first = {order["customer_id"] for order in orders}
    there = [
        c for c in customers
        if c["customer_id"] in bought
        or (c["created_at"] is not None and c["created_at"].date() <= day)
        or (c["created_at"] is None and c["customer_id"] not in first)
    ]  # fmt: skip
    return {"customers": there, "orders": known}


def _order(key: str, customer: str, on: date, amount: int) -> dict[str, Any]:
    return {
        "order_id": key, "customer_id": customer, "ordered_on": on, "amount": Decimal(amount),
        "cost": Decimal(1) if amount != 9 else None,
        "status": "paid" if amount > 0 else "returned",
    }  # fmt: skip


Sizes = Callable[[str], list[int]]


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[sa.Connection]]:
    """Connections to the versions of the four days, oldest first."""
    homes, warehouses, connections = [], [], []
    for day in ENDS:
        home: Path = tmp_path_factory.mktemp("then")
        homes.append(Settings.from_environment({"CRM_HOME": str(home)}))
        version = built(homes[-1], until(day))
        warehouses.append(Warehouse(homes[-1]))
        connections.append(warehouses[-1].connect(version))
    yield [connection.__enter__() for connection in connections]
    for connection, warehouse, home_settings in zip(connections, warehouses, homes, strict=True):
        connection.__exit__(None, None, None)
        warehouse.close()
        dispose(home_settings)


@pytest.fixture(scope="module")
def postgres_now(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[sa.Connection]:
    """A connection to the version of the last day in PostgreSQL."""
    home = tmp_path_factory.mktemp("now")
    settings = Settings.from_environment(
        {"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": new_postgres()}
    )
    version, warehouse = built(settings, until(LAST)), Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield connection
    warehouse.close()
    dispose(settings)


def compare(field: str, op: str, *values: object) -> dict[str, object]:
    return {"field": field, "op": op, "values": list(values)}


CONDITIONS = [
    compare("orders", "ge", 2),
    compare("orders", "eq", 0),
    compare("paid_orders", "between", 1, 3),
    compare("returned_orders", "eq", 0),
    compare("orders_365d", "le", 3),
    compare("orders_365d", "ge", 1),
    compare("order_days", "gt", 2),
    compare("first_order_on", "within_days", 90),
    compare("last_order_on", "before_days", 30),
    compare("last_order_on", "is_missing"),
    compare("net_amount", "gt", 6),
    compare("gross_amount", "gt", 9),
    compare("returned_amount", "is_known"),
    compare("returned_amount", "gt", 3),
    compare("margin", "lt", 5),
    compare("net_amount_90d", "gt", 0),
    compare("net_amount_365d", "le", 9),
    compare("net_amount_year_before", "is_known"),
    compare("net_amount_year_before", "gt", 4),
    compare("mean_gap_days", "lt", 60),
    compare("median_gap_days", "lt", 50),
    {"event": "order", "within_days": 60, "n": 2},
    {"event": "order", "count": "exactly", "n": 0, "since": "2025-04-15"},
    {"all": []},
    {"not": {"any": [compare("orders", "ge", 2), compare("created_at", "within_days", 45)]}},
]


@pytest.mark.parametrize("tree", CONDITIONS, ids=str)
def test_past_sizes_are_those_of_versions_built_then(
    then: list[sa.Connection], tree: dict[str, object]
) -> None:
    text = json.dumps(tree)
    told = segment_sizes_by_month(then[-1], EVERYTHING, text, months=4)
    members = [
        set(segment_members(conn, EVERYTHING, text, limit=99)["customer_id"]) for conn in then
    ]

    assert told.as_today == ()
    assert [stamp.date() for stamp in told.sizes["on"]] == ENDS
    assert told.sizes["customers"].tolist() == [len(m) for m in members]
    assert told.sizes["entered"].tolist()[1:] == [
        len(now - before) for before, now in pairwise(members)
    ]
    assert told.sizes["left"].tolist()[1:] == [
        len(before - now) for before, now in pairwise(members)
    ]
    assert told.sizes[["entered", "left"]].iloc[0].isna().all()


@pytest.mark.postgres
@pytest.mark.parametrize("tree", CONDITIONS, ids=str)
def test_both_engines_tell_the_same_past(
    then: list[sa.Connection], postgres_now: sa.Connection, tree: dict[str, object]
) -> None:
    text = json.dumps(tree)
    told = [
        segment_sizes_by_month(conn, EVERYTHING, text, months=4).sizes
        for conn in (then[-1], postgres_now)
    ]

    assert told[0].equals(told[1])


def test_every_fact_of_orders_is_worked_out_anew_or_said_to_be_of_today(
    then: list[sa.Connection],
) -> None:
    tested = {tree["field"] for tree in CONDITIONS if "field" in tree}
    both = {"any": [compare("city", "eq", "A"), compare("stage", "eq", "lost")]}

    assert set(ON_A_DAY) - {"days_since_last_order"} <= tested
    assert segment_sizes_by_month(then[-1], EVERYTHING, json.dumps(both)).as_today == (
        "city",
        "stage",
    )


def test_the_past_is_only_of_customers_that_the_viewer_may_see(then: list[sa.Connection]) -> None:
    own = AccessScope(frozenset({"e1"}))
    told = segment_sizes_by_month(then[-1], own, '{"all": []}', months=4).sizes

    assert told["customers"].tolist() == [
        segment_size(c, own, '{"all": []}').customers for c in then
    ]
    assert (
        segment_sizes_by_month(then[-1], AccessScope(), '{"all": []}').sizes["customers"].sum() == 0
    )


def test_stages_are_read_from_their_letters(tmp_path: Path) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    version = built(settings, until(LAST))
    path = settings.warehouse_dir / f"{version}.duckdb"
    path.chmod(0o644)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "INSERT INTO customer_scores BY NAME SELECT customer_no, customer_id, 'loyal' AS stage,"
            " CASE WHEN customer_id = 'c1' THEN 'L' ELSE 'LAL' END AS stage_history"
            " FROM customer_facts WHERE customer_id IN ('c1', 'monthly')"
        )
    tree = json.dumps(compare("stage", "eq", "loyal"))
    letters = {"stage": {"L": "loyal", "A": "active"}}
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as conn:
        told = segment_sizes_by_month(conn, EVERYTHING, tree, months=4, letters=letters)
        as_today = segment_sizes_by_month(conn, EVERYTHING, tree, months=4)
    warehouse.close()
    dispose(settings)

    assert told.sizes["customers"].tolist() == [0, 1, 0, 2]
    assert told.as_today == ()
    assert as_today.as_today == ("stage",)


def test_a_month_end_is_not_told_twice() -> None:
    assert month_ends(date(2025, 3, 31), 3) == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2025, 3, 31),
    ]
