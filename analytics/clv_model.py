"""What the lifetime-value models of repeat purchases have in common: fit, errors, collapse."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np

from analytics.clv_collapse import collapse_code
from analytics.clv_histories import Floats, Histories, Numbers, check_histories, group_histories
from analytics.clv_newton import Objective, maximise, standard_errors
from crm_data.errors import BadInputError

_SMALLEST, _LARGEST = np.log(1e-6), np.log(1e6)
_SMALLEST_SAMPLE, _SAMPLE = 1_000, 8_000  # customers of the search for a start
_ROUGHLY = 1e-5  # its tolerance


class PurchaseModel(ABC):
    """Base of `BetaGeoModel`, `ModifiedBetaGeoModel` and `ParetoNBDModel`.

    Attributes
    ----------
    params_ : dict of str to float
        The papers' letters. Times in the unit of the input.
    standard_errors_ : dict of str to (float or None)
        From the exact Hessian, delta method; None where the data do not determine the parameter.
    log_likelihood_ : float
        Sum over customers, times their weights.
    collapse_ : str or None
        ``"no_dropout"``, ``"no_heterogeneity"`` or None: see `analytics.clv_collapse`.
    n_customers_ : float
        Sum of the weights (number of customers where there are none).
    n_histories_ : int
        Number of distinct histories among them.
    """

    names: ClassVar[tuple[str, ...]]
    time_names: ClassVar[tuple[str, ...]]
    estimates_p_alive_of_one_time_buyers: ClassVar[bool] = True

    params_: dict[str, float]
    standard_errors_: dict[str, float | None]
    log_likelihood_: float
    collapse_: str | None
    n_customers_: float
    n_histories_: int

    def fit(
        self, frequency: Numbers, recency: Numbers, T: Numbers, weights: Numbers | None = None
    ) -> Self:
        """Estimate the parameters by maximum likelihood.

        Parameters
        ----------
        frequency, recency, T : array-like of shape (n_customers,)
            Repeat purchases; time from first to last purchase; time from first purchase to the
            end of observation. One time unit, any.
        weights : array-like of shape (n_customers,), optional
            How often each row counts; rows of weight 0 are left out.

        Returns
        -------
        self

        Raises
        ------
        BadInputError
            The columns are broken (`check_histories`), or fewer than two customers bought again.
        """
        self._fit(group_histories(frequency, recency, T, weights))
        return self

    def _fit(self, histories: Histories) -> None:
        n = histories.total
        # Starts and bounds are for times in mean ages; in logarithms, another unit is a shift.
        unit = float(histories.age @ histories.weight) / n
        shift = np.array([np.log(unit) if name in self.time_names else 0.0 for name in self.names])
        low, high = _SMALLEST + shift, _LARGEST + shift
        starts = [start + shift for start in self._starts(histories)]
        size = min(histories.n // 4, _SAMPLE)
        if size > _SMALLEST_SAMPLE:
            small = self._objective(_sample(histories, size))
            starts = [maximise(small, starts, low, high, _ROUGHLY).at]
        optimum = maximise(self._objective(histories), starts, low, high)
        self.params_ = dict(zip(self.names, np.exp(optimum.at).tolist(), strict=True))
        errors = standard_errors(optimum, n, low, high)
        self.standard_errors_ = {
            name: None if error is None else error * self.params_[name]
            for name, error in zip(self.names, errors, strict=True)
        }
        self.log_likelihood_ = optimum.value * n
        self.n_customers_, self.n_histories_ = n, histories.n
        self.collapse_ = self._collapse(histories)

    def _collapse(self, histories: Histories) -> str | None:
        again = histories.x > 0
        x, weight = histories.x[again].astype(np.float64), histories.weight[again]
        alive = self._p_alive(x, histories.recency[again], histories.age[again])
        left = 1.0 - float(alive @ weight) / float(weight.sum())
        return collapse_code(histories, self.log_likelihood_, self.params_["r"], left)

    def log_likelihood(
        self, frequency: Numbers, recency: Numbers, T: Numbers, weights: Numbers | None = None
    ) -> float:
        """Return the log-likelihood of other customers at the fitted (or given) ``params_``."""
        histories = group_histories(frequency, recency, T, weights)
        at = np.log(self._values())
        return float(self._objective(histories)(at)[0]) * histories.total

    def p_alive(self, frequency: Numbers, recency: Numbers, T: Numbers) -> Floats:
        """Return the probability that each customer has not left, given the history."""
        return self._p_alive(*check_histories(frequency, recency, T))

    def _values(self) -> Floats:
        if not hasattr(self, "params_"):
            raise BadInputError("clv_not_fitted", "The model has not been fitted yet.")
        return np.array([self.params_[name] for name in self.names])

    def _checked(self, *columns: Numbers, t: Numbers) -> tuple[Floats, ...]:
        """Histories and horizon as float arrays of one length; the horizon may be one number."""
        x, tx, age = check_histories(*columns)
        return x, tx, age, np.broadcast_to(check_horizon(t), x.shape)

    @abstractmethod
    def _p_alive(self, x: Floats, tx: Floats, age: Floats) -> Floats:
        """Return the probability of not having left, of checked histories."""

    @abstractmethod
    def _objective(self, histories: Histories) -> Objective:
        """Return the mean log-likelihood by the logarithms of the parameters."""

    @abstractmethod
    def _starts(self, histories: Histories) -> Sequence[Floats]:
        """Return logarithms of parameters to begin from, the likeliest first."""


def check_horizon(t: Numbers) -> Floats:
    """Return the horizon as a float array.

    Raises
    ------
    BadInputError
        ``clv_horizon``: negative, NaN or infinite.
    """
    found = np.asarray(t, dtype=np.float64)
    if not np.isfinite(found).all() or (found < 0).any():
        raise BadInputError("clv_horizon", "The horizon must be a time from 0 up.")
    return found


def _sample(histories: Histories, size: int) -> Histories:
    """Customers at equal distances along the table: a coarse picture, to start from."""
    ends = np.cumsum(histories.weight)
    places = (np.arange(size) + 0.5) * (ends[-1] / size)
    chosen, counts = np.unique(np.searchsorted(ends, places), return_counts=True)
    return Histories(
        histories.x[chosen],
        histories.recency[chosen],
        histories.age[chosen],
        counts.astype(np.float64),
    )
