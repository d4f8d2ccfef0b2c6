"""The figures above the number of a forecast, with all that is behind each."""

from dataclasses import dataclass

import pandas as pd

from forecasting.nowcast import LEVEL
from forecasting.period_total import PeriodTotal
from ui import rows, team_view
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.defined_tile import Behind, DefinedFigure
from ui.export import Stamp
from ui.forecast_choices import in_words
from ui.forecast_loaders import Answer
from ui.forecast_view import ForecastView
from ui.forecast_words import between, bucket, tested_words, value
from ui.formats import NOT_DEFINED, is_missing
from ui.sales_filters import ALL, SalesFilters
from ui.scenario_answers import total_of

_QUOTA_METRIC = "won_value"
_PEOPLE = ("team", "owner_id")
_NO_BIAS = 0.005  # below which a bias would be written as 0 %


@dataclass(frozen=True)
class Target:
    """Quotas of the period under review, and what was won against them so far."""

    quota: float
    won: float


def behind(ctx: PageContext, view: ForecastView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end)
    return Behind(period, in_words(ctx, view), view.as_of, view.last, DEALS, "pipeline.show_deals")


def stamp(ctx: PageContext, view: ForecastView, subject: str) -> Stamp:
    """Return what an export of the view is."""
    metric = ctx.t(f"metric.{view.metric}.name")
    return rows.stamp_of(
        ctx, subject=f"{subject} · {metric}", period=ctx.formats.day(view.as_of),
        filters=in_words(ctx, view),
    )  # fmt: skip


def target_of(ctx: PageContext, view: ForecastView) -> Target | None:
    """Return the quotas of the period; None where there are none or a part of deals is chosen.

    Quotas are of people and for all that they sell, and held against deals won.
    """
    fields = {name for name, _ in view.where}
    if view.metric != _QUOTA_METRIC or view.among or fields - set(_PEOPLE):
        return None
    chosen = SalesFilters(view.period, ALL, view.where, view.as_of, view.last)
    of_team = team_view.TeamView(chosen, view.start, view.end, view.first, view.until)
    total = team_view.quotas(ctx, of_team).total.iloc[0]
    if is_missing(total["quota"]):
        return None
    return Target(float(total["quota"]), float(total["won_with_quota"]))


def figures(ctx: PageContext, view: ForecastView, answer: Answer) -> list[DefinedFigure]:
    """Return the period's number, target or year before, the period in progress, band, error."""
    total, target = total_of(view, answer), target_of(ctx, view)
    found = [_number(ctx, view, total)]
    found.append(_gap(ctx, total, target) if target else _year(ctx, view, total))
    landing = _landing(ctx, view, answer)
    found += [landing] if landing else []
    return [*found, _band(ctx, view, answer), _error(ctx, view, answer)]


def nothing_words(ctx: PageContext, view: ForecastView, answer: Answer) -> str:
    """Return why there is nothing to forecast from."""
    if not answer.known.running.empty:
        unit = ctx.t(f"forecast.frequency_{view.frequency}")
        return ctx.t("forecast.nothing_over", unit=unit, day=ctx.formats.day(view.as_of))
    is_part = view.where or view.among
    return ctx.t("forecast.nothing" if is_part else "forecast.nothing_at_all")


def _number(ctx: PageContext, view: ForecastView, total: PeriodTotal) -> DefinedFigure:
    t = ctx.t
    if is_missing(total.value):
        key = "not_whole" if total.is_reached else "too_far"
        return DefinedFigure("forecast.total", NOT_DEFINED, t(f"forecast.total_{key}"))
    has_begun = view.start <= view.as_of
    notes = [t("forecast.so_far", value=value(ctx, view, total.so_far))] if has_begun else []
    if total.ahead:
        band = between(ctx, view, total.low, total.high)
        level = ctx.formats.share(total.level, 0)
        notes.insert(0, t("forecast.band_of", level=level, band=band))
    return DefinedFigure(
        "forecast.total", value(ctx, view, total.value), " · ".join(notes),
        interval=between(ctx, view, total.low, total.high) if total.ahead else "",
    )  # fmt: skip


