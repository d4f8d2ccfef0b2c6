"""The engine that reads a source file: one DuckDB session per file, in memory, with its limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from crm_data.errors import BadInputError, CrmError, StorageError
from crm_data.importers import compatibility
from crm_data.importers import written_dates as dates
from crm_data.importers import written_numbers as numbers
from crm_data.importers.source import SourceFile
from crm_data.importers.text_check import LONGEST_LINE
from crm_data.importers.workbooks import refusal
from crm_data.importers.written_numbers import quoted
from crm_data.settings import Settings

ROW = "row_in_file"
_HELD = "held_records"
_HELD_SIZE = 4


class IrregularFileError(Exception):
    """The fast reader refuses the file: some record is ragged, or a quote does not match."""


class Engine:
    """Queries over one source file: of records that were read once, or of the file each time.

    Records are held where they fit: text needs up to four times its size in the file.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: SourceFile, link: Path):
        self._connection = connection
        self.source = source
        self._link = link
        self.is_held = False
        self.columns = {header: f"c{i}" for i, header in enumerate(source.headers)}

    def hold(self, memory_bytes: int) -> None:
        """Read the records once and for all, if they fit."""
        if self.source.data.stat().st_size * _HELD_SIZE <= memory_bytes:
            self.run(f"CREATE TEMP TABLE {_HELD} AS FROM {self.rows()}")
            self.is_held = True

    def refuse_long_cells(self, most: int) -> None:
        """Refuse a file with a cell of more characters than ``most``, and say where it is."""
        if self.source.data.stat().st_size <= most:
            return
        longest = ", ".join(f"max(strlen({column}))" for column in self.columns.values())
        bytes_of = self.one(f"SELECT {longest} FROM {self.rows()}")
        for (header, column), size in zip(self.columns.items(), bytes_of, strict=True):
            if (size or 0) > most:  # bytes; most scripts have fewer characters
                row = self.one(
                    f"SELECT min({ROW}) FROM {self.rows(numbered=True)} "
                    f"WHERE length({column}) > {int(most)}"
                )[0]
                if row is not None:
                    raise refusal(
                        "cell_too_long", self.source.path, row=row, column=header, limit=most
                    )

    def rows(self, *, numbered: bool = False, part: Path | None = None) -> str:
        """Return SQL for the records: text columns, and ``row_in_file`` where ``numbered``.

        Parameters
        ----------
        part : Path, optional
            A file with some of the records, to read instead of all.
        """
        if self.is_held and part is None:
            return (
                f"(SELECT *, {self._row('rowid + 1')} AS {ROW} FROM {_HELD})" if numbered else _HELD
            )
        names = [*self.columns.values(), *(["row_text"] if self.source.is_rewritten else [])]
        types = ", ".join(f"{quoted(n)}: 'VARCHAR'" for n in names)
        read = (
            f"read_csv({file_name(part or self._link)}, auto_detect = false, quote = '\"', "
            f"escape = '\"', delim = {quoted(self.source.engine_separator)}, "
            f"header = {str(self.source.has_header).lower()}, columns = {{{types}}}, "
            f"max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE})"
        )
        if not numbered:
            return read
        return f"(SELECT *, {self._row('row_number() OVER ()')} AS {ROW} FROM {read})"

    def _row(self, position: str) -> str:
        """Return SQL: the row as a spreadsheet numbers it, from the position of a record."""
        if self.source.is_rewritten:
            return "CAST(row_text AS BIGINT)"
        return f"{position} + {int(self.source.has_header)}"

    def run(self, sql: str) -> None:
        """Run a statement."""
        with self._said():
            self._connection.execute(sql)

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        with self._said():
            return self._connection.execute(sql).fetchall()

    def one(self, sql: str) -> tuple[Any, ...]:
        """Run a query and return its only row."""
        return self.fetch(sql)[0]

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Say an error of the engine as one of ours."""
        try:
            yield
        except duckdb.Error as error:
            if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                raise _no_room(error) from error
            if isinstance(error, duckdb.InvalidInputException) and "CSV" in str(error):
                if not self.source.is_rewritten:
                    raise IrregularFileError from error
                raise self._not_readable(error) from error
            raise

    def _not_readable(self, error: Exception) -> CrmError:
        reason = next((line for line in str(error).splitlines() if line.strip()), "no reason")
        return BadInputError(
            "unreadable_text",
            f"{self.source.path} cannot be split into columns: {reason}. Check its quotes and "
            "separator, or export it again.",
            path=str(self.source.path),
            reason=reason,
        )


@contextmanager
def open_engine(settings: Settings, source: SourceFile, folder: Path) -> Iterator[Engine]:
    """Yield an engine for a source file; its temporary files go to ``folder``."""
    link = folder / "source.csv"  # no character of the user's file name reaches the engine
    link.unlink(missing_ok=True)
    link.symlink_to(source.data.resolve())
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{settings.build_memory_mb}MB",
        "temp_directory": str(folder / "spill"),
    }
    if settings.threads:
        config["threads"] = settings.threads
    connection = duckdb.connect(":memory:", config=config)
    try:
        connection.execute("LOAD icu")  # part of the package; a time zone needs it
        connection.execute(f"SET TimeZone = {quoted(settings.timezone)}")
        for macro in (*numbers.macros(), *dates.macros(), compatibility.macro(source.unusual)):
            connection.execute(macro)
        engine = Engine(connection, source, link)
        engine.hold(settings.build_memory_mb << 20)
        engine.refuse_long_cells(settings.import_limits.cell_characters)
        yield engine
    finally:
        connection.close()


def file_name(path: Path) -> str:
    """Return a path to read as an SQL literal that stands for this file only."""
    return quoted("".join(f"[{c}]" if c in "[*?" else c for c in str(path)))


def _no_room(error: Exception) -> StorageError:
    reason = str(error).splitlines()[0]
    return StorageError(
        "staging_failed",
        f"The import could not write its working files: {reason}. Free space under CRM_HOME, or "
        "raise CRM_BUILD_MEMORY_MB, and import again.",
        reason=reason,
    )
