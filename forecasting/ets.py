"""Exponential smoothing: twelve forms at most, the one with the lowest AICc."""

from dataclasses import dataclass

import numpy as np

from forecasting.ets_recursion import LOW, Form, Parameters, run, started
from forecasting.grid import Floats
from forecasting.seasons import with_shrunk_season

LONGEST_SEASON = 24  # a longer season has more starting values than most series have seasons
_POINTS, _ROUNDS = 48, 3
_TRENDS = ("N", "A", "Ad")
_WIDTHS = np.array([0.35, 0.35, 0.35, 0.1])
_TIGHTER = 0.3
_DAMPING = (0.8, 0.98)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A form with its parameters after the last value.

    Attributes
    ----------
    form : Form
    aicc : float
        Akaike's criterion, corrected for few values, up to a constant that all forms share.
    alpha, beta, gamma, phi : float
        Smoothing of level, trend and season, and damping, as in Hyndman et al. (2008).
    squares : float
        Sum of squared one-step errors (relative errors where the errors are multiplicative).
    level, trend : float
    indices : ndarray
        By place in the season.
    n : int
        Values that it was fitted to.
    """

    form: Form
    aicc: float
    alpha: float
    beta: float
    gamma: float
    phi: float
    squares: float
    level: float
    trend: float
    indices: Floats
    n: int

    def ahead(self, horizon: int) -> Floats:
        """Return the point forecast."""
        steps = np.arange(1, horizon + 1)
        line = self.level + np.cumsum(self.phi**steps) * self.trend
        season = self.indices[(self.n + steps - 1) % len(self.indices)]
        return line * season if self.form.is_multiplicative else line + season


def ets(values: Floats, season: int, horizon: int) -> Floats:
    """Return the forecast of the form of exponential smoothing with the lowest AICc.

    A season longer than ``LONGEST_SEASON`` is taken out beforehand and put back.
    """
    if season > LONGEST_SEASON:
        adjusted = with_shrunk_season(values, season)
        return adjusted.put_back(best_form(adjusted.values, 1).ahead(horizon))
    return best_form(values, season).ahead(horizon)


def best_form(values: Floats, season: int) -> Fitted:
    """Return the form with the lowest AICc.

    No, additive and damped trend; without and with season; errors and season additive or, where all
    values are above zero, multiplicative. Starting values come from the first seasons and count as
    parameters. The smoothing parameters
    are searched on points spread evenly, then twice more around the best ones; all forms of one
    kind are run through the series at once, which is what makes twelve forms take milliseconds.

    Notes
    -----
    Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*, Springer.
    """
    scale = float(np.abs(values).mean()) or 1.0
    found = [
        fitted
        for is_multiplicative in ((False, True) if values.min() > 0 else (False,))
        for length in ((1, season) if season > 1 and len(values) >= 2 * season + 2 else (1,))
        for fitted in _fit(values / scale, length, is_multiplicative)
    ]
    best = min(found, key=lambda fitted: fitted.aicc)
    amounts = 1.0 if best.form.is_multiplicative else scale
    return Fitted(
        best.form, best.aicc, best.alpha, best.beta, best.gamma, best.phi, best.squares,
        best.level * scale, best.trend * scale, best.indices * amounts, best.n,
    )  # fmt: skip


def _fit(values: Floats, season: int, is_multiplicative: bool) -> list[Fitted]:
    """Return the three trends of one kind, fitted."""
    forms = [Form(trend, season, is_multiplicative) for trend in _TRENDS]
    start = started(values, season, is_multiplicative)
    centres: list[Floats | None] = [None] * len(forms)
    fitted: list[Fitted] = []
    for turn in range(_ROUNDS):
        points = np.stack([_points(centre, turn) for centre in centres])
        parameters = Parameters.of(points, forms)
        state = run(values, parameters, start, forms)
        cost = state.cost.reshape(len(forms), -1)
        best = cost.argmin(axis=1)
        centres = [points[i, k] for i, k in enumerate(best)]
        fitted = [
            _fitted(form, values, parameters.at(i, int(k)), state.at(i * points.shape[1] + int(k)))
            for i, (form, k) in enumerate(zip(forms, best, strict=True))
        ]
    return fitted


def _fitted(
    form: Form,
    values: Floats,
    parameters: tuple[float, float, float, float],
    state: tuple[float, float, float, float, Floats],
) -> Fitted:
    cost, squares, level, trend, indices = state
    n, p = len(values), form.parameters
    aicc = cost + 2 * p * n / (n - p - 1) if n > p + 1 else np.inf
    if form.trend == "N" and form.season == 1 and not form.is_multiplicative:
        aicc = min(aicc, 1e300)  # the plainest form can always be chosen
    return Fitted(form, aicc, *parameters, squares, level, trend, indices, n)


def _points(centre: Floats | None, turn: int) -> Floats:
    """Return points of alpha, beta and gamma as shares of what is allowed, and phi."""
    spread = _even(_POINTS)
    low = np.array([LOW] * 3 + [_DAMPING[0]])
    high = np.array([1 - LOW] * 3 + [_DAMPING[1]])
    points: Floats = low + (high - low) * spread
    if centre is None:
        points[:, 1:3] **= 2  # trends and seasons mostly move slowly
        return points
    width = _WIDTHS * _TIGHTER ** (turn - 1)
    points = np.clip(centre + width * (2 * spread - 1), low, high)
    points[0] = centre
    return points


def _even(n: int) -> Floats:
    """Return ``n`` points that fill the unit cube of four dimensions evenly.

    Multiples of the powers of the inverse of the root of x^5 = x + 1, the golden ratio's relative.
    """
    root = 1.1673039782614187
    return np.asarray((0.5 + np.arange(1, n + 1)[:, None] * root ** -np.arange(1.0, 5.0)) % 1.0)
