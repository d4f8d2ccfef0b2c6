"""Reading a published version as scoring does, for analyses that are asked for later."""

from collections.abc import Iterator
from contextlib import contextmanager

from crm_data.errors import StorageError
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import open_version


@contextmanager
def reading_version(settings: Settings, version: str) -> Iterator[ScoreStore]:
    """Yield a store over a published version; it reads, and what it writes is refused.

    Raises
    ------
    StorageError
        Versions are kept in PostgreSQL, where the SQL of scoring does not run.
    """
    if settings.warehouse_url:
        raise StorageError(
            "version_not_duckdb",
            "This analysis reads a version's DuckDB file, and versions are kept in PostgreSQL. "
            "Leave the option out: the test of the build is stored with the version.",
        )
    with open_version(settings, version) as con:
        yield ScoreStore(con, {}, lambda _step, _share: None)
