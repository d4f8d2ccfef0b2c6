"""Names of employees: with the id where a name is of two."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from crm_data.queries.employees import employee_names
from crm_data.tables import table
from tests.queries.shop import duckdb_engine

STAFF = [("E1", "Ann"), ("E2", "李雷"), ("E3", "李雷"), ("E4", None)]


@pytest.fixture
def conn() -> Iterator[sa.Connection]:
    """Four employees, one without a name."""
    engine = duckdb_engine()
    with engine.begin() as opened:
        staff = table("employees")
        staff.create(opened, checkfirst=True)
        rows = [{"employee_id": key, "name": name} for key, name in STAFF]
        opened.execute(staff.insert(), rows)
        yield opened
    engine.dispose()


def test_a_name_of_two_comes_with_the_id(conn: sa.Connection) -> None:
    assert employee_names(conn) == {"E1": "Ann", "E2": "李雷 (E2)", "E3": "李雷 (E3)"}


def test_nobody(conn: sa.Connection) -> None:
    conn.execute(sa.delete(table("employees")))

    assert employee_names(conn) == {}
