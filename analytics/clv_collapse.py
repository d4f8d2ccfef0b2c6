"""When a dropout model says nothing about dropout: the rule, and the model without dropout.

NBD: customers buy at gamma-distributed rates for ever (Ehrenberg 1959). It is the limit of every
dropout model here when nobody leaves (a or s towards 0, or b or beta out of sight).
"""

import numpy as np

from analytics.clv_histories import Floats, Histories
from analytics.clv_newton import Objective, maximise
from analytics.clv_parts import in_logarithms, purchases_part

_CRITICAL = 6.635  # 99.5 % of the half-and-half mixture of chi-square 0 and 1: a bound is tested
_FEW_LEFT = 0.01
_EQUAL_RATES = 1e4  # a coefficient of variation of the rates below 1 %


def collapse_code(
    histories: Histories, log_likelihood: float, r: float, left_share: float
) -> str | None:
    """Return ``"no_dropout"``, ``"no_heterogeneity"`` or None.

    Parameters
    ----------
    histories : Histories
        Those that the model was fitted to.
    log_likelihood : float
        Of the dropout model.
    r : float
        Shape of the purchase rates.
    left_share : float
        Mean probability of having left, over customers who bought again.

    Notes
    -----
    No dropout: twice the gain in log-likelihood over the NBD model stays below 6.635, so that the
    data do not tell the dropout model from one in which nobody ever leaves; or the fit says that
    fewer than 1 % of the customers who bought again have left. No heterogeneity:
    the shape of the rates exceeds 10,000 (all customers buy at one rate).
    """
    gain = log_likelihood - nbd_log_likelihood(histories, start=r)
    if left_share < _FEW_LEFT or 2 * gain < _CRITICAL:
        return "no_dropout"
    return "no_heterogeneity" if r > _EQUAL_RATES else None


def nbd_log_likelihood(histories: Histories, start: float = 1.0) -> float:
    """Return the largest log-likelihood of the NBD model; ``start`` is a shape to begin from."""
    weight = histories.weight
    unit = float(histories.age @ weight) / histories.total
    bought = max(float(histories.x @ weight) / histories.total, 1e-6)  # per mean age
    shape = min(max(start, 0.01), 100.0)
    shift = np.array([0.0, np.log(unit)])
    begin = np.log([shape, shape / bought]) + shift
    low, high = np.log(1e-6) + shift, np.log(1e9) + shift
    return maximise(_nbd(histories), [begin], low, high).value * histories.total


def _nbd(histories: Histories) -> Objective:
    part, n = purchases_part(histories), histories.total

    def objective(logs: Floats) -> tuple[float, Floats, Floats]:
        at = np.exp(logs)
        return in_logarithms(*part(at), at, n)

    return objective
