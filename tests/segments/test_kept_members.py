"""Members kept on a connection are those that the conditions name, found once."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event, func, select

from crm_data.kept_members import keep_members
from crm_data.queries.segments import segment_overlap
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.segments import in_segment, parse
from crm_data.sql import literal_sql
from crm_data.tables import mart
from tests.segments import plain
from tests.segments.company import AS_OF, Rows, fill

TREES = [
    json.dumps({"event": "order", "n": n, "filters": [], "within_days": 300}) for n in range(1, 9)
]
OWN = AccessScope(frozenset({"e1"}))


@pytest.fixture(scope="module")
def engine(made: dict[str, Rows], tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The company in a file, read by connections that keep what they find."""
    path = tmp_path_factory.mktemp("kept") / "company.duckdb"
    _fill(path, made)
    read = sa.create_engine(
        sa.URL.create("duckdb", database=str(path)), connect_args={"read_only": True}, pool_size=1
    )
    yield keep_members(read)
    read.dispose()


def _fill(path: Path, made: dict[str, Rows]) -> None:
    written = sa.create_engine(sa.URL.create("duckdb", database=str(path)))
    with written.begin() as conn:
        fill(conn, made)
    written.dispose()


def inside(conn: sa.Connection, tree: str, as_of: date | None = None) -> list[int]:
    """Ask as charts do: of another mart, in a subquery, the segment being one condition of it."""
    facts = mart("customer_facts")
    seen = select(facts.c.customer_no, func.count().over().label("of"))
    own = seen.where(in_segment(facts.c.customer_no, tree, as_of)).subquery()
    return sorted(conn.scalars(select(own.c.customer_no)))


@pytest.fixture
def run(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements that an engine has run so far."""
    texts: list[str] = []

    def heard(_c: Any, _cursor: Any, text: str, *_more: Any) -> None:
        texts.append(text)

    event.listen(engine, "before_cursor_execute", heard)
    yield texts
    event.remove(engine, "before_cursor_execute", heard)


def test_members_are_found_once_and_outlive_the_transaction(
    engine: sa.Engine, made: dict[str, Rows], run: list[str]
) -> None:
    expected = sorted(plain.members(parse(TREES[1]), made, AS_OF))
    assert 0 < len(expected) < len(made["customers"])
    for _ in range(3):
        with engine.connect() as conn:  # given back between, which rolls back
            assert inside(conn, TREES[1]) == expected
            assert inside(conn, TREES[1]) == expected
    assert len([text for text in run if "order_facts" in text]) == 1


def test_more_segments_than_are_kept(engine: sa.Engine, made: dict[str, Rows]) -> None:
    with engine.connect() as conn:
        for _ in range(2):
            for tree in TREES:
                assert inside(conn, tree) == sorted(plain.members(parse(tree), made, AS_OF))
        tables = "SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name LIKE 'mem%'"
        assert conn.exec_driver_sql(tables).scalar_one() == 6


def test_another_day_is_another_answer(engine: sa.Engine, made: dict[str, Rows]) -> None:
    earlier = date(2025, 1, 1)
    with engine.connect() as conn:
        now, then = inside(conn, TREES[0]), inside(conn, TREES[0], earlier)
    assert now == sorted(plain.members(parse(TREES[0]), made, AS_OF))
    assert then == sorted(plain.members(parse(TREES[0]), made, earlier)) != now


def test_what_is_kept_knows_no_viewer(engine: sa.Engine) -> None:
    facts = mart("customer_facts")
    found = select(facts.c.customer_no).where(in_segment(facts.c.customer_no, TREES[0]))
    with engine.connect() as conn:
        every = set(conn.scalars(found))
        own = set(conn.scalars(found.where(visible_to(OWN, facts.c.owner_id))))
        of_owner = select(facts.c.customer_no).where(facts.c.owner_id == "e1")
        assert own == every & set(conn.scalars(of_owner)) != every
        assert segment_overlap(conn, EVERYTHING, TREES[:2])["customers"].sum() == len(every)


def test_members_are_joined_only_where_all_must_be_members(
    engine: sa.Engine, made: dict[str, Rows], run: list[str]
) -> None:
    facts = mart("customer_facts")
    few, many = (in_segment(facts.c.customer_no, TREES[n]) for n in (1, 0))
    every = {row["customer_no"] for row in made["customer_facts"]}
    of_few, of_many = (set(plain.members(parse(TREES[n]), made, AS_OF)) for n in (1, 0))
    assert 0 < len(of_few) < len(of_many) < len(every)
    own = {row["customer_no"] for row in made["customer_facts"] if row["owner_id"] == "e1"}
    asked = {
        "both": (sa.and_(few, many), of_few & of_many, 2),
        "nested": (sa.and_(facts.c.owner_id == "e1", sa.and_(few, facts.c.orders >= 0)),
                   of_few & own, 1),
        "either": (sa.or_(few, facts.c.owner_id == "e1"), of_few | own, 0),
        "none": (sa.not_(many), every - of_many, 0),
    }  # fmt: skip
    with engine.connect() as conn:
        for name, (condition, expected, joins) in asked.items():
            statement = select(facts.c.customer_no).where(condition)
            inner = select(func.count()).where(facts.c.customer_no > -1, many).correlate(None)
            found = conn.execute(statement.add_columns(inner.scalar_subquery())).all()
            assert sorted(row[0] for row in found) == sorted(expected), name
            # whatever is joined outside, a question inside it is its own
            assert {row[1] for row in found} == {len(of_many)}, name
            asked_outside = run[-1].rsplit("FROM customer_facts", 1)[-1]
            assert asked_outside.count("= members_") == joins, name


def test_the_written_question_names_the_conditions(engine: sa.Engine) -> None:
    facts = mart("customer_facts")
    asked = select(func.count()).where(in_segment(facts.c.customer_no, TREES[0]))
    with engine.connect() as conn:
        conn.scalar(asked)
        assert "order_facts" in literal_sql(conn, [asked])
