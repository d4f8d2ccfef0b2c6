"""Every way to forecast one series, by name."""

from collections.abc import Callable, Mapping

import numpy as np

from forecasting import plain
from forecasting.ets import ets
from forecasting.grid import Floats
from forecasting.history import History
from forecasting.prophet_model import MODES, prophet
from forecasting.theta import theta

Candidate = Callable[[History, int], Floats | None]
MEAN = "mean"
PARTS = ("ets", "theta", "seasonal_drift")
PLAINEST = "last_value"
GLOBAL = "global_boosting"  # made over many series: forecasting.boosting


def _last_value(history: History, horizon: int) -> Floats:
    return plain.last_value(history.recent, horizon)


def _seasonal_naive(history: History, horizon: int) -> Floats:
    return plain.seasonal_naive(history.recent, history.season, horizon)


def _drift(history: History, horizon: int) -> Floats:
    return plain.drift(history.recent, horizon)


def _seasonal_drift(history: History, horizon: int) -> Floats:
    return plain.seasonal_drift(history.recent, history.season, horizon)


def _ets(history: History, horizon: int) -> Floats:
    return ets(history.recent, history.season, horizon)


def _theta(history: History, horizon: int) -> Floats:
    return theta(history.recent, history.season, horizon)


def _prophet_additive(history: History, horizon: int) -> Floats | None:
    return prophet(history, horizon, MODES[0])


def _prophet_multiplicative(history: History, horizon: int) -> Floats | None:
    return prophet(history, horizon, MODES[1])


_SINGLE: dict[str, Candidate] = {
    "last_value": _last_value,
    "seasonal_naive": _seasonal_naive,
    "drift": _drift,
    "seasonal_drift": _seasonal_drift,
    "ets": _ets,
    "theta": _theta,
    "prophet_additive": _prophet_additive,
    "prophet_multiplicative": _prophet_multiplicative,
}
# In order of trust where nothing could be tested.
CANDIDATES: tuple[str, ...] = (
    MEAN, "theta", "ets", "seasonal_drift", "seasonal_naive", "drift", "last_value",
    "prophet_additive", "prophet_multiplicative",
)  # fmt: skip


def forecasts(history: History, horizon: int, names: tuple[str, ...]) -> dict[str, Floats]:
    """Return the forecast of each candidate from what ``history`` knows.

    A candidate that could not be fitted is left out. None is below zero where the series never
    was. The mean is that of ``PARTS``, each bounded.
    """
    needed = [name for name in _SINGLE if name in names or (MEAN in names and name in PARTS)]
    found: dict[str, Floats] = {}
    for name in needed:
        made = _SINGLE[name](history, horizon)
        if made is not None and np.isfinite(made).all():
            found[name] = history.bounded(made)
    if MEAN in names and all(name in found for name in PARTS):
        found[MEAN] = np.mean([found[name] for name in PARTS], axis=0)
    return {name: found[name] for name in names if name in found}


def in_order(names: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
    """Return names in the order of ``CANDIDATES``; names from elsewhere last."""
    known = tuple(name for name in CANDIDATES if name in names)
    return known + tuple(name for name in names if name not in known)
