"""The compiled SQL names the customers that plain loops name."""

from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, assume, example, given, settings

from crm_data.segments import (
    All,
    Any,
    Compare,
    Event,
    Node,
    Not,
    event_fields,
    in_segment,
    members_of,
    parse,
    to_json,
)
from crm_data.segments.nodes import EVENT_KINDS, MAX_DEPTH, EventKind, depth
from crm_data.tables import mart
from tests.segments import plain
from tests.segments.company import AS_OF, Rows
from tests.segments.trees import trees

IS_GIFT = Compare("attributes.note", "eq", ("gift",))
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
OF_WEB = Event(
    "order", (Compare("category", "in", ("tea", "pots")), Compare("channel", "eq", ("web",)))
)


def found(conn: sa.Connection, node: Node, as_of: date | None = None) -> list[int]:
    return sorted(conn.scalars(members_of(to_json(node), as_of)))


def agrees(conn: sa.Connection, made: dict[str, Rows], node: Node) -> None:
    assume(depth(node) <= MAX_DEPTH)
    assert parse(to_json(node)) == node
    expected = sorted(plain.members(node, made, AS_OF))
    assert found(conn, node) == expected
    assert found(conn, node, AS_OF) == expected


@settings(max_examples=400, **UNHURRIED)
@given(node=trees)
@example(node=Not(Any((Compare("city", "eq", ("Lima",)), Compare("p_alive", "gt", (0.5,))))))
@example(node=Event("order", (Compare("category", "in", ("tea", "pots")),), "at_least", 2, 91))
@example(node=Event("order", (Compare("category", "in", ("tea", "pots")),), "at_least", 2))
@example(node=Event("order", (Compare("category", "in", ("tea", "pots")),), "at_most", 1))
@example(node=Event("order", (Compare("category", "eq", ("tea",)),), "exactly", 2))
@example(node=Event("order", (Compare("category", "ne", ("tea",)),), "at_least", 1))
@example(node=Event("order", (Compare("status", "ne", ("paid",)),), "at_least", 1))
@example(node=Event("order", (Compare("category", "eq", ("tea",)), IS_GIFT), "at_least", 1, 91))
@example(node=Event("order", (Compare("category", "is_known"), IS_GIFT), "exactly", 1))
@example(node=Event("order", (Compare("amount", "ge", (2,)), IS_GIFT), "at_most", 0))
@example(node=Not(Event("interaction", (), "exactly", 0, since=date(2025, 6, 1))))
@example(node=Event("order", (), "at_least", 2))
@example(node=Event("order", (), "exactly", 1))
@example(node=Event("order", (), "exactly", 0))
@example(node=OF_WEB)
@example(node=Event("line", (Compare("product_id", "eq", ("p1",)),), "at_least", 1))
@example(node=Event("line", (Compare("product_id", "eq", ("p1",)),), "at_least", 2))
@example(node=Event("line", (Compare("product_id", "eq", ("p1",)),), "at_least", 1, 91))
@example(node=Event("line", (Compare("product_id", "eq", ("p1",)),), "exactly", 0, 91))
@example(node=Event("line", (Compare("product_id", "is_missing"),), "at_least", 1))
def test_duckdb_names_whom_plain_loops_name(
    in_duckdb: sa.Connection, made: dict[str, Rows], node: Node
) -> None:
    agrees(in_duckdb, made, node)


@pytest.mark.postgres
@settings(max_examples=120, **UNHURRIED)
@given(node=trees)
@example(node=Event("order", (Compare("category", "is_known"), IS_GIFT), "exactly", 1))
@example(node=Event("order", (), "at_least", 2))
@example(node=Event("order", (Compare("category", "in", ("tea", "pots")),), "at_least", 2))
@example(node=Event("line", (Compare("product_id", "eq", ("p1",)),), "exactly", 0))
@example(node=OF_WEB)
def test_postgresql_names_whom_plain_loops_name(
    in_postgres: sa.Connection, made: dict[str, Rows], node: Node
) -> None:
    agrees(in_postgres, made, node)


