"""Values to choose from: of any column of an event, and of its attributes; nobody else's."""

import pytest
import sqlalchemy as sa

from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.segment_values import event_values
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.segments.event_tables import EVENT_TABLES
from tests.segments.company import WITH_NOTES

ENGINES = ["in_duckdb", pytest.param("in_postgres", marks=pytest.mark.postgres)]


@pytest.mark.parametrize("engine", ENGINES)
def test_values_of_attributes_and_columns(request: pytest.FixtureRequest, engine: str) -> None:
    conn: sa.Connection = request.getfixturevalue(engine)

    def values(event: str, name: str, scope: AccessScope = EVERYTHING) -> list[str]:
        return event_values(conn, scope=scope, event=event, name=name)

    assert set(values("order", "attributes.note")) == {"gift", "1.5", "-2", "1,000", "禮物"}
    assert values("order", "currency") == ["CNY", "EUR"]
    assert set(values("order", "category")) == {"tea", "pots"}
    assert values("ticket", "priority") == ["high", "low"]
    assert values("person", "title") == ["buyer", "ceo"]
    assert values("ticket", "attributes.note", AccessScope(frozenset({"e1"}))) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_keys_of_the_first_rows_are_enough(request: pytest.FixtureRequest, engine: str) -> None:
    conn: sa.Connection = request.getfixturevalue(engine)

    assert set(EVENT_TABLES.values()) == set(WITH_NOTES)
    for name in WITH_NOTES:
        assert attribute_keys(conn, name, rows=5) == ["note"]
