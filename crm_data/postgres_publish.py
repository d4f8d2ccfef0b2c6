"""Publishing a built version to PostgreSQL: one schema per version, one transaction.

The build itself always runs in DuckDB (decision 0002); this copies its tables, so both engines
serve the same rows. Readers see the old version or the new one, never something between.
"""

from pathlib import Path

import duckdb
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable

from crm_data.build_file import open_build
from crm_data.errors import StorageError
from crm_data.settings import Settings
from crm_data.tables.schema import METADATA
from crm_data.versions import PG_REGISTRY, postgres_engine, postgres_schema, postgres_versions

_CHUNK_BYTES = 1 << 20
_INDEXES = (
    ("order_facts", "ordered_on"),
    ("order_facts", "customer_id"),
    ("order_facts", "order_no"),
    ("order_categories", "category"),
    ("orders", "order_id"),
    ("order_lines", "order_id"),
    ("customer_facts", "customer_id"),
    ("customer_facts", "customer_no"),
    ("customer_scores", "customer_id"),
    ("customer_products", "customer_no"),
    ("customer_products", "product_id"),
    ("customer_categories", "customer_no"),
    ("product_pairs", "product_id"),
    ("product_pairs", "other_id"),
    ("order_categories", "customer_no"),
    ("contract_changes", "month_on"),
    ("contract_spells", "ended_on"),
    ("order_pauses", "customer_no"),
    ("silence_flows", "silence_days"),
    ("decline_values", "month_on"),
    ("ticket_facts", "created_on"),
    ("survey_facts", "answered_on"),
    ("customers", "customer_id"),
    ("interactions", "customer_id"),
    ("tickets", "customer_id"),
    ("opportunities", "customer_id"),
    ("survey_responses", "customer_id"),
    ("campaign_members", "customer_id"),
)


def publish(settings: Settings, built: Path, version: str) -> None:
    """Copy the tables of a built DuckDB file into a schema of their own, then point to it.

    Raises
    ------
    StorageError
        The server does not answer or refuses; nothing of the new version remains.
    """
    engine = postgres_engine(settings.warehouse_url)
    schema = postgres_schema(version)
    try:
        with engine.begin() as connection, open_build(settings, built, read_only=True) as con:
            _create_registry(connection)
            connection.execute(sa.text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
            connection.execute(sa.text(f'CREATE SCHEMA "{schema}"'))
            inside = connection.execution_options(schema_translate_map={None: schema})
            for table in METADATA.sorted_tables:
                inside.execute(CreateTable(table))
                _copy(connection, con, table, schema, settings)
            for name, column in _INDEXES:
                connection.execute(sa.text(f'CREATE INDEX ON "{schema}"."{name}" ("{column}")'))
            connection.execute(
                sa.text(f"INSERT INTO {PG_REGISTRY} (version, is_current) VALUES (:v, false)"),
                {"v": version},
            )
            _set_current(connection, version)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in METADATA.sorted_tables:
                connection.execute(sa.text(f'ANALYZE "{schema}"."{table.name}"'))
    except DBAPIError as error:
        raise _refused(settings, error) from error
    finally:
        engine.dispose()


def point_to(settings: Settings, version: str) -> None:
    """Make a version the published one."""
    engine = postgres_engine(settings.warehouse_url)
    try:
        with engine.begin() as connection:
            _set_current(connection, version)
    except DBAPIError as error:
        raise _refused(settings, error) from error
    finally:
        engine.dispose()


def drop(settings: Settings, version: str) -> None:
    """Drop a version's schema."""
    engine = postgres_engine(settings.warehouse_url)
    try:
        with engine.begin() as connection:
            schema = postgres_schema(version)
            connection.execute(sa.text(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE'))
            connection.execute(
                sa.text(f"DELETE FROM {PG_REGISTRY} WHERE version = :v"), {"v": version}
            )
    finally:
        engine.dispose()


def kept_versions(settings: Settings) -> list[str]:
    """Return the versions in the warehouse, oldest first."""
    engine = postgres_engine(settings.warehouse_url)
    try:
        return postgres_versions(engine)
    except DBAPIError as error:
        raise _refused(settings, error) from error
    finally:
        engine.dispose()


def _create_registry(connection: sa.Connection) -> None:
    connection.execute(
        sa.text(
            f"CREATE TABLE IF NOT EXISTS {PG_REGISTRY} "
            "(version text PRIMARY KEY, is_current boolean NOT NULL)"
        )
    )


def _set_current(connection: sa.Connection, version: str) -> None:
    connection.execute(
        sa.text(f"UPDATE {PG_REGISTRY} SET is_current = (version = :v)"), {"v": version}
    )


def _copy(
    connection: sa.Connection,
    con: duckdb.DuckDBPyConnection,
    table: sa.Table,
    schema: str,
    settings: Settings,
) -> None:
    """Stream one table through a CSV file: DuckDB writes it, PostgreSQL's COPY reads it."""
    columns = ", ".join(f'"{c.name}"' for c in table.columns)
    staged = settings.staging_dir / f"{schema}.{table.name}.csv"
    target = str(staged).replace("'", "''")
    try:
        con.execute(
            f"COPY (SELECT {columns} FROM \"{table.name}\") TO '{target}' "
            "(FORMAT csv, HEADER false, NULLSTR '\\N')"
        )
        driver = connection.connection.driver_connection
        if driver is None:
            raise AssertionError("an open connection has a driver connection")
        with (
            driver.cursor() as cursor,
            cursor.copy(
                f'COPY "{schema}"."{table.name}" ({columns}) FROM STDIN (FORMAT csv, NULL \'\\N\')'
            ) as copy,
            staged.open("rb") as stream,
        ):
            while chunk := stream.read(_CHUNK_BYTES):
                copy.write(chunk)
    finally:
        staged.unlink(missing_ok=True)


def _refused(settings: Settings, error: DBAPIError) -> StorageError:
    where = sa.make_url(settings.warehouse_url).render_as_string(hide_password=True)
    reason = str(error.orig).splitlines()[0]
    return StorageError(
        "warehouse_refused",
        f"The warehouse ({where}) refused: {reason}. Nothing was published; check the server and "
        "the rights of this user.",
        store=where,
        reason=reason,
    )
