"""``export``: customers, orders or the rows behind a number, written to a file."""

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
import typer

from analytics.metric_registry import metric
from cli.app import app, now, print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.data import JsonOption
from cli.output import print_json
from crm_data.commands.exports import record_export
from crm_data.durable import discard, fsync
from crm_data.errors import UsageError
from crm_data.queries.attribute_keys import check_attribute_keys
from crm_data.queries.customer_list import customer_list, customers_count
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.rows import ROW_KINDS, RowKind, rows_count, rows_frame
from crm_data.scope import EVERYTHING
from ui.export import XLSX_MAX_ROWS, Stamp, csv_bytes, xlsx_bytes
from ui.metrics import horizon
from ui.translations import Translator, catalogue

_ACTOR = "cli"
_CUSTOMERS = "customers"


@app.command("export")
def export_command(
    what: Annotated[str, typer.Argument(help="customers, orders, or rows:METRIC.")],
    to: Annotated[Path, typer.Option("--to", help="FILE.csv, FILE.xlsx or FILE.parquet.")],
    start: Start = None,
    end: End = None,
    where: Where = None,
    segment: Segment = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many rows at the most.")
    ] = 1_000_000,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write rows to a file that says what it is, and to the audit log that they were."""
    config, present = settings(), now()
    t = catalogue(config.language)
    kind, encode = _kind(what), _encoder(to, t)
    _refuse_target(to, force=force)
    days = day(start, "--start"), day(end, "--end")
    cut = parse_cut(*days, (), where or (), among(segment))
    with published() as (connection, version):
        check_attribute_keys(connection, cut)
        total = _count(connection, kind, cut)
        if to.suffix.lower() == ".xlsx" and min(total, limit) > XLSX_MAX_ROWS:
            raise _too_long(to, min(total, limit))
        frame = _rows(connection, kind, cut, limit)
        watermark = horizon(connection).watermark_on
    filters = "; ".join([*(where or ()), *([f"segment {segment}"] if segment else [])])
    stamp = Stamp(
        subject=what if len(frame) == total else f"{what} ({len(frame)} of {total} rows)",
        period=_period(cut) or "–",
        filters=filters or t("filter.none"),
        version=version,
        watermark=watermark.isoformat() if watermark else "–",
        exported_at=present.isoformat(timespec="seconds"),
        exported_by=_ACTOR,
    )
    record = partial(
        record_export,
        config,
        what=what,
        filters="; ".join(part for part in (_period(cut), filters) if part),
        rows=len(frame),
        version=version,
        actor=_ACTOR,
        now=present,
    )
    _put(to, encode(frame, stamp), record)
    if as_json:
        print_json(
            {"what": what, "file": str(to), "version": version, "rows": len(frame), "total": total}
        )
    else:
        print_line(f"Wrote {len(frame)} row(s) of {version} to {to}.")
    if total > len(frame):
        print_error(f"{len(frame)} of {total} rows; --limit writes more.")


def _kind(what: str) -> RowKind | None:
    """Return the kind of rows that are meant; None for the list of customers."""
    if what == _CUSTOMERS:
        return None
    if what == "orders":
        return "orders"
    prefix, _, name = what.partition(":")
    if prefix != "rows" or not name:
        raise UsageError(
            "unknown_export",
            f"'{what}' cannot be exported. Write customers, orders, or rows:METRIC, such as "
            "rows:net_revenue; `metric list` names the metrics.",
            what=what,
        )
    wanted = metric(name).rows
    return next(kind for kind in ROW_KINDS if kind == wanted)


def _count(connection: sa.Connection, kind: RowKind | None, cut: Cut) -> int:
    if kind is None:
        return customers_count(connection, scope=EVERYTHING, cut=cut)
    return rows_count(connection, scope=EVERYTHING, kind=kind, cut=cut)


def _rows(connection: sa.Connection, kind: RowKind | None, cut: Cut, limit: int) -> pd.DataFrame:
    if kind is None:
        return customer_list(connection, scope=EVERYTHING, cut=cut, limit=limit)
    return rows_frame(connection, scope=EVERYTHING, kind=kind, cut=cut, limit=limit)


def _period(cut: Cut) -> str:
    words = [("from", cut.start), ("before", cut.end)]
    return " ".join(f"{word} {edge.isoformat()}" for word, edge in words if edge is not None)


def _encoder(to: Path, t: Translator) -> Callable[[pd.DataFrame, Stamp], bytes]:
    """Return what makes the content of a file, by its extension."""
    about = {name: t(f"export.{name}") for name in (*Stamp.__dataclass_fields__, "sheet", "rows")}
    encoders: dict[str, Callable[[pd.DataFrame, Stamp], bytes]] = {
        ".csv": csv_bytes,
        ".xlsx": partial(xlsx_bytes, about=about),
        ".parquet": _parquet_bytes,
    }
    suffix = to.suffix.lower()
    if suffix not in encoders:
        raise UsageError(
            "export_format",
            f"{to} does not say what kind of file it is to be. End its name in "
            f"{', '.join(encoders)}.",
            path=str(to),
        )
    return encoders[suffix]


def _parquet_bytes(frame: pd.DataFrame, stamp: Stamp) -> bytes:
    """Return Parquet with values as they are (nothing runs them), the stamp in its metadata."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = {f"export_{name}": str(getattr(stamp, name)) for name in Stamp.__dataclass_fields__}
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **said}), buffer)
    return buffer.getvalue()


def _refuse_target(to: Path, *, force: bool) -> None:
    """Raise ``UsageError`` before anything is asked, where the file cannot be or is there."""
    try:
        if not to.parent.is_dir():
            raise NotADirectoryError(None, f"there is no folder {to.parent}")
        if to.exists() and not to.is_file():
            raise IsADirectoryError(None, "it is not a file")
        is_there = to.exists()
    except OSError as error:
        raise _unwritable(to, error) from error
    if is_there and not force:
        raise UsageError(
            "export_exists",
            f"{to} exists already. Choose another name, or --force to overwrite it.",
            path=str(to),
        )


def _put(to: Path, content: bytes, record: Callable[[], None]) -> None:
    """Write the file under another name, write it down, and only then let it appear."""
    part = to.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        fsync(part)
        record()
        part.replace(to)
    except OSError as error:
        raise _unwritable(to, error) from error
    finally:
        discard([part])


def _unwritable(to: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(
        "export_unwritable",
        f"{to} cannot be written: {reason}. Choose another place with --to, or free space there.",
        path=str(to),
        reason=reason,
    )


def _too_long(to: Path, rows: int) -> UsageError:
    return UsageError(
        "export_too_long",
        f"{to} would have {rows} rows, and a worksheet holds {XLSX_MAX_ROWS}. Narrow it with "
        "--start, --end, --where or --limit, or write .csv or .parquet.",
        path=str(to),
        rows=rows,
    )
