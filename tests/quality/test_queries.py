"""What a build counts, and the rows behind each count, over both engines."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from analytics.quality_effects import effects
from crm_data.app_db import dispose
from crm_data.errors import UsageError
from crm_data.queries import quality as query
from crm_data.queries.customer_completeness import incomplete_customers, present_values
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import TABLES as SPECS
from crm_data.tables.checks import CHECKS, check_named
from crm_data.versions import Warehouse, postgres_engine
from tests.postgres_server import NewDatabase
from tests.quality.company import FAULTS, TABLES, build_company

ONE = AccessScope(frozenset({"e1"}))


@pytest.fixture(scope="module")
def duckdb_faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    settings, version = build_company(tmp_path_factory.mktemp("quality"))
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield connection.engine
    warehouse.close()
    dispose(settings)


@pytest.fixture(scope="module")
def postgres_faulty(duckdb_faulty: sa.Engine, new_postgres: NewDatabase) -> Iterator[sa.Engine]:
    from crm_data.tables import METADATA

    engine = postgres_engine(new_postgres())
    with duckdb_faulty.connect() as source, engine.begin() as target:
        METADATA.create_all(target)
        marts = ("build_findings", "version_info", "quality_fields", "quality_days",
                 "quality_sums", "order_facts", "ticket_facts", "survey_facts")  # fmt: skip
        for name in (*(spec.name for spec in SPECS), *marts):
            rows = [dict(r._mapping) for r in source.execute(METADATA.tables[name].select())]
            if rows:
                target.execute(METADATA.tables[name].insert(), rows)
    yield engine
    engine.dispose()


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    engine: sa.Engine = request.getfixturevalue(f"{request.param}_faulty")
    with engine.connect() as connection:
        yield connection


def test_every_fault_is_counted_and_nothing_else(conn: sa.Connection) -> None:
    found = query.findings(conn, scope=EVERYTHING)
    rows = found[["rule", "table_name", "field", "rows"]].itertuples(index=False, name=None)

    assert {(rule, table, field): n for rule, table, field, n in rows} == FAULTS


def test_as_many_rows_are_behind_each_fault_as_were_counted(conn: sa.Connection) -> None:
    for check in CHECKS:
        name = (check.rule, check.table, check.field)
        asked = query.faulty_rows_count(conn, check, scope=EVERYTHING)
        if check.needs and not TABLES.get(check.needs):
            continue  # a table that was never imported: every reference into it is unknown
        assert asked == FAULTS.get(name, 0), name
        assert len(query.faulty_rows(conn, check, scope=EVERYTHING, limit=9)) == asked


def test_the_rows_are_those_at_fault(conn: sa.Connection) -> None:
    check = query.check_of("shared", "customers", "email")
    first = query.faulty_rows(conn, check, scope=EVERYTHING, limit=1)
    second = query.faulty_rows(conn, check, scope=EVERYTHING, limit=1, offset=1)
    assert [*first["customer_id"], *second["customer_id"]] == ["a", "b"]
    twice = query.check_of("repeated", "order_lines", "line_no")
    found = query.faulty_rows(conn, twice, scope=EVERYTHING, limit=9)
    assert found[["order_id", "line_no"]].to_dict("split")["data"] == [["1", 2]]
    assert check_named("shared", "customers", "name") is None
    with pytest.raises(UsageError, match="no check 'shared' of customers.name"):
        query.check_of("shared", "customers", "name")


@pytest.mark.parametrize("scope", [NOBODY, ONE], ids=["nobody", "one owner"])
def test_who_sees_a_part_sees_no_fault_of_the_whole(
    conn: sa.Connection, scope: AccessScope
) -> None:
    assert query.findings(conn, scope=scope).empty
    assert query.field_counts(conn, scope=scope).empty
    assert query.clock_days(conn, scope=scope).empty
    assert query.fault_sums(conn, scope=scope).empty
    check = query.check_of("shared", "customers", "email")
    assert query.faulty_rows_count(conn, check, scope=scope) == 0
    assert query.faulty_rows(conn, check, scope=scope, limit=9).empty
    assert len(query.newest_days(conn, scope=scope)) == (0 if scope is NOBODY else 7)


def test_fields_are_counted_by_the_import_with_the_last_word(conn: sa.Connection) -> None:
    found = query.field_counts(conn, scope=EVERYTHING)
    own = found[(found["table_name"] == "customers") & (found["field"] == "email")]

    assert sorted(zip(own["rows"], own["present"], strict=True)) == [(1, 1), (3, 3)]
    dora = found[(found["table_name"] == "customers") & (found["field"] == "owner_id")]
    assert sorted(zip(dora["rows"], dora["present"], strict=True)) == [(1, 0), (3, 1)]


def test_days_yet_to_come_are_no_news(conn: sa.Connection) -> None:
    found = query.newest_days(conn, scope=EVERYTHING).set_index("table_name")

    assert str(found.loc["orders", "newest_on"].date()) == "2025-03-01"
    assert str(found.loc["orders", "newest_at"]) == "2025-03-02 00:00:00"  # the end of that day
    assert str(found.loc["customers", "newest_at"]) == "2025-03-01 09:00:00"


def test_what_the_faults_weigh(conn: sa.Connection) -> None:
    found = query.fault_sums(conn, scope=EVERYTHING)
    sums = dict(zip(found["name"], found["value"], strict=True))

    assert sums["net_amount"] == 16 + 9 + 1 + 5
    assert (sums["orders"], sums["valued_orders"], sums["unvalued_orders"]) == (5, 4, 1)
    assert (sums["strange_orders"], sums["strange_amount"]) == (1, 9)
    assert (sums["repeated_lines"], sums["repeated_amount"], sums["orphan_amount"]) == (1, 4, 3)
    assert (sums["lines_below"], sums["differing_amount"]) == (1, 9)
    assert (sums["unsaid_orders"], sums["unsaid_amount"]) == (4, 15)
    assert (sums["won"], sums["won_valued"], sums["won_value"], sums["unsaid_deals"]) == (
        2,
        1,
        10,
        1,
    )
    assert (sums["csat_answers"], sums["csat_impossible"]) == (1, 1)
    moved = effects(sums).set_index("metric")
    assert moved.loc["win_rate", ["low", "value", "high"]].tolist() == pytest.approx(
        [2 / 4, 2 / 3, 3 / 4]
    )


def test_completeness_of_customers(conn: sa.Connection) -> None:
    """In use: id, name, email, phone, birth_on, owner_id, region, created_at."""
    (whole,) = _present(conn, EVERYTHING)
    assert whole == (4, 8 + 7 + 5 + 4, 32)
    by = present_values(conn, scope=EVERYTHING, by=("region",), where=(), among="")
    assert by["customers"].tolist() == [2, 2]
    assert by["present_values"].tolist() == [15, 9]
    assert _present(conn, ONE) == [(1, 8, 8)]
    assert _present(conn, NOBODY) == [(0, 0, 0)]
    north = present_values(conn, scope=EVERYTHING, by=(), where=(("region", ("North",)),), among="")
    assert north["present_values"].tolist() == [15]
    others = present_values(
        conn, scope=EVERYTHING, by=(), where=(("region!", ("North",)),), among=""
    )
    assert others["customers"].tolist() == [2]


def test_customers_who_lack_most_come_first(conn: sa.Connection) -> None:
    total, found = incomplete_customers(conn, scope=EVERYTHING, where=(), among="", limit=2)

    assert total == 3
    assert found["customer_id"].tolist() == ["d", "c"]
    assert found["missing"].tolist()[0] == "birth_on region owner_id created_at"


def _present(conn: sa.Connection, scope: AccessScope) -> list[tuple[int, int, int]]:
    found = present_values(conn, scope=scope, by=(), where=(), among="")
    return [(int(a), int(b), int(c)) for a, b, c in found.itertuples(index=False, name=None)]
