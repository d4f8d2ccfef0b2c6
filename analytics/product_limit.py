"""The product limit of Kaplan and Meier (1958), and its interval on the log(-log) scale."""

from typing import Any

import numpy as np

from analytics.risk_sets import Floats, Ints


def survival_of(ends: Any, at_risk: Any) -> Floats:
    """Return the product limit of ends by number at risk (above 0), shape (t,)."""
    return np.asarray(np.cumprod(1.0 - ends / at_risk), dtype=np.float64)


def log_log_interval(
    survival: Floats, ends: Ints, at_risk: Ints, z: float
) -> tuple[Floats, Floats]:
    """Return both ends of the interval; missing where survival is 0 or 1."""
    change = np.flatnonzero(ends)  # in between, both ends stay as they are
    share, d, n = survival[change], ends[change].astype(np.float64), at_risk[change]
    left = np.maximum(n - d, 1.0)
    greenwood = np.cumsum(np.where(n > d, d / (n * left), 0.0))
    inside = share > 0
    log = np.log(np.where(inside, share, 0.5))
    factor = np.exp(z * np.sqrt(greenwood) / -log)
    row = np.cumsum(ends > 0)
    edges = []
    for power in (factor, 1 / factor):
        edge = np.where(inside, np.exp(log * power), np.nan)
        edges.append(np.concatenate([[np.nan], edge])[row])
    return edges[0], edges[1]
