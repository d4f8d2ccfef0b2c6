"""Borders that only an exact case tells apart."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.lifecycle_proof import next_orders, outcomes
from analytics.lifecycle_rules import LifecycleRules
from crm_data.app_db import dispose
from crm_data.queries import segment_maps as q
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.versions import Warehouse
from scoring.lifecycle import _known_from
from tests.conftest import NOW
from tests.segment_maps.conftest import scored
from tests.segment_maps.test_lifecycle import BEGIN, by_months, days_of, number, seen, stages


@pytest.mark.parametrize(("gap", "stage"), [(31, "loyal"), (32, "returned")])
def test_a_gap_of_exactly_the_border_was_not_lost(gap: int, stage: str) -> None:
    rules = LifecycleRules(at_risk_min_days=31)
    ends = [date(2023, 1, 31), date(2023, 2, 28)]
    found = stages(seen([days_of(0, 1, 1, gap)], ends, rules))

    assert found[0][1] == stage


def test_outcomes_count_the_last_day_and_no_order_of_before() -> None:
    end = date(2023, 1, 31)
    orders = [[BEGIN, end + timedelta(days=90)], [BEGIN, end + timedelta(days=91)], [BEGIN]]
    next_on = next_orders(3, by_months(orders), number(end))
    found = {
        (one.stage, one.days): (one.customers, one.ordered)
        for one in outcomes(np.frombuffer(b"aaa", np.uint8), next_on, number(end))
    }

    assert found["active", 90] == (3, 1)
    assert found["active", 180] == (3, 2)
    assert found["lost", 90] == (0, 0)


def test_everybody_is_known_today() -> None:
    created = pd.to_datetime(pd.Series(["2024-01-02 23:00", "2026-01-01 00:00", None]))
    found = _known_from(pd.DataFrame({"created_at": created}), date(2025, 1, 1))

    assert found.tolist() == [
        number(day) for day in (date(2024, 1, 2), date(2025, 1, 1), date(2025, 1, 1))
    ]


def test_cells_and_moves_are_where_they_belong(conn: sa.Connection) -> None:
    cells = q.rfm_map(conn, scope=EVERYTHING)
    places = cells[["r", "fm", "rfm_segment", "orders"]].itertuples(index=False, name=None)
    assert set(places) == {(3, 5, "loyal", 3), (1, 2, "lost", 1), (5, 1, "new", 1)}

    # On 31 January c2 was one of two: R 2, F 1, M 2.
    moves = q.rfm_moves(conn, scope=EVERYTHING, before=23, after=24)
    assert set(moves.itertuples(index=False, name=None)) == {
        ("b", "b", 1), ("j", "k", 1), ("-", "d", 1), ("-", "-", 3),
    }  # fmt: skip


@pytest.fixture
def future(tmp_path: Path) -> Iterator[sa.Connection]:
    """A connection to a company with an order that is booked for the day after tomorrow."""
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    today = NOW.date()
    days = {"a": today - timedelta(days=31), "b": today, "late": today + timedelta(days=2)}
    orders: list[dict[str, object]] = [
        {"order_id": who, "customer_id": who, "ordered_on": on, "status": "paid",
         "amount": Decimal(5)}
        for who, on in days.items()
    ]  # fmt: skip
    scored(settings, {"orders": orders})
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
    dispose(settings)


def test_what_is_booked_for_later_has_not_happened(future: sa.Connection) -> None:
    rows = future.execute(sa.select(mart("customer_scores")))
    found = {row.customer_id: (row.stage, row.days_since_last_order) for row in rows}

    assert found == {"a": ("active", 31), "b": ("active", 0), "late": ("potential", None)}
