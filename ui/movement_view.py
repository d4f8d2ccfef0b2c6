"""Which two days, and which expected closes, the page Movement is about; and what moved."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics.pipeline_movement import PipelineMovement, pipeline_movement
from analytics.slippage import PipelineConversion, Slippage, pipeline_conversion, slippage
from ui import deal_loaders as load
from ui import urls
from ui.choices import segmented
from ui.context import PageContext
from ui.day_select import day_asked, day_select
from ui.deal_answers import quarter_of
from ui.deal_view import DealView

SPANS = ("quarter", "weeks", "custom")
WINDOWS = ("all", "this_quarter", "next_quarter")
OPENING, CLOSING, WINDOW = "from", "to", "window"
_WEEKS = timedelta(weeks=4)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Two days, at whose ends the pipeline is seen, and the window of expected closes.

    Attributes
    ----------
    window : (start, end) or None
        Half-open; None: whatever the expected close.
    """

    opening: date
    closing: date
    window: tuple[date, date] | None


@dataclass(frozen=True, eq=False)
class Moved:
    """What moved, and what became of deals due between the two days."""

    movement: PipelineMovement
    slipped: Slippage
    conversion: PipelineConversion


def span_of(ctx: PageContext, view: DealView) -> Span:
    """Draw the choices and return them."""
    first, last = view.first, view.last
    span = segmented(ctx, "span", SPANS, "movement.span")
    opening, closing = default_days(span, first, last)
    if span == "custom":
        opening = day_asked(OPENING, opening, first=first, last=last)
        closing = day_asked(CLOSING, closing, first=first, last=last)
        for name, day in ((OPENING, opening), (CLOSING, closing)):
            day_select(ctx, name, day, first=first, last=last)
        opening, closing = sorted((opening, closing))
    window = urls.choice(WINDOW, WINDOWS)
    quarters = windows(closing)
    st.selectbox(
        ctx.t("movement.window"),
        WINDOWS,
        format_func=lambda name: ctx.t(
            f"movement.window_{name}",
            quarter="" if name == "all" else ctx.formats.bucket(quarters[name][0], "quarter"),
        ),
        key=WINDOW,
        on_change=urls.write_choice,
        args=(WINDOW,),
        help=ctx.t("movement.window_help"),
        width=280,
        filter_mode=None,
    )
    return Span(opening, closing, quarters.get(window))


def default_days(span: str, first: date, last: date) -> tuple[date, date]:
    """Return opening and closing day: the end of the quarter before, or four weeks back."""
    opening = last - _WEEKS if span == "weeks" else quarter_of(last)[0] - _DAY
    return max(opening, first), last


def windows(closing: date) -> dict[str, tuple[date, date]]:
    """Return the quarters of expected closes that can be chosen, by name."""
    this = quarter_of(closing)
    return {"this_quarter": this, "next_quarter": quarter_of(this[1])}


def moved(ctx: PageContext, view: DealView, span: Span) -> Moved:
    """Read both days and take apart what moved between them."""
    frames = load.moved(
        ctx.settings, ctx.version, ctx.scope, view.cut, span.opening, span.closing
    )  # fmt: skip
    return moved_between(*frames, span)


def moved_between(opening: pd.DataFrame, closing: pd.DataFrame, span: Span) -> Moved:
    """Return the same from ``STATES`` on both days."""
    window = None
    if span.window is not None:
        window = (pd.Timestamp(span.window[0]), pd.Timestamp(span.window[1]))
    start = pd.Timestamp(span.opening + _DAY)
    end = pd.Timestamp(span.closing + _DAY)
    return Moved(
        pipeline_movement(opening, closing, window=window),
        slippage(opening, closing, start, end),
        pipeline_conversion(opening, closing),
    )
