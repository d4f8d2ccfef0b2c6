"""Of the deals due between the two days, how many slipped; of what was open, how much was won."""

from datetime import timedelta

from analytics.slippage import PipelineConversion, Slippage
from ui import deal_loaders as load
from ui.context import PageContext
from ui.deal_figures import behind
from ui.deal_view import DealView
from ui.defined_tile import DefinedFigure, tiles
from ui.formats import is_missing
from ui.movement_answers import Moved, Span

_DAY = timedelta(days=1)


def part(ctx: PageContext, view: DealView, span: Span, found: Moved) -> None:
    """Draw the tiles."""
    figures = [
        _slipped(ctx, view, span, found.slipped), _converted(ctx, view, span, found.conversion)
    ]  # fmt: skip
    tiles(ctx, figures, behind(ctx, view))


def _slipped(ctx: PageContext, view: DealView, span: Span, found: Slippage) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    period = f.period(span.opening + _DAY, span.closing + _DAY)
    cut = load.DealCut(view.cut.where, view.among, span.opening)
    pick = load.DealPick(cut, outcomes=(None,), expected=(span.opening + _DAY, span.closing + _DAY))
    if is_missing(found.share):
        return DefinedFigure("pipeline.slippage_rate", t("pipeline.not_told"),
                             t("movement.none_due"), period=period)  # fmt: skip
    sides = t("pipeline.sides", low=f.share(found.low), high=f.share(found.high))
    fates = t(
        "movement.fates", due=f.count(found.due), slipped=f.count(found.slipped),
        won=f.count(found.won), lost=f.count(found.lost), still=f.count(found.still_due),
    )  # fmt: skip
    by_value = t("movement.by_value", share=f.share(found.value_share))
    return DefinedFigure(
        "pipeline.slippage_rate", f.share(found.share), f"{sides} · {by_value} · {fates}",
        numerator=f.count(found.slipped), denominator=f.count(found.due), n=f.count(found.due),
        interval=sides, period=period, pick=pick,
    )  # fmt: skip


def _converted(
    ctx: PageContext, view: DealView, span: Span, found: PipelineConversion
) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    period = f.period(span.opening + _DAY, span.closing + _DAY)
    pick = load.DealPick(
        view.cut, outcomes=("won",), closed=(span.opening + _DAY, span.closing + _DAY)
    )
    if is_missing(found.share):
        return DefinedFigure("pipeline.conversion", t("pipeline.not_told"),
                             t("movement.none_open"), period=period)  # fmt: skip
    sides = t("pipeline.no_interval")
    if not is_missing(found.low) and not is_missing(found.high):
        sides = t("pipeline.sides", low=f.share(found.low), high=f.share(found.high))
    made = t("movement.created_since", n=f.count(found.created),
             money=f.money_compact(found.created_value))  # fmt: skip
    return DefinedFigure(
        "pipeline.conversion", f.share(found.share), f"{sides} · {made}",
        numerator=f.money(found.won_value), denominator=f.money(found.open_value),
        n=f.count(found.open_deals), interval=sides, period=period, pick=pick,
    )  # fmt: skip
