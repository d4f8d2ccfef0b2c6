"""Which warehouse version is current, and a read-only connection to one version."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from crm_data.errors import NoWarehouseError, StorageError
from crm_data.kept_members import keep_members
from crm_data.release import fingerprint
from crm_data.settings import Settings
from crm_data.tables import mart

POINTER = "CURRENT"
PG_REGISTRY = "clientscope_versions"
_KEPT_ENGINES = 3


class Warehouse:
    """Read access to published versions. Safe to share between threads.

    Parameters
    ----------
    settings : Settings
        Says where versions are: DuckDB files under ``settings.warehouse_dir``, or schemas of the
        PostgreSQL database ``settings.warehouse_url``.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._engines: dict[str, sa.Engine] = {}
        self._checked: set[str] = set()
        self._lock = threading.Lock()

    @property
    def is_duckdb(self) -> bool:
        """Whether versions are DuckDB files."""
        return not self.settings.warehouse_url

    def current(self) -> str | None:
        """Return the id of the published version, or None before the first build."""
        if self.is_duckdb:
            pointer = self.settings.warehouse_dir / POINTER
            try:
                version = pointer.read_text(encoding="ascii").strip()
            except FileNotFoundError:
                return None
            except OSError as error:
                raise _unreadable(str(pointer), error) from error
            return version or None
        return self._current_in_postgres()

    @contextmanager
    def connect(self, version: str) -> Iterator[sa.Connection]:
        """Yield a read-only connection whose table names mean those of ``version``.

        Raises
        ------
        NoWarehouseError
            The version does not exist (any more), or another release made it.
        StorageError
            The store does not answer.
        """
        engine = self._engine(version)
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise _unreadable(version, error) from error
        with connection:
            self._check(version, connection)
            yield connection

    def _check(self, version: str, connection: sa.Connection) -> None:
        """Refuse a version of another release: its tables may be others, its numbers, too."""
        if version in self._checked:
            return
        info = mart("version_info")
        try:
            made_by = connection.scalar(sa.select(info.c.fingerprint).limit(1))
        except DBAPIError as error:
            raise _other_release(version) from error
        if made_by != fingerprint():
            raise _other_release(version)
        self._checked.add(version)

    def close(self) -> None:
        """Let go of every connection."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def _engine(self, version: str) -> sa.Engine:
        with self._lock:
            if version not in self._engines:
                while len(self._engines) >= _KEPT_ENGINES:
                    self._engines.pop(next(iter(self._engines))).dispose()
                self._engines[version] = (
                    self._duckdb_engine(version)
                    if self.is_duckdb
                    else self._postgres_engine(version)
                )
            return self._engines[version]

    def _duckdb_engine(self, version: str) -> sa.Engine:
        path = version_file(self.settings, version)
        if not path.exists():
            raise _no_version(version)
        config: dict[str, str | int] = {"memory_limit": f"{self.settings.memory_mb}MB"}
        if self.settings.threads:
            config["threads"] = self.settings.threads
        engine = sa.create_engine(
            sa.URL.create("duckdb", database=str(path)),
            connect_args={"read_only": True, "config": config},
            pool_size=8,
            max_overflow=24,
            pool_use_lifo=True,  # a connection keeps what it has found, so the same one again
        )
        return keep_members(engine)

    def _postgres_engine(self, version: str) -> sa.Engine:
        engine = postgres_engine(self.settings.warehouse_url)
        if version not in postgres_versions(engine):
            engine.dispose()
            raise _no_version(version)
        return engine.execution_options(
            schema_translate_map={None: postgres_schema(version)}, postgresql_readonly=True
        )

    def _current_in_postgres(self) -> str | None:
        with self._lock:
            if "" not in self._engines:
                self._engines[""] = postgres_engine(self.settings.warehouse_url)
            engine = self._engines[""]
        try:
            with engine.connect() as connection:
                if not sa.inspect(connection).has_table(PG_REGISTRY):
                    return None
                found: str | None = connection.scalar(
                    sa.text(f"SELECT version FROM {PG_REGISTRY} WHERE is_current")
                )
                return found
        except DBAPIError as error:
            raise _unreadable(engine.url.render_as_string(hide_password=True), error) from error


def current_version(settings: Settings) -> str | None:
    """Return the id of the published version without keeping a connection."""
    warehouse = Warehouse(settings)
    try:
        return warehouse.current()
    finally:
        warehouse.close()


def version_file(settings: Settings, version: str) -> Path:
    """Return the DuckDB file of a version."""
    return settings.warehouse_dir / f"{version}.duckdb"


@contextmanager
def open_version(settings: Settings, version: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB version with the build's limits, beside readers in this process.

    DuckDB does not open a file twice in a process with different limits, but it attaches one.

    Raises
    ------
    StorageError
        The version is damaged or gone.
    """
    path = str(version_file(settings, version))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.build_memory_mb}MB",
        "temp_directory": str(settings.staging_dir / f"read-{version}.tmp"),
    }
    if settings.threads:
        config["threads"] = settings.threads
    with duckdb.connect(config=config) as con:
        try:
            con.execute("ATTACH '{}' AS published (READ_ONLY)".format(path.replace("'", "''")))
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        con.execute("USE published")
        yield con


def postgres_engine(url: str) -> sa.Engine:
    """Return an engine for a PostgreSQL URL, whichever driver the URL names or omits."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise StorageError(
            "warehouse_dialect",
            f"CRM_WAREHOUSE_URL names '{parsed.get_backend_name()}'. The warehouse can be DuckDB "
            "(leave it empty) or postgresql://….",
            dialect=parsed.get_backend_name(),
        )
    return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)


def postgres_schema(version: str) -> str:
    """Return the schema that holds a version."""
    return f"clientscope_{version}"


def postgres_versions(engine: sa.Engine) -> list[str]:
    """Return the versions in a PostgreSQL warehouse, oldest first."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(PG_REGISTRY):
            return []
        rows = connection.execute(sa.text(f"SELECT version FROM {PG_REGISTRY} ORDER BY version"))
        return [row.version for row in rows]


def _no_version(version: str) -> NoWarehouseError:
    return NoWarehouseError(
        "no_version",
        f"There is no version '{version}'. `python -m cli versions` lists those that are kept.",
        version=version,
    )


def _other_release(version: str) -> NoWarehouseError:
    return NoWarehouseError(
        "other_release",
        f"Version '{version}' was built by another release of Clientscope. "
        "`python -m cli rebuild` builds it again from everything that was imported.",
        version=version,
    )


def _unreadable(what: str, error: Exception) -> StorageError:
    reason = str(error).splitlines()[0]
    return StorageError(
        "store_unreadable",
        f"The warehouse ({what}) cannot be read: {reason}. Check that it is there and that this "
        "user may read it.",
        store=what,
        reason=reason,
    )
