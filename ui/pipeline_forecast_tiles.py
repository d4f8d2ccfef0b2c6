"""The figures above the forecast of the pipeline, and what they rest on."""

from collections.abc import Callable

from forecasting.lead_times import LEADS
from ui import deal_loaders, rows
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.defined_tile import Behind, DefinedFigure
from ui.export import Stamp
from ui.forecast_choices import in_words
from ui.forecast_view import ForecastView
from ui.formats import is_missing
from ui.pipeline_blend import Blended
from ui.pipeline_forecast_answers import Outlook

_KEY = "pipe_forecast.{}"
_EDGE = 0.01
_SLACK = 10  # days: a quarter from its first day on is not further than 12 weeks


def behind(ctx: PageContext, view: ForecastView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end)
    return Behind(period, in_words(ctx, view), view.as_of, view.last, DEALS, "pipeline.show_deals")


def stamp(ctx: PageContext, view: ForecastView, subject: str) -> Stamp:
    """Return what a file of this view is."""
    about = behind(ctx, view)
    return rows.stamp_of(ctx, subject=ctx.t(subject), period=about.period, filters=about.filters)


def figures(ctx: PageContext, view: ForecastView, found: Outlook) -> list[DefinedFigure]:
    """Return expected, band, won, open, and with a quota the chance and the coverage."""
    t, f, told = ctx.t, ctx.formats, found.forecast
    money = f.money_compact
    open_ = deal_loaders.DealPick(view.deal_cut, outcomes=(None,))
    won = deal_loaders.DealPick(
        view.deal_cut, outcomes=("won",), closed=(view.start, view.end)
    )  # fmt: skip
    parts = {"won": money(told.won), "open": money(told.open_expected)}
    note = t("pipe_forecast.without_new", **parts)
    if found.windows:
        note = t("pipe_forecast.with_new", new=money(told.new_expected), **parts)
    n_open = len(told.per_deal)
    shown = [
        DefinedFigure(_KEY.format("expected"), f.value_short(told.expected, "money"), note,
                      n=f.count(n_open), interval=f"{money(told.p10)} – {money(told.p90)}"),
        DefinedFigure(_KEY.format("band"), f.value_short(told.p50, "money"),
                      t("pipe_forecast.between", low=money(told.p10), high=money(told.p90))),
        DefinedFigure(_KEY.format("won"), f.value_short(told.won, "money"),
                      t("pipe_forecast.n_deals", n=f.count(_won_deals(found))), pick=won),
        DefinedFigure(_KEY.format("open"), f.value_short(found.open_value, "money"),
                      t("pipe_forecast.open_note", n=f.count(n_open), money=parts["open"]),
                      pick=open_),
    ]  # fmt: skip
    if is_missing(found.quota) or found.quota <= 0:
        return shown
    return [*shown, _chance(ctx, found), _coverage(ctx, found)]


def blend_text(ctx: PageContext, found: Blended, *, write: Callable[[str], str] = str) -> str:
    """Say what the pipeline and the series come to together, and why they weigh what they do.

    In Markdown; ``write`` writes what is not a label: ``plain`` where Markdown is read.
    """
    f = ctx.formats
    key = "pipe_forecast.blended" if found.is_told else "pipe_forecast.blended_even"
    return ctx.t(
        key, value=write(f.money_compact(found.value)), series=write(f.money_compact(found.series)),
        share=f.share(found.share, 0), n=f.count(found.quarters),
    )  # fmt: skip


def notes(ctx: PageContext, view: ForecastView, found: Outlook) -> list[str]:
    """Say what the figures leave out, and how far they reach."""
    t, f, told = ctx.t, ctx.formats, found.forecast
    said = []
    if (view.end - view.as_of).days > 7 * max(LEADS) + _SLACK:
        said.append(t("pipe_forecast.far", n=f.count(max(LEADS))))
    if not found.windows:
        said.append(t("pipe_forecast.no_new"))
    if told.unvalued:
        said.append(t("pipe_forecast.unvalued", n=f.count(told.unvalued)))
    if told.untold:
        said.append(t("pipe_forecast.untold", n=f.count(told.untold)))
    return said


def _won_deals(found: Outlook) -> int:
    first = found.forecast.by_category.iloc[0]  # what is won comes first
    return int(first["deals"])


def _chance(ctx: PageContext, found: Outlook) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    quota = f.money_compact(found.quota)
    note = t("pipe_forecast.gap_note", quota=quota, gap=f.money_compact(found.gap))
    if found.gap == 0:
        note = t("pipe_forecast.reached", quota=quota)
    return DefinedFigure(_KEY.format("quota_chance"), _chance_text(ctx, found), note)


def _chance_text(ctx: PageContext, found: Outlook) -> str:
    """Return the chance; what all draws or none say is not certain unless it is won already."""
    share = ctx.formats.share
    if found.gap > 0 and found.chance > 1 - _EDGE:
        return ctx.t("pipe_forecast.more_than", share=share(1 - _EDGE, 0))
    if found.chance < _EDGE:
        return ctx.t("pipe_forecast.less_than", share=share(_EDGE, 0))
    return share(found.chance, 0)


def _coverage(ctx: PageContext, found: Outlook) -> DefinedFigure:
    """Say how many times the gap is open, and how many times would be needed."""
    t, f = ctx.t, ctx.formats
    key = _KEY.format("coverage")
    if found.gap == 0 or is_missing(found.gap):
        return DefinedFigure(key, t("pipe_forecast.not_needed"))
    times = found.open_value / found.gap
    note = ""
    if not is_missing(found.needed):
        note = t("pipe_forecast.coverage_note", times=f.number(found.needed / found.gap, 1),
                 money=f.money_compact(found.needed))  # fmt: skip
    return DefinedFigure(key, t("pipe_forecast.times", times=f.number(times, 1)), note)
