"""Of the deals due in a period, how many slipped; of the pipeline it began with, how much was won.

Both start from what was open and known at the end of the day before the period, so neither moves
when dates are changed afterwards.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.movement_states import Sides, sides_of
from analytics.risk_sets import Flags, Floats
from analytics.stats import ratio_interval, wilson_interval
from analytics.value_shares import value_share_interval


@dataclass(frozen=True)
class Slippage:
    """Slippage of the deals due in a period.

    Attributes
    ----------
    due : int
        Open at the start and expected to close in the period.
    slipped, won, lost, still_due, left : int
        What became of them by the closing day, each in one: expected close moved behind the period
        or removed; closed; open and still expected in the period or before; no longer there.
    share, low, high : float
        Slipped ÷ due, Wilson 95 %; NaN where none was due.
    due_value, slipped_value : float
        As known at the start. ``unvalued`` deals of those due have no amount.
    value_share, value_low, value_high : float
    """

    due: int
    slipped: int
    won: int
    lost: int
    still_due: int
    left: int
    share: float
    low: float
    high: float
    due_value: float
    slipped_value: float
    unvalued: int
    value_share: float
    value_low: float
    value_high: float


@dataclass(frozen=True)
class PipelineConversion:
    """What was won in a period against what was open at its start.

    Attributes
    ----------
    won_value, open_value : float
        Won in the period, whenever created; open at its start.
    created_value, created : float, int
        Of these wins, those that were not open at the start: where they are many, the share says
        more about new deals than about the pipeline.
    open_deals, unvalued : int
        Open at the start, and of these without an amount.
    share, low, high : float
        Won value ÷ open value (may exceed 1), delta method, 95 %; NaN where nothing was open.
    """

    won_value: float
    open_value: float
    created_value: float
    created: int
    open_deals: int
    unvalued: int
    share: float
    low: float
    high: float


def slippage(
    opening: pd.DataFrame,
    closing: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    pipeline: str | None = None,
) -> Slippage:
    """Say how many of the deals due in [start, end) slipped.

    Parameters
    ----------
    opening, closing : DataFrame
        As in ``pipeline_movement``: the end of the day before ``start``, and a later day, up to
        which it is said.
    """
    sides = sides_of(opening, closing, pipeline, (start, end))
    due, now = sides.opening.counted, sides.closing
    still_open = due & now.is_open & now.inside
    stays = still_open & (now.close_on < np.datetime64(end, "D"))
    slipped = still_open & ~stays
    amounts = _amounts(sides.opening.amount)
    n, moved = int(due.sum()), int(slipped.sum())
    low, high = wilson_interval(moved, n)
    whole, part = amounts[due], amounts[slipped]
    valued = int((whole != 0).sum())
    value_low, value_high = value_share_interval(
        valued, part.sum(), whole.sum(), part_sq=(part**2).sum(), whole_sq=(whole**2).sum()
    )
    return Slippage(
        n, moved, int((due & now.inside & now.won).sum()), int((due & now.inside & now.lost).sum()),
        int(stays.sum()), int((due & ~now.inside).sum()),
        moved / n if n else np.nan, float(low), float(high),
        float(whole.sum()), float(part.sum()), int((due & _missing(sides)).sum()),
        float(part.sum() / whole.sum()) if whole.sum() > 0 else np.nan,
        float(value_low), float(value_high),
    )  # fmt: skip


def pipeline_conversion(
    opening: pd.DataFrame, closing: pd.DataFrame, *, pipeline: str | None = None
) -> PipelineConversion:
    """Hold the value won between two days against the value open on the first.

    Parameters
    ----------
    opening, closing : DataFrame
        As in ``pipeline_movement``.
    """
    sides = sides_of(opening, closing, pipeline, None)
    was = sides.opening.counted
    won = sides.closing.won & sides.closing.inside & ~sides.closed_alike
    before, after = _amounts(sides.opening.amount), _amounts(sides.closing.amount)
    # Won without an amount: with the one that it had.
    worth = np.where(np.isnan(sides.closing.amount.to_numpy(dtype="float64")), before, after)
    x, y, units = np.where(won, worth, 0.0), np.where(was, before, 0.0), was | won
    low, high = ratio_interval(
        units.sum(), x.sum(), y.sum(),
        numerator_sq=(x**2).sum(), denominator_sq=(y**2).sum(), cross=(x * y).sum(),
    )  # fmt: skip
    new = won & ~was
    return PipelineConversion(
        float(x.sum()), float(y.sum()), float(x[new].sum()), int(new.sum()),
        int(was.sum()), int((was & _missing(sides)).sum()),
        float(x.sum() / y.sum()) if y.sum() > 0 else np.nan, float(np.maximum(low, 0.0)),
        float(high),
    )  # fmt: skip


def _amounts(values: pd.Series) -> Floats:
    return np.asarray(values.to_numpy(dtype="float64", na_value=0.0), dtype=np.float64)


def _missing(sides: Sides) -> Flags:
    return sides.opening.amount.isna().to_numpy()
