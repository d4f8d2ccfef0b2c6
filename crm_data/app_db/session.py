"""Sessions of the app database; migrations run by themselves before the first one."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm_data.errors import StorageError
from crm_data.settings import Settings

_MIGRATING = threading.Lock()
_ENGINES: dict[tuple[str, Path], sa.Engine] = {}  # one of a server, some of tests
_MOST_ENGINES = 16


@contextmanager
def session(settings: Settings) -> Iterator[Session]:
    """Yield a session in one transaction: committed at the end, rolled back on any error.

    Raises
    ------
    StorageError
        The app database cannot be opened, migrated or written.
    """
    try:
        engine = _engine(settings.app_url, settings.home)
        with Session(engine) as opened, opened.begin():
            yield opened
    except (DBAPIError, OSError) as error:
        raise _unwritable(settings, error) from error


def is_initialised(settings: Settings) -> bool:
    """Whether an embedded app database exists yet; always true for a server's."""
    url = sa.make_url(settings.app_url)
    if url.get_backend_name() != "sqlite":
        return True
    return url.database is not None and Path(url.database).exists()


def dispose(settings: Settings) -> None:
    """Let go of the connections, if there are any (tests, and before a folder is removed)."""
    engine = _ENGINES.pop((settings.app_url, settings.home), None)
    if engine is not None:
        engine.dispose()


def _engine(url: str, home: Path) -> sa.Engine:
    engine = _ENGINES.get((url, home))
    if engine is not None:
        return engine
    with _MIGRATING:
        engine = _ENGINES.get((url, home))
        if engine is None:
            while len(_ENGINES) >= _MOST_ENGINES:
                _ENGINES.pop(next(iter(_ENGINES))).dispose()
            engine = _ENGINES[url, home] = _migrated(url, home)
        return engine


def _migrated(url: str, home: Path) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        home.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, connect_args={"timeout": 30})
        sa.event.listen(engine, "connect", _configure_sqlite)
    else:
        engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    _migrate(engine)
    return engine


def _configure_sqlite(connection: sa.pool.ConnectionPoolEntry, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the DBAPI connection
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _migrate(engine: sa.Engine) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_lock(7301947)"))
            connection.commit()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
            connection.commit()
        finally:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_unlock(7301947)"))
                connection.commit()


def _unwritable(settings: Settings, error: Exception) -> StorageError:
    where = sa.make_url(settings.app_url).render_as_string(hide_password=True)
    reason = str(getattr(error, "orig", None) or error).splitlines()[0]
    return StorageError(
        "app_database",
        f"The app database ({where}) cannot be used: {reason}. Check that the folder or server is "
        "there, has space and may be written.",
        store=where,
        reason=reason,
    )
