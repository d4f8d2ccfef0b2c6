"""``export``: customers, orders or the rows behind a number, written to a file."""

from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import sqlalchemy as sa
import typer

from analytics.metric_registry import metric
from cli.app import app, now, print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.data import JsonOption
from cli.export_file import encoder, put, refuse_target, too_long
from cli.export_segment import SEGMENT, Reach, export_segment
from cli.output import print_json
from crm_data.commands.exports import record_export
from crm_data.commands.segment_export import Holdout, own_seed
from crm_data.errors import UsageError
from crm_data.queries.attribute_keys import check_attribute_keys
from crm_data.queries.customer_list import customer_list, customers_count
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.rows import ROW_KINDS, RowKind, rows_count, rows_frame
from crm_data.scope import EVERYTHING
from ui.export import XLSX_MAX_ROWS, Stamp
from ui.metrics import horizon
from ui.translations import catalogue

_ACTOR = "cli"
_CUSTOMERS = "customers"


@app.command("export")
def export_command(
    what: Annotated[str, typer.Argument(help="customers, orders, rows:METRIC, or segment:NAME.")],
    to: Annotated[Path, typer.Option("--to", help="FILE.csv, FILE.xlsx or FILE.parquet.")],
    start: Start = None,
    end: End = None,
    where: Where = None,
    segment: Segment = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many rows at the most.")
    ] = 1_000_000,
    channel: Annotated[
        Reach, typer.Option(help="Of a segment: only those who agreed to it.")
    ] = Reach.none,
    holdout: Annotated[float, typer.Option(help="Of a segment: share to keep back.")] = 0.0,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Of a segment: draws the hold-out; without it, the segment's own number."
        ),
    ] = None,
    both_arms: Annotated[
        bool, typer.Option("--both-arms", help="Of a segment: write who is kept back, too.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write rows to a file that says what it is, and to the audit log that they were."""
    if what.startswith(SEGMENT):
        _refuse_period(start, end, where)
        drawn = Holdout(holdout, own_seed(what.removeprefix(SEGMENT)) if seed is None else seed)
        export_segment(
            what, to, channel, drawn, both_arms=both_arms, limit=limit, force=force, as_json=as_json
        )
        return
    config, present = settings(), now()
    t = catalogue(config.language)
    kind, encode = _kind(what), encoder(to, t)
    refuse_target(to, force=force)
    days = day(start, "--start"), day(end, "--end")
    cut = parse_cut(*days, (), where or (), among(segment))
    with published() as (connection, version):
        check_attribute_keys(connection, cut)
        total = _count(connection, kind, cut)
        if to.suffix.lower() == ".xlsx" and min(total, limit) > XLSX_MAX_ROWS:
            raise too_long(to, min(total, limit))
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
    put(to, encode(frame, stamp), record)
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
            "rows:net_revenue, or segment:NAME; `metric list` and `segments list` name them.",
            what=what,
        )
    wanted = metric(name).rows
    if metric(name).source != "sales":
        raise UsageError(
            "rows_not_exported",
            f"The rows of {name} are not exported here. `rows {name}` prints them, and the page "
            "that shows it has them as a file.",
            metric=name,
        )
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


def _refuse_period(start: str | None, end: str | None, where: list[str] | None) -> None:
    if start or end or where:
        raise UsageError(
            "segment_no_period",
            "A segment has its own conditions. Leave out --start, --end and --where.",
        )
