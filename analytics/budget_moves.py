"""What a level of spend returns, the next unit of it, and money moved between channels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, Floats

_STEPS, _BEYOND = 40, 1.25  # of the curve that is drawn, and how far beyond what was spent
_UNIT = 0.01  # of the highest spend: what "the next unit" is measured with


@dataclass(frozen=True, eq=False)
class ChannelCurve:
    """The curve of a channel with its draws.

    Attributes
    ----------
    height, bend : float
        See ``analytics.response_curve``.
    heights, bends : ndarray
    spent_now, most_spent : float
        Mean weekly spend of late, and the highest of any week.
    factor, factors : float, ndarray
        What experiments say is caused, of what is attributed; 1 without any.
    """

    height: float
    bend: float
    heights: Floats
    bends: Floats
    spent_now: float
    most_spent: float
    factor: float
    factors: Floats

    def returned(self, spend: Floats) -> tuple[Floats, Floats]:
        """Return what weekly spend returns, and the same of every draw (draws, n)."""
        x = np.asarray(spend, dtype="float64")
        middle = self.factor * self.height * -np.expm1(-x / self.bend)
        drawn = (self.factors * self.heights)[:, None] * -np.expm1(-x / self.bends[:, None])
        return middle, drawn


def curve_frame(channel: ChannelCurve, *, level: float = LEVEL) -> pd.DataFrame:
    """Return the curve by weekly spend.

    Returns
    -------
    DataFrame
        ``spend``, ``returned``, ``low``, ``high``, ``marginal`` (return of the next unit of money)
        with ``marginal_low`` and ``marginal_high``, ``is_seen``: whether as much was ever spent.
    """
    seen = np.linspace(0, channel.most_spent, _STEPS + 1)
    beyond = np.linspace(channel.most_spent, channel.most_spent * _BEYOND, 5)[1:]
    at = np.append(seen, beyond)
    returned, drawn = channel.returned(at)
    low, high = _between(drawn, level)
    step = channel.most_spent * _UNIT
    more, drawn_more = channel.returned(at + step)
    marginal_low, marginal_high = _between((drawn_more - drawn) / step, level)
    return pd.DataFrame(
        {
            "spend": at, "returned": returned, "low": low, "high": high,
            "marginal": (more - returned) / step, "marginal_low": marginal_low,
            "marginal_high": marginal_high, "is_seen": np.arange(len(at)) <= _STEPS,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Move:
    """What moving money should change, a week.

    Attributes
    ----------
    change, low, high : float
        Of what comes back. NaN where ``reason`` is given.
    verdict : str
        ``more``, ``less``, ``cannot_tell`` (the interval holds 0) or ``refused``.
    reason : str
        ``same`` channel, ``not_there`` (more than is spent), ``beyond`` (more than was ever spent).
    spent_from, spent_to : float
        Weekly spend of both channels afterwards.
    """

    change: float
    low: float
    high: float
    verdict: str
    reason: str
    spent_from: float
    spent_to: float


def move(
    source: ChannelCurve, target: ChannelCurve, amount: float, *, level: float = LEVEL
) -> Move:
    """Move weekly spend from one channel to another; never beyond what was spent before.

    Draws of the two are independent: they are fitted to different outcomes.
    """
    left, got = source.spent_now - amount, target.spent_now + amount
    reason = (
        "same" if source is target
        else "not_there" if left < 0
        else "beyond" if got > target.most_spent
        else ""
    )  # fmt: skip
    if reason:
        return Move(np.nan, np.nan, np.nan, "refused", reason, left, got)
    ends = np.array([target.spent_now, got]), np.array([source.spent_now, left])
    (gained, gains), (lost, losses) = target.returned(ends[0]), source.returned(ends[1])
    change = float(np.diff(gained)[0] + np.diff(lost)[0])
    low, high = _between(np.diff(gains) + np.diff(losses), level)
    verdict = "more" if low[0] > 0 else "less" if high[0] < 0 else "cannot_tell"
    return Move(change, float(low[0]), float(high[0]), verdict, "", left, got)


def _between(drawn: Floats, level: float) -> tuple[Floats, Floats]:
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
