"""What commands that ask share: period and filters as options, the published version."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import sqlalchemy as sa
import typer

from cli.app import settings
from crm_data.commands.segments import segment_named
from crm_data.errors import NoWarehouseError, UsageError
from crm_data.versions import Warehouse

_FIRST_YEAR, _LAST_YEAR = 1900, 2099  # what the importer takes for a date, too

Start = Annotated[str | None, typer.Option(help="First day, such as 2025-01-31.")]
End = Annotated[str | None, typer.Option(help="Day after the last day.")]
Where = Annotated[
    list[str] | None, typer.Option("--where", help='"field=value"; empty value: missing.')
]
Segment = Annotated[
    str | None, typer.Option(help="Name of a saved segment: only what its members did.")
]


def among(name: str | None) -> str:
    """Return the conditions of a saved segment as JSON; empty without a name."""
    return segment_named(settings(), name).definition if name else ""


@contextmanager
def published() -> Iterator[tuple[sa.Connection, str]]:
    """Yield a connection to the published version, and its id."""
    warehouse = Warehouse(settings())
    try:
        version = warehouse.current()
        if version is None:
            raise NoWarehouseError(
                "nothing_published",
                "Nothing is published yet. `python -m cli import FILE` imports your data, "
                "`python -m cli demo` builds the sample company.",
            )
        with warehouse.connect(version) as connection:
            yield connection, version
    finally:
        warehouse.close()


def day(text: str | None, option: str) -> date | None:
    """Read the day that an option gives."""
    if text is None:
        return None
    try:
        read = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise UsageError(
            "not_a_day",
            f"{option} '{text}' is not a day from 1900 to 2099. Write it like 2025-01-31.",
            option=option,
            value=text,
        ) from None
    return read
