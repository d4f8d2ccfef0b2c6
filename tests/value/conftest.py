"""A company with enough customers to be valued, built once; over DuckDB and over PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from crm_data import postgres_publish
from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.versions import Warehouse, current_version, version_file
from crm_data.warehouse import build
from scoring import score_version
from tests.conftest import NOW
from tests.once import settings_once
from tests.postgres_server import NewDatabase
from tests.steps import only
from tests.warehouse.stage import Row, stored

FIRST, LAST = date(2025, 1, 1), date(2026, 3, 14)


def company(customers: int = 620, seed: int = 5) -> dict[str, list[Row]]:
    """Customers who buy at rates of their own and leave; every tenth has a contract."""
    rng = np.random.default_rng(seed)
    people: list[Row] = []
    orders: list[Row] = []
    contracts: list[Row] = []
    for number in range(customers):
        who = f"c{number:04d}"
        owner = (None, "E1", "E2")[number % 3]
        region = (None, "East", "West")[number % 3]
        people.append({"customer_id": who, "owner_id": owner, "region": region, "source": "web"})
        day, each = float(rng.uniform(0, 300)), float(rng.gamma(4, 20))
        rate = float(rng.gamma(0.8, 1 / 25.0))
        while FIRST + timedelta(days=int(day)) <= LAST:
            on = FIRST + timedelta(days=int(day))
            value = round(each * float(rng.uniform(0.5, 1.5)) + 1, 2)
            orders.append(
                {"order_id": f"o{len(orders)}", "customer_id": who, "ordered_on": on,
                 "status": "paid", "amount": value, "cost": round(value * 0.6, 2)}
            )  # fmt: skip
            if rng.random() < 0.12:
                break
            day += max(1.0, float(rng.exponential(1 / max(rate, 1e-4))))
        if number % 10 == 0:
            start = FIRST + timedelta(days=int(rng.integers(0, 300)))
            end = start + timedelta(days=int(rng.exponential(200)) + 1)
            contracts.append(
                {"subscription_id": f"s{number}", "customer_id": who, "started_on": start,
                 "ended_on": end if end <= LAST else None, "monthly_amount": 30}
            )  # fmt: skip
    orders.append({"order_id": "last", "customer_id": "c0001", "ordered_on": LAST,
                   "status": "paid", "amount": 10, "cost": 6})  # fmt: skip
    return {"customers": people, "orders": orders, "subscriptions": contracts}


def publish(settings: Settings, tables: dict[str, list[Row]], now: datetime = NOW) -> str:
    """Store the rows as batches, build, score and publish."""
    for name, rows in tables.items():
        if rows:
            stored(settings, name, rows)
    return build(settings, now=now, scorer=score_version)


def valued(factory: pytest.TempPathFactory) -> Settings:
    """Settings of the company in a home of one's own, in DuckDB."""
    return settings_once(factory, "valued", lambda settings: publish(settings, company()))


@pytest.fixture
def _value_only() -> Iterator[None]:
    """Builds score values alone, which need no other score: the rest takes three quarters."""
    with only("value"):
        yield


@pytest.fixture(scope="session")
def duckdb_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the company in DuckDB."""
    settings = valued(tmp_path_factory)
    yield settings
    dispose(settings)


@pytest.fixture(scope="session")
def postgres_settings(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    """Settings of the company in PostgreSQL: the same version, which is not scored again."""
    made = valued(tmp_path_factory)
    version = current_version(made) or ""
    settings = replace(made, warehouse_url=new_postgres())
    postgres_publish.publish(settings, version_file(made, version), version)
    yield settings
    dispose(settings)


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A connection to the company, over each engine."""
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_settings"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
