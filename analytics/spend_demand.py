"""Whether spend follows what came back before: then a curve of it tells demand, not an effect."""

import numpy as np

from analytics.stats import Floats

BORDER = 0.01  # p-value: a history of spend set on its own is refused once in a hundred
LAGS = 2  # weeks of own past that spend is foretold by first
_LONG = 4  # weeks


def demand_p(spend: Floats, missed: Floats, plain: Floats) -> float:
    """Return how likely it is that past outcomes foretell spend so well by chance.

    Parameters
    ----------
    spend : ndarray of shape (n_weeks,)
        0 or above, some of it above 0.
    missed : ndarray of shape (n_weeks,)
        Outcome less what the fitted curve says. What spend itself brought is not in it, so where
        spend is set on its own nothing of it foretells spend.
    plain : ndarray of shape (n_weeks, p)
        Base, trend and season, by which both may go.

    Returns
    -------
    float
        Of the F test of the last week's and the last four weeks' ``missed``, beside the spend of
        the last two weeks. Spend counts with a bound, so that a far higher week is no lever.

    Notes
    -----
    C. W. J. Granger (1969), Econometrica 37, 424–438, one way only. A high value is no proof that
    spend was set on its own: demand that both follow in the same week is not seen.
    """
    from scipy.special import fdtrc

    level = -np.expm1(-spend / np.median(spend[spend > 0]))
    at = np.arange(_LONG, len(spend))
    own = [one[at - lag] for lag in range(1, LAGS + 1) for one in (level, level**2)]
    short = np.column_stack([plain[at], *own])
    before = [missed[at - lag] for lag in range(1, _LONG + 1)]
    more = np.column_stack([short, before[0], np.mean(before, axis=0)])
    left = [_squares(design, level[at]) for design in (short, more)]
    freedom = len(at) - more.shape[1]
    if not (left[1] > 0 and freedom > 0):
        return float("nan")
    return float(fdtrc(2, freedom, max(0.0, left[0] - left[1]) / 2 / (left[1] / freedom)))


def _squares(design: Floats, y: Floats) -> float:
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    return float(((y - design @ found) ** 2).sum())
