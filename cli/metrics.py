"""Commands about numbers: ``metric list``, ``metric show``, ``metric get``, ``rows``."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import sqlalchemy as sa
import typer

from analytics.metric_registry import METRICS, Metric, metric
from cli.app import app, print_error, print_line, settings
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import NoWarehouseError, UsageError
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.rows import ROW_KINDS, rows_count, rows_frame
from crm_data.scope import EVERYTHING
from crm_data.versions import Warehouse
from ui.metrics import metric_document
from ui.translations import Translator, catalogue

metric_app = typer.Typer(help="The metric registry and its values.", no_args_is_help=True)
app.add_typer(metric_app, name="metric")


class Comparison(StrEnum):
    """What a period is compared with."""

    previous = "previous"
    year = "year"


_FIRST_YEAR, _LAST_YEAR = 1900, 2099  # what the importer takes for a date, too

Name = Annotated[str, typer.Argument(help="A metric, see `metric list`.")]
Start = Annotated[str | None, typer.Option(help="First day, such as 2025-01-31.")]
End = Annotated[str | None, typer.Option(help="Day after the last day.")]
By = Annotated[
    list[str] | None, typer.Option("--by", help="Dimension, e.g. region, ordered_on:month.")
]
Where = Annotated[
    list[str] | None, typer.Option("--where", help='"field=value"; empty value: missing.')
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Leave out what came after this day.")]


@metric_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List the metrics."""
    t = _labels()
    if as_json:
        print_json([_described(m, t) for m in METRICS.values()])
        return
    rows = [(m.name, t(f"metric.{m.name}.name"), m.unit, m.direction) for m in METRICS.values()]
    print_table(("metric", "name", "unit", "better"), rows)


@metric_app.command()
def show(name: Name, as_json: JsonOption = False) -> None:
    """Print the definition of a metric in both languages."""
    definition = metric(name)
    if as_json:
        print_json(_described(definition, _labels()))
        return
    rows: list[tuple[str, object]] = [
        ("unit", definition.unit),
        ("clock", f"{definition.clock}, {definition.date_column}"),
        ("better", definition.direction),
        ("interval", definition.interval),
    ]
    for language in ("en", "zh_CN"):
        t = catalogue(language)
        rows += [(key.rpartition(".")[2], t(key)) for key in definition.label_keys]
    print_table(("what", "definition"), rows)


@metric_app.command()
def get(
    name: Name,
    start: Start = None,
    end: End = None,
    by: By = None,
    where: Where = None,
    compare: Annotated[Comparison | None, typer.Option(help="Compare the period.")] = None,
    as_of: AsOf = None,
    as_json: JsonOption = False,
) -> None:
    """Print the value of a metric with its parts and its 95 % interval."""
    cut = parse_cut(_day(start, "--start"), _day(end, "--end"), by or (), where or ())
    with _published() as (connection, version):
        document = metric_document(
            connection,
            scope=EVERYTHING,
            version=version,
            name=name,
            cut=cut,
            compare=compare.value if compare else None,
            as_of=_day(as_of, "--as-of"),
        )
    if as_json:
        print_json(document)
        return
    rows = document["rows"]
    columns = list(rows[0]) if rows else [*(by or ()), "value"]
    values = [list(row.values()) for row in rows]
    if compare:
        changes = document["compare"]["rows"]
        columns += ["base", "change", "relative_change"]
        for row, change in zip(values, changes, strict=True):
            row += [change["value"], change["change"], change["relative_change"]]
    print_table(columns, values)
    print_line(f"{name}, version {version}, data until {document['watermark'] or '–'}")


@app.command("rows")
def rows_command(
    name: Name,
    start: Start = None,
    end: End = None,
    where: Where = None,
    as_of: AsOf = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many rows at the most.")
    ] = 100,
    as_json: JsonOption = False,
) -> None:
    """Print the rows behind a number."""
    wanted = metric(name).rows
    kind = next(kind for kind in ROW_KINDS if kind == wanted)
    cut = _known_by(
        parse_cut(_day(start, "--start"), _day(end, "--end"), (), where or ()),
        _day(as_of, "--as-of"),
    )
    with _published() as (connection, version):
        total = rows_count(connection, scope=EVERYTHING, kind=kind, cut=cut)
        frame = rows_frame(connection, scope=EVERYTHING, kind=kind, cut=cut, limit=limit)
    records = list(frame.itertuples(index=False, name=None))
    if as_json:
        rows = [dict(zip(frame.columns, record, strict=True)) for record in records]
        print_json({"metric": name, "kind": kind, "version": version, "total": total, "rows": rows})
        return
    print_table(list(frame.columns), records)
    if total > len(records):
        print_error(f"{len(records)} of {total} rows; --limit shows more.")


@contextmanager
def _published() -> Iterator[tuple[sa.Connection, str]]:
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


def _known_by(cut: Cut, as_of: date | None) -> Cut:
    if as_of is None:
        return cut
    after = as_of + timedelta(days=1)
    return replace(cut, end=after if cut.end is None else min(cut.end, after))


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise UsageError(
            "not_a_day",
            f"{option} '{text}' is not a day from 1900 to 2099. Write it like 2025-01-31.",
            option=option,
            value=text,
        ) from None
    return day


def _labels() -> Translator:
    return catalogue(settings().language)


def _described(definition: Metric, t: Translator) -> dict[str, object]:
    parts: dict[str, object] = {
        "metric": definition.name,
        "unit": definition.unit,
        "clock": definition.clock,
        "date_column": definition.date_column,
        "direction": definition.direction,
        "interval": definition.interval,
    }
    parts |= {key.rpartition(".")[2]: t(key) for key in definition.label_keys}
    chinese = catalogue("zh_CN")
    parts["name_zh"] = chinese(f"metric.{definition.name}.name")
    parts["meaning_zh"] = chinese(f"metric.{definition.name}.meaning")
    return parts
