"""``analyze forecast``: a metric ahead, every candidate's back-test, and parts that add up."""

from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.metric_registry import METRICS
from cli.analyze import analyze_app
from cli.app import print_error, print_line, settings
from cli.asking import Segment, Where, among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.queries import series
from crm_data.queries.cut import parse_cut
from crm_data.queries.series import SeriesCut
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from forecasting.levels import Levels
from forecasting.nowcast import Nowcast
from ui.forecast_answers import (
    HORIZONS,
    SERIES_METRICS,
    Answer,
    adds_up,
    answer_of,
    day_cut,
    events_of,
    landed,
    levels_of,
    now_of,
)
from ui.frames import records


class Frequency(StrEnum):
    """Units of a series."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"


_SCORES = ("candidate", "origins", "n", "wape", "bias", "mase", "smape", "coverage_80",
           "coverage_95")  # fmt: skip
_AHEAD = ("ds", "yhat", "low_80", "high_80", "low_95", "high_95")


@analyze_app.command("forecast")
def forecast(
    metric: Annotated[
        str, typer.Option(help=f"What is forecast: {', '.join(SERIES_METRICS)}.")
    ] = SERIES_METRICS[0],
    frequency: Annotated[Frequency, typer.Option(help="Unit.")] = Frequency.month,
    horizon: Annotated[
        int | None, typer.Option(min=1, max=400, help="Units ahead, the one in progress first.")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="Split by this field; the parts add up to the total.")
    ] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Know nothing after this day.")
    ] = None,
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast a metric, with what every candidate would have said in the past."""
    cut = forecast_cut(metric, frequency.value, by, as_of, where or [], segment)
    ahead = horizon or int(HORIZONS[frequency.value][0])
    with published() as (connection, version):
        found, now = _read(connection, cut), now_known(connection, cut)
        events = events_of(connection, cut, settings().holiday_country)
        _, last = series.series_days(connection, cut)
    if found.empty or last is None:
        print_error("Nothing is known of this metric. Import its table, or ask for less.")
        raise typer.Exit(1)
    whole = found if not by else _total(found)
    answer = landed(answer_of(whole, events, ahead, cut.frequency), now)
    parts = levels_of(found, events, ahead, cut.frequency, answer) if by else None
    about = {"metric": metric, "unit": METRICS[metric].unit, "frequency": cut.frequency,
             "horizon": ahead, "version": version, "known_until": last,
             "filters": [list(pair) for pair in cut.where]}  # fmt: skip
    if as_json:
        print_json(about | _document(answer) | {"by": by or None, "levels": _levels(parts)})
        return
    _print(answer, parts, about)
    if by and parts is None:
        print_line(f"By {by}: fewer than two parts have enough history to be forecast.")


def forecast_cut(
    metric: str, frequency: str, by: str, as_of: str | None, where: list[str],
    segment: str | None,
) -> SeriesCut:  # fmt: skip
    """Return the series that the options ask for; raise ``UsageError`` where there is none."""
    if metric not in SERIES_METRICS:
        raise UsageError(
            "series_metric",
            f"'{metric}' is not forecast. Choose one of: {', '.join(SERIES_METRICS)}.",
            metric=metric,
            metrics=", ".join(SERIES_METRICS),
        )
    measure = METRICS[metric].numerator
    if by and not adds_up(measure, by):
        raise UsageError(
            "series_parts",
            f"{metric} by {by} does not add up: one can be in several of them. Split it by "
            "another field.",
            metric=metric,
            field=by,
        )
    clock = series.CLOSED_ON if METRICS[metric].source == "deals" else "orders.ordered_on"
    fields = parse_cut(None, None, by=[by] if by else [], where=where, clock=clock)
    return SeriesCut(measure, frequency, by, fields.where, among(segment), day(as_of, "--as-of"))


def now_known(connection: Connection, cut: SeriesCut) -> Nowcast | None:
    """Return where the period in progress lands; None where that cannot be told."""
    days = day_cut(cut)
    return None if days is None else now_of(_read(connection, days), cut)


def _read(connection: Connection, cut: SeriesCut) -> pd.DataFrame:
    return series.metric_series(connection, cut, scope=EVERYTHING)


def _total(found: pd.DataFrame) -> pd.DataFrame:
    """Return the sum over members, which add up."""
    sums = found.groupby("period_on", as_index=False).agg({"value": "sum", "is_complete": "first"})
    return sums.assign(member=None)


def _document(answer: Answer) -> dict[str, Any]:
    made, running = answer.made, answer.known.running
    return {
        "values": len(answer.known.over),
        "in_progress": None
        if running.empty
        else {"period_on": running.index[0], "so_far": running.iloc[0]},
        "landing": None if answer.landing is None else asdict(answer.landing),
        "forecast": records(made.forecast),
        "chosen": made.chosen,
        "reason": asdict(made.reason) | {"numbers": dict(made.reason.numbers)},
        "candidates": records(made.scores),
        "coverage": records(made.coverage),
        "notes": list(made.notes),
        "backtest": records(made.backtest.drop(columns=["scale", "spread"])),
    }


def _levels(found: Levels | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "parts": records(found.parts),
        "forecast": records(found.forecast),
        "errors": records(found.errors),
    }


def _print(answer: Answer, parts: Levels | None, about: dict[str, Any]) -> None:
    made = answer.made
    shown = made.forecast.reindex(columns=list(_AHEAD))
    print_table(_AHEAD, shown.to_numpy(dtype=object).tolist())
    print_line()
    scores = made.scores.reindex(columns=list(_SCORES))
    print_table(_SCORES, scores.to_numpy(dtype=object).tolist())
    print_line()
    numbers = ", ".join(f"{name} {value:g}" for name, value in made.reason.numbers.items())
    rival = f", best rival {made.reason.rival}" if made.reason.rival else ""
    print_line(f"Chosen: {made.chosen} ({made.reason.code}{rival}; {numbers})")
    for row in records(made.coverage):
        if row["n"]:
            print_line(
                f"The {row['level']:.0%} band held {row['share']:.0%} of {row['n']} forecasts "
                f"in the back-test, of {row['periods']} different {about['frequency']}s"
            )
    for note in made.notes:
        print_line(f"Note: {note}")
    if parts is not None:
        print_line()
        columns = ("member", "yhat", "before", "wape", "chosen")
        print_table(columns, parts.parts[list(columns)].to_numpy(dtype=object).tolist())
        print_line()
        names = ("level", "method", "wape", "n")
        print_table(names, parts.errors[list(names)].to_numpy(dtype=object).tolist())
    last = about["known_until"]
    print_line(
        f"{about['metric']} by {about['frequency']}, known until {last}, version "
        f"{about['version']}; first forecast is of the period with {last + timedelta(days=1)}"
    )
