"""``analyze pipeline-forecast``: what a period will bring, and how right such forecasts were."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from cli.analyze import analyze_app
from cli.app import print_error, print_line
from cli.asking import Segment, Start, Where, among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from cli.pipeline_question import Question, question
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from forecasting.pipeline_record import record
from ui.deal_answers import quarter_of
from ui.frames import records
from ui.pipeline_blend import blended, past_quarters
from ui.pipeline_forecast_answers import Outlook, backtest_of, outlook_at

_DEAL = ("opportunity_id", "name", "owner_id", "stage", "forecast_category", "amount",
         "probability", "contribution", "basis")  # fmt: skip
_MOST = 20


@analyze_app.command("pipeline-forecast")
def pipeline_forecast(
    name: Annotated[
        str | None, typer.Option("--pipeline", help="One pipeline; by default all.")
    ] = None,
    start: Start = None,
    end: Annotated[
        str | None, typer.Option(help="Day after the period; by default the quarter's.")
    ] = None,
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Won so far, open deals by their chance in time, new deals; quota; past quarters beside."""
    with published() as (connection, version):
        asked = question(
            connection, name=name, start=None, end=None, as_of=None, since=None,
            where=where or [], among=among(segment),
        )  # fmt: skip
        if asked is None:
            print_error("There is no deal. Import opportunities, then build.")
            raise typer.Exit(1)
        period = _period(day(start, "--start"), day(end, "--end"), asked)
        document = _document(connection, asked, period)
    if as_json:
        print_json({"version": version, **document})
        return
    _print(document)


def _period(start: date | None, end: date | None, asked: Question) -> tuple[date, date]:
    quarter = quarter_of(asked.as_of)
    return start or quarter[0], end or quarter[1]


def _document(conn: Connection, asked: Question, period: tuple[date, date]) -> dict[str, Any]:
    found = outlook_at(conn, asked.cut, as_of=asked.as_of, period=period, scope=EVERYTHING)
    past = backtest_of(past_quarters(conn, scope=EVERYTHING), asked.cut, None)
    told = found.forecast
    both = blended(conn, asked.cut, found, past, period=period, scope=EVERYTHING)
    return {
        "pipeline": asked.pipeline, "start": period[0], "end": period[1], "as_of": asked.as_of,
        "filters": [list(pair) for pair in asked.cut.where],
        "expected": told.expected, "p10": told.p10, "p50": told.p50, "p90": told.p90,
        "won": told.won, "open_expected": told.open_expected, "new_expected": told.new_expected,
        "stretch": told.stretch, "unvalued": told.unvalued, "untold": told.untold,
        **_against(found),
        "blended": None if both is None else asdict(both),
        "by_category": records(told.by_category),
        "per_deal": records(told.per_deal[list(_DEAL)]),
        "past": records(record(past)) if len(past) else [],
    }  # fmt: skip


def _against(found: Outlook) -> dict[str, Any]:
    return {"quota": found.quota, "gap": found.gap, "quota_chance": found.chance,
            "open_value": found.open_value, "open_value_needed": found.needed}  # fmt: skip


def _print(found: dict[str, Any]) -> None:
    names = ("expected", "p10", "p50", "p90", "won", "open_expected", "new_expected", "quota",
             "gap", "quota_chance", "open_value", "open_value_needed")  # fmt: skip
    both = found["blended"]
    more = [] if both is None else [["blended_with_series", both["value"]]]
    print_table(("figure", "value"), [*([name, found[name]] for name in names), *more])
    print_line()
    shown = ("category", "deals", "amount", "expected")
    print_table(shown, [[row[name] for name in shown] for row in found["by_category"]])
    print_line()
    print_table(_DEAL, [[row[name] for name in _DEAL] for row in found["per_deal"][:_MOST]])
    print_line()
    scored = ("lead_weeks", "way", "quarters", "bias", "wape", "held", "banded")
    print_table(scored, [[row[name] for name in scored] for row in found["past"]])
    print_line(f"{found['start']} to {found['end']} (exclusive), as known on {found['as_of']}")
