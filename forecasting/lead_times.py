"""Distances from the end of a period at which forecasts are compared, and how wide bands are."""

import numpy as np

from analytics.stats import Floats

LEADS = (12, 8, 4, 1)  # weeks before the end
PRIOR = 4.0  # errors that the width of independent deals counts as


def stretch_of(errors: Floats) -> float:
    """Return by how much bands must be wider than those of independent deals.

    Parameters
    ----------
    errors : ndarray
        What was won less what was expected, in standard deviations of independent deals. Missing
        ones are left out.

    Returns
    -------
    float
        Root of the mean square, where independence (1) counts as ``PRIOR`` errors; at least 1.
    """
    known = errors[np.isfinite(errors)]
    return max(float(np.sqrt((PRIOR + (known**2).sum()) / (PRIOR + len(known)))), 1.0)


def lead_of(days: int) -> int:
    """Return the one of ``LEADS`` that is nearest to so many days before the end."""
    return min(LEADS, key=lambda weeks: (abs(weeks * 7 - days), -weeks))
