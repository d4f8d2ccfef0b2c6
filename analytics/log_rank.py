"""Whether groups last differently long: the log-rank test."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from analytics.risk_sets import Floats, Observed, coded, counted, flags, observed, risk_sets

LEAST_EXPECTED = 5.0  # ends in each group, from which on the chi-squared distribution is trusted
ALPHA = 0.05
_NO_INFORMATION = 1e-9  # of the largest eigenvalue
Verdict = Literal["differ", "no_difference_seen", "cannot_tell"]


@dataclass(frozen=True, eq=False)
class LogRank:
    """Result of the test that all groups end at the same rate at every age.

    Attributes
    ----------
    statistic : float
        Chi-squared; NaN where no two groups were at risk when something ended.
    df : int
        Groups that can be compared, less one (less one in each set of strata that share a group).
    p_value : float
        Chance of a statistic as large or larger if they do not differ; NaN where df is 0.
    groups : DataFrame
        One row per group, sorted: ``group``, ``n``, ``ended``, ``expected`` (ends, if all groups
        ended at the same rate in each stratum at each age).
    """

    statistic: float
    df: int
    p_value: float
    groups: pd.DataFrame

    @property
    def too_few(self) -> list[Any]:
        """Groups with fewer than ``LEAST_EXPECTED`` expected ends: of them the test cannot tell."""
        return self.groups.loc[self.groups["expected"] < LEAST_EXPECTED, "group"].tolist()

    @property
    def verdict(self) -> Verdict:
        """``differ`` (p below 0.05), ``no_difference_seen``, or ``cannot_tell``: too few ends."""
        if self.df == 0 or self.too_few:
            return "cannot_tell"
        return "differ" if self.p_value < ALPHA else "no_difference_seen"


def log_rank(
    durations: Any,
    ended: Any,
    groups: Any,
    *,
    strata: Any = None,
    entered: Any = None,
    weights: Any = None,
) -> LogRank:
    """Compare how long two or more groups last.

    Parameters
    ----------
    durations, ended, entered
        As in ``kaplan_meier``.
    groups : array of text or numbers, shape (n,)
        The group of each; rows where it is missing are left out.
    strata : array of text or numbers, shape (n,), optional
        Compare within strata only (region, say, that bears on both group and lifetime), and add
        up; rows where it is missing are left out.
    weights : array of int from 0, shape (n,), optional
        How many each stands for, by default one.

    Raises
    ------
    ValueError
        As ``kaplan_meier``, or groups or strata are not as long as durations.

    Notes
    -----
    Mantel (1966), Cancer Chemotherapy Reports 50, 163–170; Peto and Peto (1972), Journal of the
    Royal Statistical Society A 135, 185–207. Ends at one age have the hypergeometric variance. The
    test has most power where one group's hazard is a constant multiple of the other's, and little
    where curves cross.

    Examples
    --------
    >>> found = log_rank([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"])
    >>> round(found.statistic, 3), found.df, found.verdict
    (2.882, 1, 'cannot_tell')
    """
    seen = observed(durations, flags(ended), entered, weights)
    codes, names = _codes("groups", groups, seen)
    strata_codes = np.zeros_like(codes)
    if strata is not None:
        strata_codes, _ = _codes("strata", strata, seen)
    k = len(names)
    use = (codes >= 0) & (strata_codes >= 0)
    is_end = use & (seen.cause > 0)
    observed_ends = counted(codes[is_end], seen.weights_of(is_end), k)
    expected, variance = np.zeros(k), np.zeros((k, k))
    for stratum in np.unique(strata_codes[use]):
        inside = use & (strata_codes == stratum)
        more_expected, more_variance = _of_stratum(seen.among(inside), codes[inside], k)
        expected += more_expected
        variance += more_variance
    statistic, df = _quadratic(observed_ends - expected, variance)
    table = pd.DataFrame(
        {
            "group": pd.Series(names, dtype=None if names else "object"),
            "n": counted(codes[use], seen.weights_of(use), k),
            "ended": observed_ends,
            "expected": expected,
        }
    )
    return LogRank(statistic, df, float(chdtrc(df, statistic)) if df else np.nan, table)


def _of_stratum(seen: Observed, codes: Any, k: int) -> tuple[Floats, Floats]:
    """Return expected ends by group and their covariance."""
    ages = np.unique(seen.durations[seen.cause > 0])
    everyone = risk_sets(seen, ages)
    n, ends = everyone.at_risk.astype(np.float64), everyone.all_ended.astype(np.float64)
    at_risk = np.array([risk_sets(seen.among(codes == g), ages).at_risk for g in range(k)])
    share = at_risk / n
    weight = np.where(n > 1, ends * (n - ends) / np.maximum(n - 1, 1.0), 0.0)
    weighted = share * weight
    return share @ ends, np.diag(weighted.sum(axis=1)) - weighted @ share.T


def _quadratic(difference: Floats, variance: Floats) -> tuple[float, int]:
    """Return z' V⁻ z and the rank of V, of the groups that vary at all."""
    spread = np.sqrt(np.maximum(variance.diagonal(), 0.0))
    varies = spread > 0
    if varies.sum() < 2:
        return np.nan, 0
    z = difference[varies] / spread[varies]
    scaled = variance[np.ix_(varies, varies)] / np.outer(spread[varies], spread[varies])
    values, vectors = np.linalg.eigh(scaled)
    told = values > _NO_INFORMATION * values[-1]
    along = vectors[:, told].T @ z
    return float(np.sum(along**2 / values[told])), int(told.sum())


def _codes(what: str, given: Any, seen: Observed) -> tuple[Any, list[Any]]:
    codes, names = coded(given)
    if len(codes) != len(seen.kept):
        raise ValueError(
            f"{what} should be as long as durations, {len(seen.kept)}, but is {len(codes)}."
        )
    return codes[seen.kept], names
