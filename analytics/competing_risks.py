"""Why things end: the share ended by each of several causes that exclude each other.

One minus Kaplan-Meier of one cause, with the others counted as still running, says how many would
end if nothing else ever ended anything; nobody lives in that world, and it is too high. Here an end
by one cause takes it away from the others.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.product_limit import survival_of
from analytics.risk_sets import Floats, RiskSets, coded, observed, risk_sets
from analytics.stats import normal_quantile

COLUMNS = (
    "cause", "duration", "at_risk", "ended", "incidence", "standard_error", "low", "high",
)  # fmt: skip
_ROUNDING = 1e-12


def cumulative_incidence(
    durations: Any, cause: Any, *, entered: Any = None, weights: Any = None, level: float = 0.95
) -> pd.DataFrame:
    r"""Estimate the share that has ended by each cause up to each duration.

    Parameters
    ----------
    durations : array of numbers, not negative, shape (n,)
        How long each lasted so far, in any unit. Missing ones are left out.
    cause : array of text or numbers, shape (n,)
        Why it ended then; missing, 0 or False: still running. An end without a known reason needs
        a name of its own.
    entered : array of numbers, not negative, shape (n,), optional
        Age at which each came under observation, as in ``kaplan_meier``.
    weights : array of int from 0, shape (n,), optional
        How many each stands for, by default one.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        One row per cause (sorted) and distinct duration (ascending): ``cause``, ``duration``,
        ``at_risk`` (of any cause, just before it), ``ended`` (by this cause, then), ``incidence``
        (share ended by this cause up to then, 0..1), ``standard_error``, ``low``, ``high``. Where
        the incidence is 0 or 1, ``low`` and ``high`` are missing. No row where nothing ended.

        The incidences of all causes add up to one minus the survival of ``kaplan_meier``.

    Raises
    ------
    ValueError
        A duration is negative or infinite, an entry comes after the end, or lengths differ.

    Notes
    -----
    Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141–150:
    :math:`F_r(t) = \sum S(t_k-)\, d_{rk}/n_k`.

    The variance is Greenwood's, by the delta method: Dinse and Larson (1986), Biometrika 73,
    379–386, eq. 6; Gaynor et al. (1993), Journal of the American Statistical Association 88,
    400–409. It stays right where several causes end many at one age, as whole months do; where
    nothing is censored it is exactly :math:`F(1-F)/n`. The interval is on the scale of
    :math:`\log(-\log F)` (Choudhury 2002, Statistics in Medicine 21, 1129–1144).

    Examples
    --------
    >>> frame = cumulative_incidence([1, 2, 3, 4], ["price", "moved", None, "price"])
    >>> frame[["cause", "duration", "incidence"]].iloc[[1, 7]].to_numpy().tolist()
    [['moved', 2.0, 0.25], ['price', 4.0, 0.75]]
    """
    codes, names = _causes(cause)
    return incidence_of(risk_sets(observed(durations, codes, entered, weights)), names, level)


def incidence_of(sets: RiskSets, names: Sequence[Any], level: float = 0.95) -> pd.DataFrame:
    """Return ``cumulative_incidence`` of what was counted; ``names`` are those of its causes."""
    z = normal_quantile(level)
    if not names:
        return pd.DataFrame({name: pd.Series(dtype=_dtype(name)) for name in COLUMNS})
    before = _just_before(sets)
    parts = [_of_cause(sets, number, before, z) for number in range(len(names))]
    frame = pd.concat(parts, keys=names, names=["cause"]).reset_index("cause")
    return frame[list(COLUMNS)].reset_index(drop=True)


def incidence_of_one(sets: RiskSets, number: int, level: float = 0.95) -> pd.DataFrame:
    """Return the rows of one cause, counted from 0, of ``incidence_of``, without its name."""
    return _of_cause(sets, number, _just_before(sets), normal_quantile(level))


def _just_before(sets: RiskSets) -> Floats:
    """Return the share still running just before each age."""
    survival = survival_of(sets.all_ended, sets.at_risk)
    return np.concatenate([[1.0], survival])[: len(survival)]


def _of_cause(sets: RiskSets, number: int, before: Floats, z: float) -> pd.DataFrame:
    """Return the rows of one cause; ``before`` is the survival just before each age."""
    ends = sets.ended[number]
    steps = before * ends / sets.at_risk
    incidence = np.minimum(np.cumsum(steps), 1.0)
    error = np.sqrt(_variance(sets, ends.astype(np.float64), before, steps))
    inside = (incidence > 0) & (incidence < 1 - _ROUNDING)
    share = np.where(inside, incidence, 0.5)
    log = np.log(share)
    width = z * error / (share * np.abs(log))
    return pd.DataFrame(
        {
            "duration": sets.ages,
            "at_risk": sets.at_risk,
            "ended": ends,
            "incidence": incidence,
            "standard_error": error,
            "low": np.where(inside, np.exp(log * np.exp(width)), np.nan),
            "high": np.where(inside, np.exp(log * np.exp(-width)), np.nan),
        }
    )


def _variance(sets: RiskSets, ends: Floats, before: Floats, steps: Floats) -> Floats:
    r"""Return the variance of one incidence at each age.

    :math:`\sum_k (F(t)-F_k)^2 a_k - 2 (F(t)-F_k) c_k + b_k`. Its sums over all earlier ages go
    along with the steps of F, so that no large numbers cancel and each age is visited once.
    """
    n, all_ends = sets.at_risk.astype(np.float64), sets.all_ended.astype(np.float64)
    left = np.where(n > all_ends, n - all_ends, 1.0)
    a = np.where(n > all_ends, all_ends / (n * left), 0.0)
    b = before**2 * ends * (n - ends) / n**3
    c = before * ends / n**2
    plain = _earlier(np.cumsum(a))
    linear = np.cumsum(steps * plain)
    square = np.cumsum(2 * steps * _earlier(linear) + steps**2 * plain)
    mixed = np.cumsum(steps * _earlier(np.cumsum(c)))
    return np.asarray(np.maximum(square - 2 * mixed + np.cumsum(b), 0.0), dtype=np.float64)


def _earlier(sums: Floats) -> Floats:
    return np.concatenate([[0.0], sums])[: len(sums)]


def _causes(cause: Any) -> tuple[Any, list[Any]]:
    """Return codes (0 still running, else from 1) and the causes that they stand for."""
    codes, names = coded(cause)
    is_cause = np.array([isinstance(name, str) or bool(name) for name in names] + [False])
    number = np.where(is_cause, np.cumsum(is_cause), 0)  # the last one is for missing, code -1
    return number[codes], [name for name, kept in zip(names, is_cause, strict=False) if kept]


def _dtype(column: str) -> str:
    if column == "cause":
        return "object"
    return "int64" if column in ("at_risk", "ended") else "float64"
