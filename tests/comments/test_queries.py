"""Queries of comments and detractors over both engines and each scope, counted by hand."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from analytics.text_prepare import search_terms
from crm_data.errors import UsageError
from crm_data.queries import comments, detractors
from crm_data.queries.comments import CommentCut
from crm_data.queries.model_cards import comment_terms
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.tables.schema import METADATA
from crm_data.tables.scores import SCORES
from crm_data.versions import Warehouse, postgres_engine
from tests.comments.company import SCORED
from tests.postgres_server import NewDatabase
from tests.queries.shop import copy

O1, O2 = AccessScope(frozenset({"o1"})), AccessScope(frozenset({"o2"}))
ALL = SCORED + 4


@pytest.fixture(scope="module")
def duckdb_comments(shop: Settings) -> Iterator[sa.Engine]:
    warehouse = Warehouse(shop)
    version = warehouse.current()
    assert version is not None
    with warehouse.connect(version) as connection:
        yield connection.engine
    warehouse.close()


@pytest.fixture(scope="module")
def postgres_comments(duckdb_comments: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    engine = postgres_engine(new_postgres())
    with duckdb_comments.connect() as source, engine.begin() as target:
        copy(source, target)
        for name in ("contacts", *(spec.name for spec in SCORES)):
            rows = [dict(row._mapping) for row in source.execute(METADATA.tables[name].select())]
            if rows:
                target.execute(METADATA.tables[name].insert(), rows)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_comments")
    with engine.connect() as connection:
        yield connection


def counted(conn: sa.Connection, scope: AccessScope = EVERYTHING, **cut: object) -> int:
    asked = CommentCut(**cut)  # type: ignore[arg-type]  # as the test says
    total = comments.comments_count(conn, asked, scope=scope)
    counts = comments.comment_counts(conn, asked, scope=scope)
    assert counts["comments"].sum() == total
    return total


def words(text: str) -> tuple[str, ...]:
    return tuple(search_terms(text))


def test_what_customers_wrote_and_nobody_else(conn: sa.Connection) -> None:
    assert counted(conn) == ALL
    found = comments.comments(conn, CommentCut(), scope=EVERYTHING, limit=ALL)
    others = found[found["origin"] != "survey"].sort_values("origin_id")
    assert others[["origin", "origin_id", "comment"]].to_numpy().tolist() == [
        ["message", "i1", "zzz"],
        ["message", "i2", "great taste"],
        ["ticket", "t1", "late delivery, call Zoe at Grey Harbour Ltd, 13800138000"],
        ["ticket", "t2", "送餐太慢"],
    ]
    assert found["comment_no"].is_monotonic_decreasing
    assert found["ticket_id"].dropna().tolist() == ["t2", "t1"]


def test_who_sees_which(conn: sa.Connection) -> None:
    # Odd numbers are o1's; t1 is firm's (o1), i1 and i2 are c003's (o1), t2 c000's (o2).
    assert (counted(conn, O1), counted(conn, O2), counted(conn, NOBODY)) == (67, 65, 0)
    assert comments.comment_days(conn, scope=NOBODY) == (None, None)
    assert comments.comment_options(conn, scope=NOBODY).empty
    assert comments.topics_of_comments(conn, scope=NOBODY).empty
    assert comments.comments(conn, CommentCut(), scope=NOBODY, limit=9).empty
    assert comments.comment_scored(conn, CommentCut(), scope=NOBODY).empty
    assert comment_terms(conn, scope=NOBODY) is None
    assert comments.names_of(conn, ["firm", "c000"], scope=O2)["name"].tolist() == ["Person 0"]


def test_words_are_found_in_both_languages(conn: sa.Connection) -> None:
    assert counted(conn, words=words("送餐")) == 33
    assert counted(conn, words=words("LATE")) == 17
    assert counted(conn, words=words("late friend")) == 2
    assert counted(conn, words=words("deliv")) == 33
    assert counted(conn, words=words("aste")) == 0  # not from the middle
    assert counted(conn, words=words("太慢 朋友")) == 2
    assert counted(conn, words=words("100%_")) == 0
    assert counted(conn, words=words("!!")) == ALL  # nothing is asked for


def test_filters(conn: sa.Connection) -> None:
    where = {"origin": ("message",), "language": ("chinese",), "region": ("South",)}
    counts = {name: counted(conn, where=((name, kept),)) for name, kept in where.items()}
    # South: every fourth of 128, and t2.
    assert counts == {"origin": 2, "language": 65, "region": 33}
    assert counted(conn, where=(("product_category", ("Food",)),)) == 1
    assert counted(conn, where=(("ticket_category", ("billing",)),)) == 1
    assert counted(conn, where=(("survey_kind", ("csat",)),)) == SCORED
    assert counted(conn, where=(("survey_kind", (None,)),)) == 4
    assert counted(conn, start=date(2026, 3, 2), end=date(2026, 3, 3)) == 8
    with pytest.raises(UsageError, match="no field 'price'"):
        counted(conn, where=(("price", ("1",)),))


def test_a_saved_segment(conn: sa.Connection) -> None:
    among = json.dumps({"field": "region", "op": "eq", "values": ["South"]})
    assert counted(conn, among=among) == 33


def test_options_and_days(conn: sa.Connection) -> None:
    found = comments.comment_options(conn, scope=EVERYTHING)
    origin = found[found["field"] == "origin"]
    assert dict(zip(origin["value"], origin["comments"], strict=True)) == {
        "survey": SCORED, "ticket": 2, "message": 2,
    }  # fmt: skip
    assert comments.comment_days(conn, scope=EVERYTHING) == (date(2026, 3, 1), date(2026, 3, 17))


def test_judged_by_words_and_declined_without(conn: sa.Connection) -> None:
    found = comments.comments(conn, CommentCut(), scope=EVERYTHING, limit=ALL)
    by = found.set_index("origin_id")["sentiment"]
    assert (by["t1"], by["t2"], by["i1"], by["i2"]) == (
        "negative", "negative", "declined", "positive",
    )  # fmt: skip
    told = found[found["score"].notna() & (found["sentiment"] != "declined")]
    right = (told["sentiment"] == "positive") == (told["score"] == 5)
    assert right.mean() > 0.9


def test_topics_count_comments_of_each_bit(conn: sa.Connection) -> None:
    topics = comments.topics_of_comments(conn, scope=EVERYTHING)
    assert set(topics["language"]) == {"chinese", "other"}
    for number, said in zip(topics["topic_no"], topics["comments"], strict=True):
        assert counted(conn, topic=int(number)) == said
    delivery = topics[topics["terms"].str.contains("送餐")]
    assert len(delivery) >= 1
    number = int(delivery["topic_no"].iloc[0])
    best = comments.comments(conn, CommentCut(topic=number), scope=EVERYTHING, limit=5, by_fit=True)
    assert best["fit"].is_monotonic_decreasing
    assert best["comment"].str.contains("送餐").all()
    scored = comments.comment_scored(conn, CommentCut(topic=number), scope=EVERYTHING)
    assert set(scored["score"]) == {1.0, 5.0}
    assert scored["comments"].sum() <= SCORED


def test_names_of_customers_and_contacts(conn: sa.Connection) -> None:
    found = comments.names_of(conn, ["firm", "c000", "x'y"], scope=EVERYTHING)
    assert sorted(zip(found["name"], found["is_person"], strict=True)) == [
        ("Grey Harbour Ltd", False), ("Person 0", True), ("Zoe Quill", True),
    ]  # fmt: skip


def test_detractors_are_known_customers_with_one_of_the_worst_scores(conn: sa.Connection) -> None:
    # Sixty-four ones, and the NPS answer of 6 of c001 without words; a 7, a 3 of 5 and a
    # stranger are none.
    whole = AnswerCut()
    assert detractors.detractors_count(conn, whole, scope=EVERYTHING) == 65
    assert detractors.detractors_count(conn, whole, scope=O2) == 32
    assert detractors.detractors_count(conn, whole, scope=NOBODY) == 0
    days = detractors.detractor_days(conn, whole, scope=EVERYTHING)
    assert days["detractors"].sum() == 65
    found = detractors.detractors(conn, whole, scope=EVERYTHING, limit=2)
    assert found["response_id"].tolist() == ["r127", "r126"]
    assert found["name"].tolist() == ["Person 127", "Person 126"]
    rest = detractors.detractors(conn, whole, scope=EVERYTHING, limit=2, without=("r127",))
    assert rest["response_id"].tolist() == ["r126", "r125"]
    nps = AnswerCut(where=(("kind", ("nps",)),))
    assert detractors.detractors(conn, nps, scope=O1, limit=5)["response_id"].tolist() == ["silent"]
    assert detractors.detractors_count(conn, nps, scope=EVERYTHING, without=("silent",)) == 0
