"""What moved the pipeline between two days. Pages and the command line share it."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from analytics.pipeline_movement import PipelineMovement, pipeline_movement
from analytics.slippage import PipelineConversion, Slippage, pipeline_conversion, slippage

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


def moved_between(opening: pd.DataFrame, closing: pd.DataFrame, span: Span) -> Moved:
    """Take apart what moved, from ``STATES`` on both days."""
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
