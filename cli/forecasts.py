"""Commands about forecasts that people submit: ``forecasts submit``, ``list``, ``scores``."""

from datetime import date, timedelta
from typing import Annotated

import pandas as pd
import typer

from cli.app import app, now, print_line, settings
from cli.asking import day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from cli.tasks import today
from crm_data.commands.forecast_submissions import ForecastDraft, submit_forecast
from crm_data.errors import UsageError
from crm_data.queries import forecast_submissions as queries
from crm_data.queries.deals import deal_days
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from ui.deal_answers import quarter_of
from ui.forecast_people_answers import MEASURES, board, periods_of, with_results
from ui.frames import records
from ui.pipeline_blend import past_quarters

forecasts_app = typer.Typer(
    help="Forecasts that people submit, how right they were, and saved scenarios.",
    no_args_is_help=True,
)
app.add_typer(forecasts_app, name="forecasts")

_ACTOR = "cli"
_LIST = ("submitted_at", "level", "subject", "submitted_by", "period_start", "period_end",
         "weeks_before", "commit_amount", "best_amount", "won", "off", "note")  # fmt: skip
_SCORES = ("lead_weeks", "who", "periods", "bias", "shrunk", "low", "high", "wape", "spread",
           "verdict")  # fmt: skip


@forecasts_app.command()
def submit(
    commit: Annotated[float, typer.Argument(help="Money that is promised, won so far included.")],
    owner: Annotated[str | None, typer.Option(help="Employee whose deals they are.")] = None,
    team: Annotated[str | None, typer.Option(help="Team; without either, all deals.")] = None,
    best: Annotated[float | None, typer.Option(help="Money that is possible at best.")] = None,
    start: Annotated[
        str | None, typer.Option(help="First day; by default of this quarter.")
    ] = None,
    end: Annotated[str | None, typer.Option(help="Day after the last day.")] = None,
    note: Annotated[str, typer.Option(help="What it rests on.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Submit a forecast; it is kept for ever, and the newest counts."""
    if owner and team:
        raise UsageError(
            "forecast_whose", "Give --owner or --team, not both: a forecast is of one of them."
        )
    this = quarter_of(today())
    level, subject = ("owner", owner) if owner else ("team", team) if team else ("all", "")
    draft = ForecastDraft(
        level, subject or "", day(start, "--start") or this[0], day(end, "--end") or this[1],
        commit, best, note,
    )  # fmt: skip
    with published() as (connection, version):
        made = submit_forecast(
            settings(), connection, EVERYTHING, draft, version=version, today=today(), now=now(),
            actor=_ACTOR,
        )  # fmt: skip
    if as_json:
        print_json({"submission_id": made, **vars(draft)})
    else:
        print_line(f"Submitted {made}.")


@forecasts_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List what was submitted, the newest first, beside what was won."""
    with published() as (connection, version):
        found = _results(connection)
    if as_json:
        print_json({"version": version, "submissions": records(found)})
        return
    print_table(_LIST, [[row[name] for name in _LIST] for row in records(found)])


@forecasts_app.command()
def scores(
    measure: Annotated[str, typer.Option(help="commit or best.")] = "commit",
    as_json: JsonOption = False,
) -> None:
    """Score people and models by how long before the end they spoke."""
    chosen = next((one for one in MEASURES if one == measure), None)
    if chosen is None:
        raise UsageError(
            "forecast_measure",
            f"There is no measure '{measure}'. Use one of: {', '.join(MEASURES)}.",
            measure=measure,
        )
    with published() as (connection, version):
        past = past_quarters(connection, scope=EVERYTHING)
        found = board(_results(connection), past[past["level"] == "all"], chosen)
    told = found.assign(who=found["who"].astype("str").str.replace("\0", " "))
    if as_json:
        print_json({"version": version, "measure": measure, "scores": records(told)})
        return
    print_table(_SCORES, [[row[name] for name in _SCORES] for row in records(told)])


def _results(conn: Connection) -> pd.DataFrame:
    config = settings()
    teams = queries.whole_teams(conn, scope=EVERYTHING)
    said = queries.submissions(config, EVERYTHING, _ACTOR, teams)
    periods = periods_of(said, _until(conn))
    won = queries.period_won(conn, periods, scope=EVERYTHING, teams=teams)
    return with_results(said, won, periods, config.timezone)


def _until(conn: Connection) -> date:
    """Return the first day of which nothing is known."""
    _, last = deal_days(conn, scope=EVERYTHING)
    return date.min if last is None else last + timedelta(days=1)
