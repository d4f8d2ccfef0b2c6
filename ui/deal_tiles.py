"""The figures above the views of the page Pipeline."""

from collections.abc import Callable
from datetime import timedelta

from analytics.weighted_pipeline import WeightedPipeline
from ui import deal_loaders as load
from ui import team_loaders
from ui.context import PageContext
from ui.deal_answers import Coverage, attained, covered, kept, quarter_of, weighted
from ui.deal_results import Closed, closed_in
from ui.deal_view import ALL, DealView
from ui.defined_tile import DefinedFigure
from ui.formats import is_missing


def figures(ctx: PageContext, view: DealView) -> list[DefinedFigure]:
    """Return the figures that the data has: open, weighted, won, win rate, velocity, coverage."""
    key = (ctx.settings, ctx.version, ctx.scope)
    sums = weighted(load.open_amounts(*key, view.cut), load.evidence(*key, view.history))
    closed = closed_in(*key, view.cut, view.start, view.end, view.as_of)
    found = [_open(ctx, view, sums), _weighted(ctx, view, sums), _won(ctx, view, closed),
             _rate(ctx, view, closed), _velocity(ctx, view, closed)]  # fmt: skip
    cover = coverage_of(ctx, view)
    return found if cover is None else [*found, _coverage(ctx, view, cover)]


def coverage_of(ctx: PageContext, view: DealView) -> Coverage | None:
    """Return the coverage of the quarter that the day of the view is in; None without quotas.

    Quotas are of people and for all that they sell: the deals of all pipelines count.
    """
    if not view.has_quota_filters_only:
        return None
    key = (ctx.settings, ctx.version, ctx.scope)
    start, end = quarter_of(view.as_of)
    cut = _of_all_pipelines(view)
    sellers = kept(team_loaders.sellers(*key), view.where)
    quotas = team_loaders.quotas(*key, start, end)
    results = team_loaders.results(*key, cut, start, end)
    until = view.as_of + timedelta(days=1)
    parts = attained(quotas, sellers, results, (start, end), until)
    return covered(parts, load.open_amounts(*key, cut), (start, end))


def _of_all_pipelines(view: DealView) -> load.DealCut:
    return load.DealCut(view.where, view.among, view.cut.as_of)


def _open(ctx: PageContext, view: DealView, sums: WeightedPipeline) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    note = t("pipeline.n_deals", n=f.count(sums.deals))
    if sums.unvalued:
        note += " · " + t("pipeline.unvalued", n=f.count(sums.unvalued))
    return DefinedFigure(
        "pipeline.open_value", f.value_short(sums.open_value, "money"), note, n=f.count(sums.deals),
        pick=load.DealPick(view.cut, outcomes=(None,)),
    )  # fmt: skip


def _weighted(ctx: PageContext, view: DealView, sums: WeightedPipeline) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    sides = {"low": f.money_compact(sums.low), "high": f.money_compact(sums.high)}
    is_told = not is_missing(sums.value)
    notes = [t("pipeline.weighted_note", **sides)] if is_told else []
    if sums.untold:
        money = f.money_compact(sums.untold_value)
        notes.append(t("pipeline.untold", n=f.count(sums.untold), money=money))
    value = f.value_short(sums.value, "money") if is_told else t("pipeline.not_told")
    return DefinedFigure(
        "pipeline.weighted", value, " · ".join(notes), n=f.count(sums.told),
        interval=t("pipeline.sides", **sides) if is_told else "",
        pick=load.DealPick(view.cut, outcomes=(None,)),
    )  # fmt: skip


def _won(ctx: PageContext, view: DealView, closed: Closed) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    note = t("pipeline.n_deals", n=f.count(closed.rates.won))
    if closed.won_unvalued:
        note += " · " + t("pipeline.unvalued", n=f.count(closed.won_unvalued))
    return DefinedFigure(
        "pipeline.won_value", f.value_short(closed.won_value, "money"), note,
        n=f.count(closed.rates.won), period=f.period(view.start, view.end),
        pick=load.DealPick(view.cut, outcomes=("won",), closed=(view.start, view.end)),
    )  # fmt: skip


def _rate(ctx: PageContext, view: DealView, closed: Closed) -> DefinedFigure:
    t, f, rate = ctx.t, ctx.formats, closed.rates.count
    interval = _interval(ctx, rate.low, rate.high, f.share)
    note = t("pipeline.interval_n", interval=interval, n=f.count(rate.n))
    if rate.missing:
        note = t(f"pipeline.{rate.missing}")
    elif rate.caveats:
        note += " · " + t("pipeline.misleads")
    return DefinedFigure(
        "pipeline.win_rate", f.share(rate.share), note, numerator=f.count(rate.numerator),
        denominator=f.count(rate.denominator), n=f.count(rate.n), interval=interval,
        period=f.period(view.start, view.end),
        pick=load.DealPick(view.cut, outcomes=("won", "lost"), closed=(view.start, view.end)),
    )  # fmt: skip


def _velocity(ctx: PageContext, view: DealView, closed: Closed) -> DefinedFigure:
    t, f, parts = ctx.t, ctx.formats, closed.speed.parts
    period = f.period(view.start, view.end)
    speed, rate, size, days = (float(value) for value in parts["value"])
    low, high = float(parts["low"].iloc[0]), float(parts["high"].iloc[0])
    if is_missing(speed):
        return DefinedFigure(
            "pipeline.velocity", t("pipeline.not_told"), t("pipeline.none_won"), period=period
        )
    interval = _interval(ctx, low, high, f.money_compact)
    made = t(
        "pipeline.velocity_parts", n=f.count(closed.speed.opened), rate=f.share(rate),
        size=f.money_compact(size), days=f.number(days, 1),
    )  # fmt: skip
    return DefinedFigure(
        "pipeline.velocity", f.money_compact(speed), t("pipeline.per_day", interval=interval),
        numerator=made, n=f.count(closed.speed.closed), interval=interval, period=period,
        pick=load.DealPick(view.cut, outcomes=("won", "lost"), closed=(view.start, view.end)),
    )  # fmt: skip


def _coverage(ctx: PageContext, view: DealView, cover: Coverage) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    quarter = f.bucket(cover.start, "quarter")
    of_left = (
        t("pipeline.attained") if is_missing(cover.of_left)
        else t("pipeline.coverage_left", times=f.number(cover.of_left, 1),
               money=f.money_compact(cover.left))
    )  # fmt: skip
    quota = t("pipeline.coverage_quota", quarter=quarter, money=f.money_compact(cover.quota))
    blank = t("pipeline.coverage_blank", n=f.count(cover.blank)) if cover.blank else ""
    whole = "" if view.pipeline == ALL else t("pipeline.coverage_whole")
    return DefinedFigure(
        "pipeline.coverage", t("pipeline.times", times=f.number(cover.of_quota, 1)),
        " · ".join(part for part in (quota, of_left, blank, whole) if part),
        numerator=f.money(cover.open_value), denominator=f.money(cover.quota),
        n=f.count(cover.people), period=f.period(cover.start, cover.end),
        pick=load.DealPick(_of_all_pipelines(view), outcomes=(None,),
                           expected=(cover.start, cover.end)),
    )  # fmt: skip


def _interval(ctx: PageContext, low: float, high: float, write: Callable[[float], str]) -> str:
    if is_missing(low) or is_missing(high):
        return ctx.t("pipeline.no_interval")
    return ctx.t("pipeline.sides", low=write(low), high=write(high))
