"""Who left after an answer, by contract and by silence: by hand, over both engines, on the page."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse, postgres_engine
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page
from tests.postgres_server import NewDatabase
from tests.queries.shop import copy
from tests.warehouse.stage import stored
from ui.survey_losses import Left, left_after

__all__ = ["_fresh_caches", "open_page"]  # fixtures
_ANSWERED = date(2025, 6, 10)
_NPS = AnswerCut(where=(("kind", ("nps",)),))
# customer: owner, score, contracts, days of orders after the answer (negative: before it)
_PEOPLE: dict[str, tuple[str, int, list[tuple[int, int | None]], list[int]]] = {
    "a": ("o1", 10, [(-100, None)], [-10, 15, 40, 65, 90]),  # stays by both
    "b": ("o1", 9, [(-100, 30)], [-10, 15, 40, 65, 90]),  # its contract ends
    "c": ("o1", 2, [(-100, 60)], [-10]),  # leaves by both: the last order is 32 days old on day 22
    "d": ("o2", 0, [(-100, 61)], [-10]),  # its contract ends a day too late
    "e": ("o2", 1, [(-100, -40)], [-50, 70]),  # had left by both, and came back to buy
    "f": ("o2", 3, [(-100, 20), (40, None)], [-10, 15, 40, 65, 90]),  # renewed in time
    "g": ("o2", 3, [], []),  # never was a customer
    "z": ("o2", 8, [(-160, -120)], [-150, 120]),  # ends are recorded, and known until then
}


def _day(after: int) -> date:
    return _ANSWERED + timedelta(days=after)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("left"))})
    stored(made, "customers", [
        {"customer_id": name, "owner_id": one[0]} for name, one in _PEOPLE.items()
    ])  # fmt: skip
    stored(made, "survey_responses", [
        {"response_id": name, "customer_id": name, "kind": "nps", "score": one[1],
         "scale_max": 10, "responded_at": datetime.combine(_ANSWERED, datetime.min.time())}
        for name, one in _PEOPLE.items()
    ])  # fmt: skip
    contracts = [(name, *spell) for name, one in _PEOPLE.items() for spell in one[2]]
    contracts.append(("a", 150, None))  # until here contracts are known
    stored(made, "subscriptions", [
        {"subscription_id": f"s{n}", "customer_id": name, "started_on": _day(begins),
         "ended_on": None if ends is None else _day(ends), "monthly_amount": 5}
        for n, (name, begins, ends) in enumerate(contracts)
    ])  # fmt: skip
    stored(made, "orders", [
        {"order_id": f"{name}{n}", "customer_id": name, "amount": 10, "currency": "CNY",
         "status": "paid", "ordered_on": _day(day)}
        for name, one in _PEOPLE.items() for n, day in enumerate(one[3])
    ])  # fmt: skip
    warehouse.build(made, now=NOW)
    yield made
    dispose(made)


@pytest.fixture(scope="module")
def duckdb_left(shop: Settings) -> Iterator[sa.Engine]:
    held = Warehouse(shop)
    version = held.current()
    assert version is not None
    with held.connect(version) as connection:
        yield connection.engine
    held.close()


@pytest.fixture(scope="module")
def postgres_left(duckdb_left: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_left.connect() as source, engine.begin() as target:
        copy(source, target)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_left")
    with engine.connect() as connection:
        yield connection


def left(conn: sa.Connection, rules: dict[str, Any], scope: AccessScope = EVERYTHING) -> Left:
    found = left_after(conn, _NPS, scope=scope, kind="nps", scale=10, days=60, stored=rules)
    assert found is not None
    return found


def classes(one: Left) -> dict[str, tuple[int, int]]:
    rows = one.found.classes.to_dict("records")
    return {row["class"]: (row["did"], row["customers"]) for row in rows}


def test_by_contract(conn: sa.Connection) -> None:
    found = left(conn, {"kind": "contract"})

    # a and b were under contract, b left; c, d and f of the others were, c left in time.
    assert classes(found) == {"best": (1, 2), "worst": (1, 3)}
    assert (found.definition, found.silence_days) == ("contract", 0)
    assert found.found.low < 1 / 2 - 1 / 3 < found.found.high


def test_by_silence(conn: sa.Connection) -> None:
    found = left(conn, {"kind": "silence", "silence_days": 31})

    # a and b go on; c and d fall silent on the 22nd day, f goes on; e was silent before.
    assert classes(found) == {"best": (0, 2), "worst": (2, 3)}
    assert (found.definition, found.silence_days) == ("silence", 31)


def test_who_sees_which(conn: sa.Connection) -> None:
    found = left(conn, {"kind": "contract"}, AccessScope(frozenset({"o1"})))

    assert classes(found) == {"best": (1, 2), "worst": (1, 1)}
    assert left_after(
        conn, _NPS, scope=NOBODY, kind="nps", scale=10, days=60, stored={"kind": "contract"}
    ) is None  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_shows_who_left(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = open_page(
        "satisfaction", shop, language=language,
        query={"period": "all_time", "kind": "nps", "view": "later", "days": "60"},
    )  # fmt: skip

    assert not page.exception
    assert not page.error
    (table,) = [one.value for one in page.dataframe if "left_share" in one.value]
    assert table["customers_left"].tolist() == [1, 1]
    assert table["answer_customers"].tolist() == [2, 3]
    told = {"en": "no contract was running", "zh_CN": "不再有执行中的合同"}[language]
    assert any(told in one.value for one in page.caption)
