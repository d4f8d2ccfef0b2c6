"""Commands about saved comparisons: ``forecasts scenarios list``, ``show``, ``delete``."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.app import now, print_error, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.forecasts import forecasts_app
from cli.output import print_json, print_table
from crm_data.commands.forecast_scenarios import (
    comparison_named,
    delete_comparison,
    saved_comparisons,
)
from crm_data.queries import series
from crm_data.saved_scenarios import SavedComparison, ScenarioTotal
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from ui.forecast_answers import answer_of, day_cut, events_of, landed, now_of
from ui.frames import records
from ui.saved_comparison_answers import Against, against, view_of

scenarios_app = typer.Typer(
    help="Saved comparisons of scenarios: assumptions, and what they came to.",
    no_args_is_help=True,
)
forecasts_app.add_typer(scenarios_app, name="scenarios")

_ACTOR = "cli"
_LIST = ("name", "owner", "saved_at", "metric", "period_start", "period_end", "base", "scenarios")
_BESIDE = ("scenario", "then", "now", "came")
Name = Annotated[str, typer.Argument(help="A comparison, see `forecasts scenarios list`.")]


@scenarios_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List the saved comparisons, the newest first."""
    found = saved_comparisons(settings(), EVERYTHING)
    if as_json:
        print_json([_described(one) for one in found])
        return
    print_table(_LIST, [[row[name] for name in _LIST] for row in map(_row, found)])


@scenarios_app.command()
def show(name: Name, as_json: JsonOption = False) -> None:
    """Print what was assumed, and what it comes to: when saved, now, and what came."""
    one = comparison_named(settings(), EVERYTHING, name)
    with published() as (connection, version):
        beside = _beside(connection, one)
    if beside is None:
        print_error("What this comparison is about is not in the data any more.")
        raise typer.Exit(1)
    if as_json:
        print_json(
            {**_described(one), "version_now": version, "is_over": beside.is_over,
             "so_far": beside.so_far, "beside": records(beside.table)}
        )  # fmt: skip
        return
    rows = beside.table.assign(scenario=beside.table["scenario"].replace("", "forecast"))
    print_table(_BESIDE, [[row[column] for column in _BESIDE] for row in records(rows)])
    print_line(
        f"{one.name}: {_row(one)['metric']} by {one.frequency}, {one.period_start} to before "
        f"{one.period_end}; {beside.so_far:,.2f} came so far. Scenarios are assumptions."
    )
    if one.note:
        print_line(one.note)


@scenarios_app.command()
def delete(name: Name, as_json: JsonOption = False) -> None:
    """Delete a saved comparison."""
    one = comparison_named(settings(), EVERYTHING, name)
    delete_comparison(settings(), EVERYTHING, one.comparison_id, now=now(), actor=_ACTOR)
    if as_json:
        print_json({"comparison_id": one.comparison_id, "name": one.name})
    else:
        print_line(f"Deleted {one.name}.")


def _beside(connection: Connection, one: SavedComparison) -> Against | None:
    """Return the comparison made again; None where there is nothing of it any more."""
    then = view_of(one, one.as_of, one.as_of)
    if then is None:
        return None
    first, last = series.series_days(connection, then.series_cut())
    view = None if first is None or last is None else view_of(one, first, last)
    if view is None:
        return None
    cut = view.series_cut()
    found = series.metric_series(connection, cut, scope=one.scope)
    if found.empty:
        return None
    days = day_cut(cut)
    running = None if days is None else (
        now_of(series.metric_series(connection, days, scope=one.scope), cut)
    )  # fmt: skip
    events = events_of(connection, cut, settings().holiday_country)
    answer = landed(answer_of(found, events, view.horizon, cut.frequency), running)
    return against(view, answer, one)


def _row(one: SavedComparison) -> dict[str, Any]:
    base, *others = one.totals or ()
    return {
        **vars(one), "metric": ", ".join(one.question.get("metric", [])),
        "base": base.review_total, "scenarios": "; ".join(map(_told, others)),
    }  # fmt: skip


def _told(total: ScenarioTotal) -> str:
    number = "–" if total.review_total is None else f"{total.review_total:,.2f}"
    return f"{total.scenario} {number}"


def _described(one: SavedComparison) -> dict[str, Any]:
    owners = one.scope.owner_ids
    totals = [asdict(total) for total in one.totals or ()]
    told = {name: value for name, value in vars(one).items() if name not in ("scope", "is_deleted")}
    return {**told, "owner_ids": None if owners is None else sorted(owners), "totals": totals}
