"""Incremental build equals full rebuild, row for row, whatever the order of imports and undos."""

import tempfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.batches import ledger, undo_all
from crm_data.settings import Settings
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES
from tests.conftest import NOW
from tests.warehouse.stage import rows_of_all, stored

pytestmark = pytest.mark.long

ids = st.sampled_from(["1", "2", "3", "4"])
maybe = st.none() | st.sampled_from(["x", "y", "z"])
amounts = st.none() | st.integers(-50, 50)
days = st.dates(date(2025, 1, 1), date(2025, 3, 31))

customer = st.fixed_dictionaries(
    {"customer_id": ids, "name": maybe, "region": maybe, "owner_id": maybe},
    optional={"attributes": st.sampled_from(['{"a":"1"}', '{"b":"2"}', None])},
)
order = st.fixed_dictionaries(
    {
        "order_id": ids,
        "customer_id": st.none() | ids,
        "ordered_on": st.none() | days,
        "status": st.sampled_from([None, "paid", "returned", "cancelled"]),
        "amount": amounts,
    }
)
line = st.fixed_dictionaries(
    {"order_id": ids, "line_no": st.integers(1, 2), "product_id": maybe, "amount": amounts}
)
deal = st.fixed_dictionaries(
    {
        "opportunity_id": ids,
        "created_at": st.none() | st.datetimes(datetime(2025, 1, 1), datetime(2025, 3, 1)),
        "stage": st.sampled_from([None, "x", "y", "won"]),
        "amount": amounts,
        "outcome": st.sampled_from([None, "won", "lost"]),
        "closed_at": st.none() | st.datetimes(datetime(2025, 3, 1), datetime(2025, 4, 1)),
    }
)
deal_event = st.fixed_dictionaries(
    {
        "opportunity_id": ids,
        "changed_at": st.datetimes(datetime(2025, 1, 1), datetime(2025, 4, 1)),
        "field": st.sampled_from(["stage", "amount"]),
        "old_value": st.sampled_from([None, "x", "1"]),
        "new_value": st.sampled_from([None, "y", "won", "2"]),
    }
)
product = st.fixed_dictionaries({"product_id": st.sampled_from(["x", "y"]), "category": maybe})


def imports(table: str, row: st.SearchStrategy[dict[str, object]], *key: str) -> st.SearchStrategy:  # type: ignore[type-arg]  # rows of any table
    rows = st.lists(row, min_size=1, max_size=4, unique_by=lambda r: tuple(r[k] for k in key))
    return st.tuples(st.just(table), rows, st.booleans(), st.sampled_from(["a", "b"]))


steps = st.lists(
    st.one_of(
        imports("customers", customer, "customer_id"),
        imports("orders", order, "order_id"),
        imports("order_lines", line, "order_id", "line_no"),
        imports("products", product, "product_id"),
        imports("opportunities", deal, "opportunity_id"),
        imports("opportunity_events", deal_event, "opportunity_id", "changed_at", "field"),
        st.integers(0, 9),
        st.just("build"),
    ),
    min_size=1,
    max_size=8,
)


@given(steps=steps)
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_incremental_build_equals_full_rebuild(steps: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # Rows must not depend on which of two threads comes first.
        environment = {"CRM_HOME": str(Path(folder) / "home"), "CRM_THREADS": "2"}
        settings = Settings.from_environment(environment)
        try:
            for step in steps:
                take(settings, step)
            incremental = warehouse.build(settings, now=NOW)
            full = warehouse.rebuild(settings, now=NOW)
            names = [spec.name for spec in (*TABLES, *MARTS)]
            expected = rows_of_all(settings, full, names)
            for name, found in rows_of_all(settings, incremental, names).items():
                assert found == expected[name], name
        finally:
            dispose(settings)


def take(settings: Settings, step: object) -> None:
    if step == "build":
        warehouse.build(settings, now=NOW)
    elif isinstance(step, int):
        alive = [b.batch_id for b in ledger(settings, with_undone=False)]
        if alive:
            undo_all(settings, [alive[step % len(alive)]], now=NOW)
    elif isinstance(step, tuple):
        table, rows, replaces, source = step
        stored(settings, table, rows, source=source, replaces=replaces)
