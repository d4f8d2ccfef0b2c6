"""Intervals of the chosen candidate, learned on one half of the customers, checked on the other."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.clv_candidates import ValueModel
from analytics.value_intervals import (
    LEVELS,
    TOLERANCE,
    Levels,
    distribution,
    held,
    recalibrated,
)

Floats = npt.NDArray[np.float64]
_GROUPS = 10


@dataclass(frozen=True)
class Spread:
    """How 80 % intervals are made, and how they did.

    Attributes
    ----------
    levels : tuple of float
        Levels of the model's distribution that are shown as low and high.
    is_recalibrated : bool
        Whether the levels are other than 0.1 and 0.9.
    borders, low, high : tuple of float
        For "same as last period": groups by prediction, their upper borders, and which tenths of
        the actual value came, as multiples of the prediction (first group: as money). Else empty.
    promised, before, coverage : float or None
        Share of customers that intervals should hold, that they held at 0.1 and 0.9, and that they
        hold as they are shown, on the half that they were not learned from.
    customers : int
        Customers of that half.
    """

    levels: Levels
    is_recalibrated: bool
    borders: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    promised: float | None
    before: float | None
    coverage: float | None
    customers: int

    def as_card(self) -> dict[str, Any]:
        """Return it as a card holds it."""
        return asdict(self)


def spread_of(
    model: ValueModel | None, history: pd.DataFrame, value: Floats, actual: Floats, days: int
) -> Spread:
    """Return the intervals of a candidate: a model's, or those of the same as last period.

    Every second customer is learned from, the others are checked.
    """
    learned = np.arange(len(actual)) % 2 == 0
    if len(actual) < 2:
        learned = np.ones(len(actual), dtype=bool)
    checked = ~learned
    if model is None:
        return _of_groups(value, actual, learned, checked)
    known = distribution(model, history[learned], days)
    asked = distribution(model, history[checked], days) if checked.any() else known
    came = actual[checked] if checked.any() else actual
    before = held(asked.quantile(LEVELS[0]), asked.quantile(LEVELS[1]), came)
    levels, promised = LEVELS, asked.promised(LEVELS)
    is_off = abs(before - promised) > TOLERANCE
    if is_off:
        levels = recalibrated(known, actual[learned])
        promised = asked.promised(LEVELS)
    coverage = held(asked.quantile(levels[0]), asked.quantile(levels[1]), came)
    return Spread(levels, is_off, (), (), (), promised, before, coverage, len(came))


def group_interval(spread: Spread, value: Floats, scale: float) -> tuple[Floats, Floats]:
    """Return low and high of predictions by "same as last period".

    ``scale`` is the length predicted by the length of the test.
    """
    group = np.searchsorted(np.asarray(spread.borders), value / scale, side="left")
    low, high = np.asarray(spread.low), np.asarray(spread.high)
    times = np.where(group == 0, scale, np.maximum(value, 0.0))
    return low[group] * times, high[group] * times


def _of_groups(
    value: Floats, actual: Floats, learned: npt.NDArray[np.bool_], checked: npt.NDArray[np.bool_]
) -> Spread:
    positive = value[learned & (value > 0)]
    inner = (
        np.unique(np.quantile(positive, np.arange(1, _GROUPS) / _GROUPS)) if len(positive) else ()
    )
    borders = (0.0, *(float(one) for one in inner))
    half = _learn(borders, value[learned], actual[learned])
    coverage = None
    if checked.any():
        coverage = held(*group_interval(half, value[checked], 1.0), actual[checked])
    whole = _learn(borders, value, actual)
    return Spread(
        LEVELS, False, whole.borders, whole.low, whole.high, 0.8, None, coverage,
        int(checked.sum()),
    )  # fmt: skip


def _learn(borders: tuple[float, ...], value: Floats, actual: Floats) -> Spread:
    group = np.searchsorted(np.asarray(borders), value, side="left")
    came = np.maximum(actual, 0.0)
    ratio = np.where(group == 0, came, came / np.where(group == 0, 1.0, np.maximum(value, 1e-9)))
    ends = [
        np.quantile(ratio[group == place], LEVELS) if (group == place).any() else (0.0, 0.0)
        for place in range(len(borders) + 1)
    ]
    low, high = (tuple(float(end[side]) for end in ends) for side in (0, 1))
    return Spread(LEVELS, False, borders, low, high, None, None, None, 0)