@pytest.mark.parametrize(
    "engine", ["in_duckdb", pytest.param("in_postgres", marks=pytest.mark.postgres)]
)
@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_every_column_and_attribute_of_an_event_can_be_asked_for(
    request: pytest.FixtureRequest, made: dict[str, Rows], engine: str, kind: EventKind
) -> None:
    conn = request.getfixturevalue(engine)
    names = [one.name for one in event_fields(kind) if one.ops]
    told: dict[str, list[int]] = {}
    for name in (*names, "attributes.note"):
        node = Event(kind, (Compare(name, "is_known"),))
        told[name] = found(conn, node)
        assert told[name] == sorted(plain.members(node, made, AS_OF)), name

    assert told["attributes.note"]


def test_not_is_the_complement_and_ne_is_not(
    in_duckdb: sa.Connection, made: dict[str, Rows]
) -> None:
    missing = {row["customer_no"] for row in made["customer_facts"] if row["city"] is None}
    lima = Compare("city", "eq", ("Lima",))
    others = set(found(in_duckdb, Compare("city", "ne", ("Lima",))))

    assert missing
    assert set(found(in_duckdb, Not(lima))) == others | missing
    assert not others & missing


def test_nobody_and_everybody(in_duckdb: sa.Connection) -> None:
    everybody = found(in_duckdb, All())

    assert len(everybody) == 40
    assert found(in_duckdb, Any()) == []
    assert found(in_duckdb, Not(Any())) == everybody


def test_rows_of_members(in_duckdb: sa.Connection, made: dict[str, Rows]) -> None:
    orders = mart("order_facts")
    node = Compare("city", "eq", ("Lima",))
    inside = plain.members(node, made, AS_OF)
    rows = sa.select(orders.c.order_no).where(in_segment(orders.c.customer_no, to_json(node)))

    assert sorted(in_duckdb.scalars(rows)) == [
        row["order_no"] for row in made["order_facts"] if row["customer_no"] in inside
    ]


@pytest.mark.parametrize(
    "engine", ["in_duckdb", pytest.param("in_postgres", marks=pytest.mark.postgres)]
)
@pytest.mark.parametrize("word", ["ΟΔΟΣ", "ΔΟΣ", "İZMİR", "İZ"])
def test_a_text_is_found_as_it_is_written(
    request: pytest.FixtureRequest, made: dict[str, Rows], engine: str, word: str
) -> None:
    inside = [row["customer_no"] for row in made["customer_facts"] if word in (row["city"] or "")]

    assert inside
    assert found(request.getfixturevalue(engine), Compare("city", "contains", (word,))) == inside


@pytest.mark.parametrize(
    "engine", ["in_duckdb", pytest.param("in_postgres", marks=pytest.mark.postgres)]
)
@pytest.mark.parametrize(("number", "written"), [(5, "+5"), (0.5, ".5"), (1000, "1e3")])
def test_a_number_is_read_as_it_is_written(
    request: pytest.FixtureRequest, made: dict[str, Rows], engine: str, number: float, written: str
) -> None:
    numbers = {row["customer_id"]: row["customer_no"] for row in made["customer_facts"]}
    inside = sorted(
        numbers[row["customer_id"]]
        for row in made["customers"]
        if row["plain"].get("tier") == written
    )
    between = Compare("attributes.tier", "between", (number, number))

    assert inside
    assert found(request.getfixturevalue(engine), between) == inside


def test_values_are_bound(in_duckdb: sa.Connection) -> None:
    word = "'; DROP TABLE customer_facts; --"
    statement = members_of(to_json(Compare("city", "contains", (word,))))

    assert word not in str(statement.compile(in_duckdb))
    assert list(in_duckdb.scalars(statement)) == []
