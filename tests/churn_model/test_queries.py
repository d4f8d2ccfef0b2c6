"""Scores with reasons, for the viewer's customers only, over each engine."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.marts.score_inputs import SCORED_CUSTOMERS, SCORED_CUSTOMERS_SQL
from crm_data.queries.churn_scores import (
    CHURN_SCORED,
    CHURN_STAKES,
    churn_scored,
    churn_stakes,
)
from crm_data.queries.model_cards import churn_terms, model_card
from crm_data.queries.retention_candidates import RETENTION_INPUT
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from tests.conftest import NOW
from tests.postgres_server import NewDatabase
from tests.warehouse.stage import stored

# customer, owner, kind, probability
PEOPLE = (
    ("a", "E1", "contract", 0.2), ("b", "E1", "contract", 0.9), ("c", "E2", "silence", 0.5),
    ("d", "E2", "silence", 0.4), ("e", "E1", "silence", None), ("f", "E1", None, None),
)  # fmt: skip
CARD = {
    "verdict": "useful", "members": 2,
    "reliability": [{"predicted": 0.5, "observed": 0.4, "n": 10}],
}  # fmt: skip
FRAME = pd.DataFrame(PEOPLE, columns=["customer_id", "owner_id", "churn_kind", "churn_probability"])


def scorer(store: ScoreStore) -> None:
    customers = store.frame(SCORED_CUSTOMERS_SQL, SCORED_CUSTOMERS)
    numbers = customers.set_index("customer_id")["customer_no"]
    rows = FRAME.assign(churn_horizon_days=90, churn_reasons='["last_nps:low"]')
    store.write("customer_scores", rows.assign(customer_no=rows["customer_id"].map(numbers)))
    store.write_card("churn_contract", CARD)
    store.write_card("clv", {"margin_rate": 0.4})


def company(home: Path, url: str = "") -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    stored(made, "customers", [{"customer_id": who, "owner_id": owner, "region": "North"}
                               for who, owner, *_ in PEOPLE])  # fmt: skip
    amounts = {"a": 100, "b": 10}
    stored(made, "subscriptions", [
        {"subscription_id": who, "customer_id": who, "started_on": date(2025, 1, 1),
         "monthly_amount": amount} for who, amount in amounts.items()
    ])  # fmt: skip
    stored(made, "orders", [
        {"order_id": who, "customer_id": who, "ordered_on": date(2026, 1, 1), "amount": amount}
        for who, amount in {"a": 5, "b": 5000, "c": 300, "d": -4}.items()
    ])  # fmt: skip
    build(made, now=NOW, scorer=scorer)
    yield made
    dispose(made)


@pytest.fixture(scope="module")
def duckdb_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn_scores"))


@pytest.fixture(scope="module")
def postgres_company(
    tmp_path_factory: pytest.TempPathFactory, new_postgres: NewDatabase
) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn_scores_pg"), new_postgres())


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    warehouse = Warehouse(request.getfixturevalue(f"{request.param}_company"))
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()


EVERYBODY = list("abcdef")


def of(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    plain = frame[list(names)].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))


def test_the_largest_expected_loss_first(conn: sa.Connection) -> None:
    found = churn_scored(conn, scope=EVERYTHING, only=EVERYBODY)

    CHURN_SCORED.check(found)
    assert of(found, "customer_id", "churn_probability", "value_at_stake") == [
        ("a", 0.2, 1200.0),  # twelve months of its contract: its one order is no part of it
        ("c", 0.5, 300.0),
        ("b", 0.9, 120.0),
        ("d", 0.4, None),  # below zero
    ]
    assert set(found["reasons"]) == {'["last_nps:low"]'}
    RETENTION_INPUT.check(RETENTION_INPUT.conform(found))


def test_nobody_sees_others_customers(conn: sa.Connection) -> None:
    mine = AccessScope(owner_ids=frozenset({"E2"}))

    assert churn_scored(conn, scope=mine, only=EVERYBODY)["customer_id"].tolist() == ["c", "d"]
    assert churn_scored(conn, scope=NOBODY, only=EVERYBODY).empty


def test_stakes_and_single_customers(conn: sa.Connection) -> None:
    stakes = churn_stakes(conn, scope=EVERYTHING, kind="silence")
    CHURN_STAKES.check(stakes)
    assert of(stakes, *CHURN_STAKES.column_names) == [("c", 0.5, 300.0), ("d", 0.4, None)]
    mine = AccessScope(owner_ids=frozenset({"E1"}))
    assert churn_stakes(conn, scope=mine, kind="silence").empty
    tree = '{"field": "churn_probability", "op": "ge", "values": [0.5]}'
    some = churn_stakes(conn, scope=EVERYTHING, kind="contract", among=tree)
    assert of(some, *CHURN_STAKES.column_names) == [("b", 0.9, 120.0)]
    only = churn_scored(conn, scope=EVERYTHING, only=["d", "a", "f", "nobody"])
    assert only["customer_id"].tolist() == ["a", "d"]
    assert churn_scored(conn, scope=EVERYTHING, only=[]).empty


def test_terms_say_nothing_of_anybody(conn: sa.Connection) -> None:
    terms = churn_terms(conn, "contract", scope=AccessScope(owner_ids=frozenset({"E2"})))
    assert terms is not None
    assert (terms["verdict"], terms["reliability"], terms["margin_rate"]) == (
        "useful", [{"predicted": 0.5, "observed": 0.4, "n": 10}], 0.4,
    )  # fmt: skip
    assert terms["turned_out"] is None  # the card of this store has none
    assert "members" not in terms
    assert churn_terms(conn, "silence", scope=EVERYTHING) is None
    assert churn_terms(conn, "contract", scope=NOBODY) is None


def test_among_a_segment(conn: sa.Connection) -> None:
    tree = '{"all": [{"field": "churn_probability", "op": "ge", "values": [0.5]}]}'

    stakes = churn_stakes(conn, scope=EVERYTHING, kind="silence", among=tree)
    assert stakes["customer_id"].tolist() == ["c"]
    assert model_card(conn, "churn_contract") == CARD
