"""Tables and queries of a database: only read, only what is new, and no password anywhere."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.batches import ledger, undo_all
from crm_data.commands.import_database import import_database
from crm_data.errors import BadInputError, UsageError
from crm_data.import_limits import STANDARD_LIMITS, ImportLimits
from crm_data.importers.database_source import DatabaseSource, extract
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.postgres_server import NewDatabase

SCHEMA = (
    "CREATE TABLE deals (opportunity_id VARCHAR(20), name VARCHAR(80), amount NUMERIC(12,2), "
    "created_at TIMESTAMP)"
)
FIRST = [
    ("d1", "Größe 10:30", 1.5, "2026-01-01 10:00:00"),
    ("d2", "张", None, "2026-01-02 10:00:00"),
]
THIRD = ("d3", "late", 7, "2026-01-02 10:00:00")
FOURTH = ("d4", "new", 9, "2026-01-03 10:00:00")


def filled(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool
    )
    with engine.begin() as con:
        con.execute(sa.text(SCHEMA))
    add(engine, *FIRST)
    return engine


def add(engine: sa.Engine, *rows: tuple[Any, ...]) -> None:
    with engine.begin() as con:
        for row in rows:
            names = dict(zip(("o", "n", "a", "c"), row, strict=True))
            names["c"] = datetime.fromisoformat(str(names["c"]))
            con.execute(sa.text("INSERT INTO deals VALUES (:o, :n, :a, :c)"), names)


def deals(settings: Settings, source: DatabaseSource, **more: Any) -> tuple[int, str | None]:
    """Rows that an import read, and where the next one begins."""
    made = import_database(settings, source, now=NOW, accept_proposal=True, **more)
    rows = sum(f["tables"]["opportunities"]["rows"] for f in made["files"])
    return rows, made["watermark"]


def goes_on(settings: Settings, url: str) -> None:
    engine = filled(url)
    source = DatabaseSource(url, table="deals", watermark="created_at")
    assert deals(settings, source) == (2, "2026-01-02 10:00:00")
    assert deals(settings, source) == (0, "2026-01-02 10:00:00")
    add(engine, THIRD)
    assert deals(settings, source)[0] == 0, "no later value than the last: nothing is read"
    add(engine, FOURTH)
    assert deals(settings, source) == (3, "2026-01-03 10:00:00"), "the last value is read again"
    newest = ledger(settings)[-1]
    undo_all(settings, [newest.batch_id], now=NOW)
    assert deals(settings, source) == (3, "2026-01-03 10:00:00"), "undone is as if it had not been"
    assert deals(settings, source, from_start=True)[0] == 4
    query = "SELECT opportunity_id, name, created_at FROM deals WHERE name <> 'at 10:30' -- none"
    other = DatabaseSource(url, query=query, watermark="CREATED_AT")
    assert deals(settings, other) == (4, "2026-01-03 10:00:00"), "another source, another mark"
    engine.dispose()


def test_an_import_goes_on_where_the_last_ended(settings: Settings, tmp_path: Path) -> None:
    goes_on(settings, f"sqlite:///{tmp_path / 'crm.db'}")


@pytest.mark.postgres
def test_an_import_goes_on_in_postgresql(settings: Settings, new_postgres: NewDatabase) -> None:
    url = new_postgres()
    goes_on(settings, url)
    with pytest.raises(BadInputError) as caught:
        extract(
            DatabaseSource(url, query="WITH x AS (DELETE FROM deals RETURNING 1) SELECT * FROM x"),
            settings.home / "x.csv", STANDARD_LIMITS, since=None,
        )  # fmt: skip
    assert caught.value.code == "database_refused"


@pytest.fixture
def database(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'crm.db'}"
    filled(url).dispose()
    return url


@pytest.mark.parametrize(
    "query", ["DELETE FROM deals", "SELECT 1; DELETE FROM deals", "INSERT INTO deals SELECT 1",
              "SELECT * FROM deals) AS x; COMMIT; DELETE FROM deals --"],
)  # fmt: skip
def test_nothing_but_a_select_is_run(database: str, tmp_path: Path, query: str) -> None:
    with pytest.raises(BadInputError):
        extract(DatabaseSource(database, query=query), tmp_path / "x", STANDARD_LIMITS, since=None)
    with sqlite3.connect(tmp_path / "crm.db") as con:
        assert con.execute("SELECT count(*) FROM deals").fetchone() == (2,)
    con.close()


def test_password_is_neither_kept_nor_shown(settings: Settings) -> None:
    source = DatabaseSource(
        "postgresql://me:s3cret@127.0.0.1:1/crm?sslpassword=hidden&connect_timeout=1", table="deals"
    )
    assert source.name == "postgresql://me:***@127.0.0.1:1/crm#deals"
    with pytest.raises(BadInputError) as caught:
        import_database(settings, source, now=NOW)
    told = str(caught.value) + str(caught.value.details)
    assert caught.value.code == "database_refused"
    assert "s3cret" not in told
    assert "hidden" not in told
    assert "\n" not in told
    assert not list(settings.staging_dir.glob("*"))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://reader:S3c@retPw3@127.0.0.1:1/crm", "reader:***@127.0.0.1:1/crm"),
        ("postgresql://a:n@127.0.0.1:1/a@b", "a:***@127.0.0.1:1/a%40b"),
    ],
)
def test_a_password_may_hold_an_at_sign(settings: Settings, url: str, name: str) -> None:
    source = DatabaseSource(f"{url}?connect_timeout=1", table="deals")
    assert source.name == f"postgresql://{name}#deals"
    with pytest.raises(BadInputError) as caught:
        import_database(settings, source, now=NOW)
    told = str(caught.value) + str(caught.value.details)
    assert "retPw3" not in told
    assert "cannot be read: " in told
    assert "connection" in str(caught.value.details["reason"])


def test_what_is_wrong_with_a_source_is_said(database: str, tmp_path: Path) -> None:
    def code(source: DatabaseSource, limits: ImportLimits = STANDARD_LIMITS) -> str:
        with pytest.raises(BadInputError) as caught:
            extract(source, tmp_path / "x.csv", limits, since=None)
        return caught.value.code

    assert code(DatabaseSource(database)) == "table_or_query"
    assert code(DatabaseSource(database, "deals", "SELECT 1")) == "table_or_query"
    assert code(DatabaseSource(database, "nothing")) == "database_refused"
    assert code(DatabaseSource(database, "deals", watermark="changed")) == "no_watermark"
    assert code(DatabaseSource("nosuch://x", "deals")) == "no_driver"
    assert code(DatabaseSource(f"sqlite:///{tmp_path / 'none.db'}", "deals")) == "file_not_found"
    assert not (tmp_path / "none.db").exists()
    assert code(DatabaseSource(database, "deals"), ImportLimits(columns=3)) == "too_many_columns"
    assert code(DatabaseSource(database, "deals"), ImportLimits(file_megabytes=0)) == "too_large"
    with pytest.raises(UsageError, match="looks like"):
        extract(DatabaseSource("://", "x"), tmp_path / "x.csv", STANDARD_LIMITS, since=None)


def test_command_line_reads_a_database(tmp_path: Path, database: str) -> None:
    home = tmp_path / "home"
    words = ("import", database, "--table", "deals", "--watermark", "created_at",
             "--accept-proposal", "--no-refresh")  # fmt: skip
    made = cli_json(home, *words)
    (file,) = made["files"]
    assert file["path"] == f"{database}#deals"
    assert file["tables"]["opportunities"]["added"] == 2
    assert made["watermark"] == "2026-01-02 10:00:00"
    again = cli(home, *words)
    assert again.returncode == 0
    assert "Nothing new" in again.stdout
    batches = cli_json(home, "batches")
    assert [b["source"] for b in batches] == [f"{database}#deals"]
    for wrong in (
        ["import", "a.csv", "--table", "x"],
        ["import", database, "a.csv", "--table", "x"],
    ):
        assert cli(home, *wrong).returncode == 2
