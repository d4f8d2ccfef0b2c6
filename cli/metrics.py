"""Commands about numbers: ``metric list``, ``metric show``, ``metric get``, ``rows``."""

from enum import StrEnum
from typing import Annotated

import typer

from analytics.metric_registry import METRICS, Metric, metric
from cli.app import app, print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.campaign_plans import planned_shares
from crm_data.queries.attribute_keys import check_attribute_keys
from crm_data.queries.cut import parse_cut
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING
from ui.metric_rows import metric_rows
from ui.metrics import metric_document
from ui.translations import Translator, catalogue

metric_app = typer.Typer(help="The metric registry and its values.", no_args_is_help=True)
app.add_typer(metric_app, name="metric")


class Comparison(StrEnum):
    """What a period is compared with."""

    previous = "previous"
    year = "year"


Name = Annotated[str, typer.Argument(help="A metric, see `metric list`.")]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        help="Dimension, e.g. region, ordered_on:month; of deals pipeline, owner_id, team, office "
        "(the owner's region; region is the customer's), source, category, closed_on:quarter …; of "
        "surveys step, agent_id, team, answered_on:month …",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Leave out what came after this day; deals as they were known then."
    ),
]


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
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Print the value of a metric with its parts and its 95 % interval."""
    days = day(start, "--start"), day(end, "--end")
    clock = metric(name).clock_column
    cut = parse_cut(*days, by or (), where or (), among(segment), clock)
    with published() as (connection, version):
        check_attribute_keys(connection, cut)
        document = metric_document(
            connection,
            scope=EVERYTHING,
            version=version,
            name=name,
            cut=cut,
            compare=compare.value if compare else None,
            as_of=day(as_of, "--as-of"),
            rules=stored_rules(settings()),
            planned=planned_shares(settings()),
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
    segment: Segment = None,
    limit: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="How many rows at the most.")
    ] = 100,
    as_json: JsonOption = False,
) -> None:
    """Print the rows behind a number."""
    definition, until = metric(name), day(as_of, "--as-of")
    kind = definition.rows
    days, clock = (day(start, "--start"), day(end, "--end")), definition.clock_column
    cut = parse_cut(*days, (), where or (), among(segment), clock)
    with published() as (connection, version):
        check_attribute_keys(connection, cut)
        total, frame = metric_rows(
            connection, scope=EVERYTHING, metric=definition, cut=cut, limit=limit,
            stored=stored_rules(settings()), as_of=until,
        )  # fmt: skip
    records = list(frame.itertuples(index=False, name=None))
    if as_json:
        rows = [dict(zip(frame.columns, record, strict=True)) for record in records]
        print_json({"metric": name, "kind": kind, "version": version, "total": total, "rows": rows})
        return
    print_table(list(frame.columns), records)
    if total > len(records):
        print_error(f"{len(records)} of {total} rows; --limit shows more.")


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
