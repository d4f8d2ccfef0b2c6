"""What may predict a customer's purchases and their value: models and plain baselines.

Histories are frames with, row for row a customer, ``frequency`` (repeat purchase days),
``recency_days``, ``age_days``, ``mean_value`` (of a repeat purchase day, missing without one),
``total_value``, ``last_days`` and ``last_value`` (purchases of the last period, first ones too).
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel
from crm_data.errors import BadInputError

Floats = npt.NDArray[np.float64]
DAYS_PER_WEEK = 7.0  # the papers' unit, so that parameters can be compared with published ones
DROPOUT_MODELS: dict[str, Any] = {
    "bg_nbd": BetaGeoModel,
    "mbg_nbd": ModifiedBetaGeoModel,
    "pareto_nbd": ParetoNBDModel,
}
LAST_PERIOD, BOOSTING, PAST_REVENUE = "last_period", "boosting", "past_revenue"
_TRAINED_ON = 20_000  # rows, evenly taken: seconds count, and it is a plain baseline
_LEAST_TRAINED_ON = 50


class Money(Protocol):
    """What says how much a purchase day of each customer is worth."""

    @property
    def params_(self) -> dict[str, float]:
        """The fitted parameters."""

    def expected_value(self, frequency: Any, mean_value: Any) -> Floats:
        """Return the expected value of a purchase day."""


@dataclass(frozen=True)
class SameForAll:
    """Where values of purchase days do not vary, or too few are known: their plain mean."""

    mean: float

    @property
    def params_(self) -> dict[str, float]:
        """The mean."""
        return {"mean": self.mean}

    def expected_value(self, frequency: Any, mean_value: Any) -> Floats:
        """Return the same value for every customer."""
        del mean_value
        return np.full(len(frequency), self.mean)


@dataclass(frozen=True)
class ValueModel:
    """A fitted model of purchases, and one of their value; the two are taken as independent."""

    name: str
    purchases: Any
    money: Money

    def expected_purchases(self, history: pd.DataFrame, days: float) -> Floats:
        """Return the purchase days expected of each customer in the next ``days`` days."""
        f, r, age = arrays(history)
        return np.asarray(self.purchases.predict(f, r, age, days / DAYS_PER_WEEK))

    def value_of_purchase(self, history: pd.DataFrame) -> Floats:
        """Return the expected value of a purchase day of each customer."""
        f, means = money_arrays(history)
        return np.asarray(self.money.expected_value(f, means))

    @property
    def collapse(self) -> str | None:
        """Why the fit says nothing of leaving (``analytics.clv_collapse``), or None."""
        found: str | None = self.purchases.collapse_
        return found


def arrays(history: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return frequency, recency and age, the last two in weeks."""
    f, recency, age = (
        history[name].to_numpy(dtype=np.float64)
        for name in ("frequency", "recency_days", "age_days")
    )
    return f, recency / DAYS_PER_WEEK, age / DAYS_PER_WEEK


def money_arrays(history: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return repeat purchases and their mean value; a mean below zero (returns) is taken as 0."""
    f = history["frequency"].to_numpy(dtype=np.float64)
    means = history["mean_value"].to_numpy(dtype=np.float64, na_value=0.0)
    return f, np.maximum(np.nan_to_num(means), 0.0)


def fit(name: str, history: pd.DataFrame, money: Money) -> ValueModel:
    """Fit one of ``DROPOUT_MODELS``.

    Raises
    ------
    BadInputError
        The histories cannot be fitted.
    """
    return ValueModel(name, DROPOUT_MODELS[name]().fit(*arrays(history)), money)


def fit_money(history: pd.DataFrame) -> Money | None:
    """Fit the value of purchase days: Gamma-Gamma, or a plain mean; None where nothing is known."""
    f, means = money_arrays(history)
    known = (f > 0) & (means > 0)
    if not known.any():
        return None
    same = SameForAll(float(np.average(means[known], weights=f[known])))
    try:
        fitted = GammaGammaModel().fit(f[known], means[known])
    except BadInputError:
        return same
    # Without a mean for new customers (q <= 1) nothing can be said of those who bought once.
    return same if fitted.population_mean_ is None else fitted


def last_period(history: pd.DataFrame, scale: float) -> tuple[Floats, Floats]:
    """Predict purchases and value: the same as in the last period, times ``scale``."""
    days = history["last_days"].to_numpy(dtype=np.float64) * scale
    return days, history["last_value"].to_numpy(dtype=np.float64) * scale


def boosting(
    earlier: pd.DataFrame, history: pd.DataFrame, scale: float
) -> tuple[Floats, Floats] | None:
    """Predict by gradient boosting on recency, frequency, value and age.

    Parameters
    ----------
    earlier : DataFrame
        Histories as of a day before the calibration's, with ``next_days`` and ``next_value`` that
        end with the calibration: nothing of the test is known.
    history : DataFrame
        Histories as of the end of the calibration.
    scale : float
        Length of the test by the length of the earlier outcome.

    Returns
    -------
    tuple of array or None
        Purchases and value of each customer of ``history``; None with too little to train on.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    step = -(-len(earlier) // _TRAINED_ON) if len(earlier) else 1
    taken = earlier.iloc[::step]
    days = taken["next_days"].to_numpy(dtype=np.float64)
    if len(taken) < _LEAST_TRAINED_ON or not days.any():
        return None
    known, asked = _features(taken), _features(history)
    is_known = ~np.isnan(known).all(axis=0)
    known, asked = known[:, is_known], asked[:, is_known]
    chosen = {"random_state": 0, "early_stopping": False, "max_leaf_nodes": 15, "max_iter": 60}
    purchases = HistGradientBoostingRegressor(loss="poisson", **chosen).fit(known, days)
    value = HistGradientBoostingRegressor(**chosen).fit(
        known, taken["next_value"].to_numpy(dtype=np.float64)
    )
    return purchases.predict(asked) * scale, value.predict(asked) * scale


def _features(history: pd.DataFrame) -> Floats:
    """Days since the last purchase, frequency, value: what does not grow with the history's length.

    Histories at the end of the calibration are longer than the earlier ones that were learned from.
    """
    f, recency, age = (
        history[name].to_numpy(dtype=np.float64)
        for name in ("frequency", "recency_days", "age_days")
    )
    mean = history["mean_value"].to_numpy(dtype=np.float64, na_value=np.nan)
    total = history["total_value"].to_numpy(dtype=np.float64)
    return np.column_stack([age - recency, (f + 1.0) / (age + 30.0), mean, total / (f + 1.0)])
