"""A table or query of any SQL database as CSV, whole or from where the last import ended.

Only reads: the query stands inside a SELECT of ours, in a transaction that is read-only where the
database knows such, and is always rolled back. A password stays in the address that was given; what
is kept and shown is the address without it.
"""

import csv
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from crm_data.errors import BadInputError, UsageError
from crm_data.import_limits import ImportLimits
from crm_data.importers.archives import too_large
from crm_data.importers.json_lines import too_many_columns

_ROWS = 5000
_ADDRESS = re.compile(r"[a-z][a-z0-9_+]*://", re.IGNORECASE)
_READ_ONLY = {
    "postgresql": "SET TRANSACTION READ ONLY",
    "mysql": "SET TRANSACTION READ ONLY",
    "mariadb": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only = ON",
}


@dataclass(frozen=True)
class DatabaseSource:
    """What is read of which database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL; may hold a password.
    table : str or None
        Table or view, with its schema before a dot.
    query : str or None
        One SELECT; either this or ``table``.
    watermark : str or None
        Column that only grows, such as the time of change: what is below the highest value of the
        last import is not read again.
    """

    url: str
    table: str | None = None
    query: str | None = None
    watermark: str | None = None

    @property
    def name(self) -> str:
        """Return what is shown and kept: the address without password and options; the table."""
        url = _parsed(self.url)
        plain = url.set(drivername=url.get_backend_name(), query={})
        what = self.table or " ".join((self.query or "").split())
        return f"{plain.render_as_string(hide_password=True)}#{what}"


@dataclass(frozen=True)
class Extract:
    """Headers and rows that were written, and the highest value of the watermark as text."""

    headers: tuple[str, ...]
    rows: int
    watermark: str | None


def is_address(text: str) -> bool:
    """Whether a text is the address of a database and no path."""
    return _ADDRESS.match(text) is not None


def extract(
    source: DatabaseSource, target: Path, limits: ImportLimits, *, since: str | None
) -> Extract:
    """Write the rows of a source to ``target`` as CSV with a header.

    Parameters
    ----------
    since : str or None
        Highest watermark of the last import, as ``Extract`` gave it. Rows that have just that
        value are read again (a later one may have it, too), but only if there is a higher one.

    Raises
    ------
    UsageError
        Neither or both of table and query are given, or the address is none.
    BadInputError
        The database does not answer, refuses, or has no such table or column; too much of it.
    """
    if (source.table is None) == (source.query is None):
        raise UsageError("table_or_query", "Give --table or --query with a database, not both.")
    with _connected(source) as con:
        selected = _selected(source)
        wanted = sa.select(sa.text("*")).select_from(selected)
        counted = sa.select(sa.func.count()).select_from(selected)
        if source.watermark is not None and since is not None:
            column: sa.ColumnClause[Any] = sa.column(source.watermark)
            bound = _bound(con, selected, column, since)
            if not con.scalar(counted.where(column > bound)):
                return Extract((), 0, since)
            wanted = wanted.where(column >= bound)
        found = con.execution_options(stream_results=True, max_row_buffer=_ROWS).execute(wanted)
        return _write(source, found, target, limits, since)


def _write(
    source: DatabaseSource, found: sa.CursorResult[Any], target: Path, limits: ImportLimits,
    since: str | None,
) -> Extract:  # fmt: skip
    headers = tuple(map(str, found.keys()))
    if len(headers) > limits.columns:
        raise too_many_columns(Path(source.name), len(headers), limits)
    place = None
    if source.watermark is not None:
        place = {h.casefold(): i for i, h in enumerate(headers)}.get(source.watermark.casefold())
        if place is None:
            raise _no_column(source, headers)
    rows = size = 0
    highest: Any = None
    with target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headers)
        for part in found.partitions(_ROWS):
            for row in part:
                texts = [_text(value) for value in row]
                size += sum(map(len, texts))
                writer.writerow(texts)
                if place is not None and row[place] is not None:
                    highest = row[place] if highest is None else max(highest, row[place])
            rows += len(part)
            if size > limits.file_bytes:
                raise too_large(Path(source.name), limits.file_bytes)
    return Extract(headers, rows, since if highest is None else _text(highest))