def _gap(ctx: PageContext, total: PeriodTotal, target: Target) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    quota = f.money_compact(target.quota)
    if is_missing(total.value):
        return DefinedFigure("forecast.gap", NOT_DEFINED, t("forecast.gap_quota", quota=quota))
    notes = [t("forecast.gap_quota", quota=quota)]
    notes.append(t("forecast.gap_share", share=f.share(total.value / target.quota, 0)))
    return DefinedFigure(
        "forecast.gap", f.money_change(total.value - target.quota), " · ".join(notes),
        numerator=f.money(total.value), denominator=f.money(target.quota),
    )  # fmt: skip


def _year(ctx: PageContext, view: ForecastView, total: PeriodTotal) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    if is_missing(total.value):
        key = "not_whole" if total.is_reached else "too_far"
        return DefinedFigure("forecast.year", NOT_DEFINED, t(f"forecast.total_{key}"))
    if is_missing(total.before) or not total.before:
        return DefinedFigure("forecast.year", NOT_DEFINED, t("forecast.year_none"))
    change = total.value / total.before - 1
    note = t("forecast.year_note", value=value(ctx, view, total.before))
    return DefinedFigure(
        "forecast.year", f.change(change), note,
        numerator=value(ctx, view, total.value), base=value(ctx, view, total.before),
    )  # fmt: skip


def _landing(ctx: PageContext, view: ForecastView, answer: Answer) -> DefinedFigure | None:
    """Return what the period in progress comes to, and from what."""
    t, f, found = ctx.t, ctx.formats, answer.landing
    if found is None:
        return None
    now = found.now
    name = bucket(ctx, answer.known.running.index[0], view.frequency)
    past = t(f"forecast.ahead_{view.frequency}", n=f.count(now.past))
    is_told = not is_missing(found.low)
    band = between(ctx, view, found.low, found.high)
    level = f.share(LEVEL, 0)
    notes = [
        t("forecast.band_of", level=level, band=band) if is_told else
        t("forecast.landing_no_band", level=level, periods=past),
        t("forecast.landing_note", value=value(ctx, view, now.so_far), share=f.share(now.share, 0)),
        t("forecast.landing_weights", now=value(ctx, view, now.value), periods=past,
          weight=f.share(found.weight, 0), series=value(ctx, view, found.series)),
    ]  # fmt: skip
    return DefinedFigure(
        "forecast.landing", value(ctx, view, found.value), " · ".join(notes), period=name,
        interval=band if is_told else "", n=past,
    )  # fmt: skip


def _band(ctx: PageContext, view: ForecastView, answer: Answer) -> DefinedFigure:
    t, f, rows = ctx.t, ctx.formats, answer.made.coverage
    row = rows.iloc[0] if len(rows) else pd.Series({"n": 0})
    if not row["n"]:
        return DefinedFigure("forecast.held", NOT_DEFINED, t("forecast.not_tested"))
    tested = tested_words(ctx, row["n"], row["periods"], view.frequency)
    note = t("forecast.held_note", level=f.share(row["level"], 0), tested=tested)
    return DefinedFigure(
        "forecast.held", f.share(row["share"], 0), note,
        numerator=f.count(row["held"]), denominator=f.count(row["n"]),
    )  # fmt: skip


def _error(ctx: PageContext, view: ForecastView, answer: Answer) -> DefinedFigure:
    t, f, table = ctx.t, ctx.formats, answer.made.scores
    own = table[table["candidate"] == answer.made.chosen]
    if own.empty or is_missing(own["wape"].iloc[0]):
        return DefinedFigure("forecast.wape", NOT_DEFINED, t("forecast.not_tested"))
    row = own.iloc[0]
    lean = "none" if abs(row["bias"]) < _NO_BIAS else "high" if row["bias"] > 0 else "low"
    note = t(f"forecast.lean_{lean}", share=f.share(abs(row["bias"]), 0))
    periods = t(f"forecast.ahead_{view.frequency}", n=f.count(view.horizon))
    return DefinedFigure(
        "forecast.wape", f.share(row["wape"], 0),
        " · ".join([t("forecast.wape_note", periods=periods), note]), n=f.count(row["n"]),
    )  # fmt: skip
