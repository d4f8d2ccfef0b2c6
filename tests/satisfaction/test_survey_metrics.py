"""Metrics of surveys: counted by hand over both engines, each scope, and their rows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.metric_registry import metric
from analytics.satisfaction import nps, score_of
from analytics.satisfaction_scales import tally
from crm_data.app_db import dispose
from crm_data.errors import BadInputError, UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.surveys import AnswerCut, survey_counts
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.versions import Warehouse, postgres_engine
from tests.postgres_server import NewDatabase
from tests.queries.shop import copy
from tests.satisfaction.company import build_company
from ui.metrics import metric_document
from ui.survey_metrics import survey_metric_rows

ONE = AccessScope(frozenset({"o1"}))
MARCH = Cut(date(2026, 3, 1), date(2026, 4, 1))
# The answer of 7 on a scale of 5 makes a third of all answers be on another scale: left out here.
WITH_TICKET = (("step", ("service",)),)
PARTS = ("value", "numerator", "denominator", "n")


@pytest.fixture(scope="module")
def duckdb_surveys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    settings, version = build_company(tmp_path_factory.mktemp("metrics"))
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield connection.engine
    warehouse.close()
    dispose(settings)


@pytest.fixture(scope="module")
def postgres_surveys(duckdb_surveys: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_surveys.connect() as source, engine.begin() as target:
        copy(source, target)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_surveys")
    with engine.connect() as connection:
        yield connection


def asked(conn: sa.Connection, name: str, cut: Cut = MARCH, **more: Any) -> Any:
    given = {"scope": EVERYTHING, "version": "v", "name": name, "cut": cut} | more
    return metric_document(conn, **given)["rows"]


def march(where: Any = (), by: tuple[str, ...] = ()) -> Cut:
    return Cut(date(2026, 3, 1), date(2026, 4, 1), by, where)


@pytest.mark.parametrize(
    ("name", "where", "expected"),
    [
        ("nps", (), (0, 0, 2, 2)),  # one promoter, one detractor
        ("nps", (("owner_id", ("o1",)),), (100, 1, 1, 1)),
        ("nps", (("owner_id!", ("o1",)),), (-100, -1, 1, 1)),
        ("csat", WITH_TICKET, (2 / 3, 2, 3, 3)),  # 5 and 4, not 2
        ("ces", (), (None, 0, 0, 0)),
        ("survey_response_rate", (), (1 / 2, 1, 2, 2)),  # what was not delivered is not asked
        ("survey_response_rate", (("kind!", ("nps",)),), (1 / 2, 1, 2, 2)),
        ("survey_response_rate", (("kind", ("nps",)),), (None, 0, 0, 0)),
    ],
)
def test_by_hand(
    conn: sa.Connection, name: str, where: Any, expected: tuple[float | None, ...]
) -> None:
    (row,) = asked(conn, name, march(where))

    assert tuple(row[part] for part in PARTS) == pytest.approx(expected)


def test_the_interval_is_that_of_the_page(conn: sa.Connection) -> None:
    (row,) = asked(conn, "nps")

    by_hand = nps([9, 3])
    assert (row["low"], row["high"]) == (by_hand.low, by_hand.high)
    cut = AnswerCut(*_days(MARCH), where=(("kind", ("csat",)), *WITH_TICKET))
    counts = survey_counts(conn, cut, scope=EVERYTHING)
    page = score_of(tally("csat", counts["score"], 5, counts=counts["answers"]))
    (told,) = asked(conn, "csat", march(WITH_TICKET))
    assert [told[one] for one in ("value", "low", "high", "n")] == [
        page.value, page.low, page.high, page.n,
    ]  # fmt: skip


def test_scales_are_not_mixed(conn: sa.Connection) -> None:
    with pytest.raises(BadInputError, match="more than one scale"):
        asked(conn, "csat")


def test_by_month_group_and_before(conn: sa.Connection) -> None:
    rows = asked(conn, "nps", march(by=("answered_on:month", "region")))

    assert [(row["answered_on:month"], row["region"], row["value"]) for row in rows] == [
        ("2026-03-01", "South", 0),
    ]  # fmt: skip
    (before,) = asked(conn, "nps", Cut(date(2026, 3, 1), date(2026, 3, 10)))
    assert (before["value"], before["n"]) == (100, 1)
    (known,) = asked(conn, "nps", as_of=date(2026, 3, 9))
    assert (known["value"], known["n"]) == (100, 1)
    days = asked(conn, "survey_response_rate", march(by=("sent_on:day",)))
    assert [(row["sent_on:day"], row["value"]) for row in days] == [
        ("2026-03-02", 0.5), ("2026-03-10", None),
    ]  # fmt: skip


def test_a_period_is_compared(conn: sa.Connection) -> None:
    later = Cut(date(2026, 3, 10), date(2026, 3, 11))
    given = {"scope": EVERYTHING, "version": "v", "name": "nps", "cut": later}

    document = metric_document(conn, **given, compare="previous")  # type: ignore[arg-type]  # one of each

    (row,) = document["compare"]["rows"]
    assert (row["value"], row["change"]) == (100, -200)


def test_who_sees_which(conn: sa.Connection) -> None:
    scopes = (EVERYTHING, ONE, NOBODY)

    assert [asked(conn, "nps", scope=scope)[0]["n"] for scope in scopes] == [2, 1, 0]
    rates = [asked(conn, "survey_response_rate", scope=scope)[0]["n"] for scope in scopes]
    assert rates == [2, 2, 0]


def test_rows_behind_each_metric(conn: sa.Connection) -> None:
    for name, where, count in (("nps", (), 2), ("csat", WITH_TICKET, 3), ("ces", (), 0)):
        total, frame = survey_metric_rows(
            conn, scope=EVERYTHING, metric=metric(name), cut=march(where), limit=100
        )
        assert (total, len(frame)) == (count, count), name
    total, frame = survey_metric_rows(
        conn, scope=EVERYTHING, metric=metric("survey_response_rate"), cut=MARCH, limit=100
    )
    assert (total, frame["delivered"].sum(), frame["answered"].sum()) == (1, 2, 1)


def test_what_cannot_be_told_is_refused(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match="no segment and no past day"):
        asked(conn, "survey_response_rate", as_of=date(2026, 3, 9))
    with pytest.raises(UsageError, match="cannot be cut by 'step'"):
        asked(conn, "survey_response_rate", march(by=("step",)))
    with pytest.raises(UsageError, match="cannot be cut by 'price'"):
        asked(conn, "nps", march(by=("price",)))


def _days(cut: Cut) -> tuple[date | None, date | None]:
    return cut.start, cut.end