def _selected(source: DatabaseSource) -> sa.FromClause:
    if source.table is not None:
        schema, _, name = source.table.rpartition(".")
        return sa.table(name, schema=schema or None)
    query = (source.query or "").strip().rstrip(";").strip()
    # Even in a text a semicolon is refused: where texts end differs from database to database.
    if not re.match(r"(?is)(select|with)\b", query) or ";" in query:
        raise UsageError(
            "not_a_select", "--query must be one SELECT without a semicolon; nothing else is run."
        )
    # A colon in the query is no parameter of ours, and a comment at its end hides nothing.
    return sa.text(query.replace(":", r"\:") + "\n").columns().subquery("wanted")


def _bound(
    con: sa.Connection, selected: sa.FromClause, column: sa.ColumnClause[Any], since: str
) -> Any:
    """Return the last watermark as a value of the kind that its column has now."""
    sample = con.execute(
        sa.select(column).select_from(selected).where(column.is_not(None)).limit(1)
    ).scalar()
    readers: dict[type, Any] = {
        int: int, float: float, Decimal: Decimal, datetime: datetime.fromisoformat,
        date: date.fromisoformat,
    }  # fmt: skip
    return readers.get(type(sample), str)(since)


@contextmanager
def _connected(source: DatabaseSource) -> Iterator[sa.Connection]:
    """Yield a connection that only reads; say every failure without the password."""
    url = _parsed(source.url)
    try:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
    except (ImportError, NoSuchModuleError) as error:
        raise BadInputError(
            "no_driver",
            f"There is no driver for {url.drivername} here: install one, or export the table.",
            driver=url.drivername,
        ) from error
    try:
        _refuse_new_file(url)
        with engine.connect() as con:
            if (statement := _READ_ONLY.get(engine.dialect.name)) is not None:
                con.execute(sa.text(statement))
            try:
                yield con
            finally:
                con.rollback()
    except (SQLAlchemyError, ValueError, TypeError) as error:
        raise _unanswered(source, url, error) from error
    finally:
        engine.dispose()


def _escaped(text: str) -> str:
    """Return an address with a login that may hold an @: it ends at the last of the authority."""
    scheme, mark, rest = text.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    login, at, host = authority.rpartition("@")
    return f"{scheme}{mark}{login.replace('@', '%40')}{at}{host}{rest[len(authority) :]}"


def _parsed(text: str) -> sa.URL:
    try:
        url = sa.make_url(_escaped(text))
        is_ours = url.drivername in ("postgres", "postgresql")
        return url.set(drivername="postgresql+psycopg") if is_ours else url
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            "database_address",
            "The address of the database cannot be read; it looks like "
            "postgresql://user:password@host/name or sqlite:///file.",
        ) from error


def _refuse_new_file(url: sa.URL) -> None:
    """Refuse a file that is not there: a driver would make an empty database of it."""
    is_file = url.get_backend_name() in ("sqlite", "duckdb") and url.database not in (
        None, "", ":memory:",
    )  # fmt: skip
    if is_file and not Path(url.database or "").is_file():
        raise BadInputError(
            "file_not_found",
            f"There is no file {url.database}. Check the path and try again.",
            path=str(url.database),
        )


def _unanswered(source: DatabaseSource, url: sa.URL, error: Exception) -> BadInputError:
    said = str(getattr(error, "orig", None) or error)
    reason = next((line.strip() for line in said.splitlines() if line.strip()), "no reason")[:200]
    for secret in {url.password, *(str(v) for v in url.query.values())} - {None, ""}:
        # A whole token only: a secret of one letter is in every word.
        reason = re.sub(rf"(?<!\w){re.escape(str(secret))}(?!\w)", "***", reason)
    return BadInputError(
        "database_refused",
        f"{source.name} cannot be read: {reason}. Check the address, the rights and the names.",
        path=source.name,
        reason=reason,
    )


def _no_column(source: DatabaseSource, headers: Sequence[str]) -> BadInputError:
    return BadInputError(
        "no_watermark",
        f"{source.name} has no column '{source.watermark}' to go by; it has {', '.join(headers)}.",
        path=source.name,
        column=source.watermark or "",
        headers=", ".join(headers),
    )


def _text(value: Any) -> str:
    """Return a value of a driver as the text that the cleaning rules read."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace").replace("\0", "")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
