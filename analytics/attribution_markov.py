"""Credit by removal: how many conversions a chain of channels would lose without one of them."""

import numpy as np

from analytics.attribution_paths import Paths, transition_counts
from analytics.stats import Floats


def removal_effects(paths: Paths) -> Floats:
    """Return, by channel, the share of conversions lost when who would meet it leaves instead.

    Journeys that did not convert count: without them every channel leads to a conversion sooner or
    later, and only being on the way counts.

    Notes
    -----
    E. Anderl, I. Becker, F. von Wangenheim and J. H. Schumann (2016), "Mapping the customer
    journey", International Journal of Research in Marketing 33, 457–474, chains of order one. With
    ``Q`` the probabilities among channels, ``N = (I − Q)⁻¹`` counts visits, so a journey ever
    meets ``c`` with probability ``(s N)_c / N_cc``, and what it then converts with is lost. One
    inverse gives every removal exactly.
    """
    k = len(paths.channels)
    if not k:
        return np.zeros(0)
    counts = transition_counts(paths)
    rows = counts[: k + 1]
    whole_rows = rows.sum(axis=1, keepdims=True)
    shares = rows / np.where(whole_rows > 0, whole_rows, 1)  # a channel may be on no path
    visits = np.linalg.inv(np.eye(k) - shares[:k, :k])
    converts = visits @ shares[:k, k + 1]
    from_start = shares[k, :k]
    whole = float(from_start @ converts)
    if whole <= 0:
        return np.zeros(k)
    meets = (from_start @ visits) / np.diag(visits)
    return np.asarray(np.clip(meets * converts / whole, 0.0, 1.0))
