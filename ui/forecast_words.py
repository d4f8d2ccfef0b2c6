"""A forecast in words: which candidate and why, how often bands held, what to know of the data."""

import pandas as pd

from analytics.metric_registry import METRICS
from forecasting import Forecast
from forecasting.choice import Reason
from ui.context import PageContext
from ui.forecast_view import ForecastView
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records

_QUIET = ("summed", "unfinished_cut", "not_dates")  # series of ours are whole and cut beforehand
FAR_OFF = 0.1  # share by which a measured coverage is told to be other than it claims


def candidate(ctx: PageContext, name: str) -> str:
    """Return what a candidate is called."""
    return ctx.t(f"forecast.candidate_{name}")


def reason_words(ctx: PageContext, chosen: str, reason: Reason) -> str:
    """Return which candidate is used, and why, in a sentence or two."""
    f, numbers = ctx.formats, reason.numbers
    return ctx.t(
        f"forecast.reason_{reason.code}",
        chosen=candidate(ctx, chosen),
        rival=candidate(ctx, reason.rival) if reason.rival else NOT_DEFINED,
        border=f.share(numbers.get("border"), 0),
        origins=f.count(numbers.get("origins")),
        won=f.count(numbers.get("won")),
        better=f.share(max(numbers.get("improvement", 0.0), 0.0), 0),
        n=f.count(numbers.get("n")),
    )


def coverage_words(ctx: PageContext, made: Forecast, frequency: str) -> list[str]:
    """Return how often each band held, one sentence a band; empty where nothing was tested."""
    told = []
    for row in records(made.coverage):
        if not row["n"]:
            continue
        off = row["share"] - row["level"]
        key = "band_short" if off < -FAR_OFF else "band_wide" if off > FAR_OFF else "band_held"
        told.append(
            ctx.t(
                f"forecast.{key}",
                level=ctx.formats.share(row["level"], 0),
                share=ctx.formats.share(row["share"], 0),
                tested=tested_words(ctx, row["n"], row["periods"], frequency),
            )
        )
    return told


def tested_words(ctx: PageContext, n: int, periods: int, frequency: str) -> str:
    """Return how many forecasts were tested, and of how many different periods."""
    different = ctx.t(f"forecast.different_{frequency}", n=ctx.formats.count(periods))
    return ctx.t("forecast.tested_forecasts", n=ctx.formats.count(n), periods=different)


def note_words(ctx: PageContext, made: Forecast, frequency: str) -> list[str]:
    """Return what is to be known of the series and its calendar, one sentence each."""
    told = []
    for note in made.notes:
        code, _, detail = note.partition(":")
        if code in _QUIET:
            continue
        series = made.series
        fields = {"detail": candidate(ctx, detail) if code == "failed" else detail, "periods": ""}
        if code == "outliers":
            days = [d for d, far in zip(series.grid.dates, series.is_outlier, strict=True) if far]
            fields["periods"] = ctx.t("filter.separator").join(
                bucket(ctx, day, frequency) for day in days[-6:]
            )
        told.append(ctx.t(f"forecast.note_{code}", **fields))
    return told


def bucket(ctx: PageContext, day: pd.Timestamp, frequency: str) -> str:
    """Return what a period is called."""
    return ctx.formats.bucket(day.date(), frequency)


def axis_label(ctx: PageContext, day: pd.Timestamp, frequency: str) -> str:
    """Return what a period is called at an axis."""
    if frequency == "month":
        return ctx.formats.month_short(day.date())
    if frequency == "quarter":
        return ctx.formats.quarter_short(day.date())
    return ctx.formats.day_short(day.date())


def value(ctx: PageContext, view: ForecastView, number: object) -> str:
    """Return a value of the view's metric, short."""
    if is_missing(number):
        return NOT_DEFINED
    unit = METRICS[view.metric].unit
    rounded = round(float(str(number))) if unit in ("count", "number") else float(str(number))
    return ctx.formats.value_short(rounded, unit)


def between(ctx: PageContext, view: ForecastView, low: object, high: object) -> str:
    """Return a band; a dash where there is none."""
    if is_missing(low) or is_missing(high):
        return NOT_DEFINED
    return ctx.t("forecast.between", low=value(ctx, view, low), high=value(ctx, view, high))
