"""Expected purchases of an active customer whose leaving probability is beta-distributed.

The published forms hold a Gauss hypergeometric function that loses all digits for large or
nearly equal arguments, and are 0/0 at a = 1. Both are integrals of smooth positive functions:

- first: E (1 - (1 + pz)^-R) / p,
- second: E 2 (1-p)/p^2 P(2 or more | gamma rate R, exposure pz),   p ~ beta(a, c).

The published form of the first is used where it keeps its digits: far from a = 1, at small
arguments, and where little is lost by subtraction. There it was within 9e-12 (relative) of
60-digit arithmetic on 1,427 random points. The integral with 96 nodes, for mild functions only, is
good to about 1e-8: 2e-8 (first) and 4e-8 (second) from 800 nodes were the worst on random points.
"""

import numpy as np
from scipy import special

from analytics.clv_histories import Floats

_DEPTH = 40.0
_NODES, _FEW = 200, 96
_CHUNK = 1_024
_FROM_ONE, _LARGEST_COUNT, _LONGEST, _LEFT = 0.05, 100.0, 5.0, 1e-2


def first_moment(rates: Floats, z: Floats, a: float, c: Floats) -> Floats:
    """Return E (1 - (1 + pz)^-R) / p over p ~ beta(a, c): expected purchases of the active."""
    if abs(a - 1.0) < _FROM_ONE or not 0.05 < a < 20.0:
        return _in_chunks(rates, z, a, c, order=1)
    out = _published(rates, z, a, c)
    rest = np.flatnonzero(np.isnan(out))
    out[rest] = _in_chunks(rates[rest], z[rest], a, c[rest], order=1)
    return out


def second_moment(rates: Floats, z: Floats, a: float, c: Floats) -> Floats:
    """Return the second factorial moment of the purchases of the active."""
    return _in_chunks(rates, z, a, c, order=2)


def _published(rates: Floats, z: Floats, a: float, c: Floats) -> Floats:
    """Equation 10 of Fader, Hardie & Lee (2005); NaN where it loses digits."""
    out = np.full(len(z), np.nan)
    rows = np.flatnonzero((rates < _LARGEST_COUNT) & (c < _LARGEST_COUNT) & (z < _LONGEST))
    total = a + c[rows] - 1.0
    series = special.hyp2f1(rates[rows], c[rows], total, z[rows] / (1.0 + z[rows]))
    left = 1.0 - np.exp(-rates[rows] * np.log1p(z[rows])) * series
    good = (np.abs(left) > _LEFT) & (total > 0.5)
    out[rows[good]] = (total * left / (a - 1.0))[good]
    return out


def _in_chunks(rates: Floats, z: Floats, a: float, c: Floats, order: int) -> Floats:
    """Few nodes where the function is mild and its range short, many elsewhere."""
    out = np.zeros(len(z))
    mild = ((rates + 1.0) * (z + 1.0) < 400.0) & (c > 1.0) & (c < 200.0) & (0.4 < a < 50.0)
    for rows, nodes in ((np.flatnonzero(mild), _FEW), (np.flatnonzero(~mild), _NODES)):
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            out[some] = _trapezoid((rates[some], z[some], a, c[some]), order, nodes)
    return out


def _trapezoid(at: tuple[Floats, Floats, float, Floats], order: int, nodes: int) -> Floats:
    """Trapezoidal rule in s = logit p, after a part with a known mean is taken off.

    Taken off is lead * (1-p)^m, which touches the function at p = 0 and stays below it; what
    remains vanishes like p, so the tail is short even for a near 0. For the first moment its
    value at p = 1 times p^2 is taken off too, for c near 0.
    """
    rates, z, a, c = at
    if order == 1:
        lead, power, top = rates * z, 1.0 + (rates + 1.0) * z / 2, -np.expm1(-rates * np.log1p(z))
    else:
        lead, power, top = rates * (rates + 1.0) * z**2, 1.0 + (rates + 2.0) * z / 1.5, 0.0 * z
    known = lead * np.exp(special.betaln(a, c + power) - special.betaln(a, c))
    known += top * a * (a + 1.0) / ((a + c) * (a + c + 1.0))
    s, step = _grid(a, c, np.log1p(power), nodes)
    small = np.exp(-np.abs(s))
    both = np.log1p(small)
    left, right = np.minimum(s, 0.0) - both, -np.maximum(s, 0.0) - both  # ln p, ln(1-p)
    p = np.exp(left)
    grown = np.log1p(p * z[:, None])
    if order == 1:
        inner = -np.expm1(-rates[:, None] * grown) / p
    else:
        share = special.betainc(2.0, rates[:, None], -np.expm1(-grown))
        inner = 2.0 * np.exp(right - 2.0 * left) * share
    inner -= lead[:, None] * np.exp(power[:, None] * right) + top[:, None] * p**2
    density = np.exp(a * left + c[:, None] * right - special.betaln(a, c)[:, None])
    return np.asarray(known + step * (inner * density).sum(axis=1))


def _grid(a: float, c: Floats, extra: Floats, nodes: int) -> tuple[Floats, Floats]:
    """Places and spacing that hold all of p^(a+1) (1-p)^(c+1) that a double can see."""
    up, down = a + 1.0, c + 1.0
    mode = np.log(up / down)
    depth = _DEPTH + extra
    top = up * -np.log1p(down / up) + down * -np.log1p(up / down)

    def fall(s: Floats) -> Floats:
        return top + up * np.logaddexp(0.0, -s) + down * np.logaddexp(0.0, s)

    ends = []
    for sign, slope in ((-1.0, up), (1.0, down)):
        near, far = np.zeros_like(c), (depth + top * 0.0) / slope + np.log1p(up + down) + 3.0
        for _ in range(10):
            middle = (near + far) / 2
            enough = fall(mode + sign * middle) > depth
            near, far = np.where(enough, near, middle), np.where(enough, middle, far)
        ends.append(mode + sign * far)
    step = (ends[1] - ends[0]) / (nodes - 1)
    return ends[0][:, None] + step[:, None] * np.arange(nodes), step
