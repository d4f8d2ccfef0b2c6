"""Whether a series has a season, and the series without it."""

from dataclasses import dataclass

import numpy as np

from forecasting.grid import Floats

_Z90 = 1.645


@dataclass(frozen=True, eq=False)
class Adjusted:
    """A series without its season.

    Attributes
    ----------
    values : ndarray
        The series, seasonally adjusted.
    indices : ndarray
        One per place in the season: factors around 1 or amounts around 0.
    is_factor : bool
        The indices are factors.
    """

    values: Floats
    indices: Floats
    is_factor: bool

    def ahead(self, horizon: int) -> Floats:
        """Return the indices of the next ``horizon`` periods."""
        at = np.arange(len(self.values), len(self.values) + horizon)
        return self.indices[at % len(self.indices)]

    def put_back(self, forecast: Floats) -> Floats:
        """Return a forecast of the adjusted series with the season in it."""
        season = self.ahead(len(forecast))
        return forecast * season if self.is_factor else forecast + season


def has_season(values: Floats, season: int) -> bool:
    """Return whether the autocorrelation at one season is significant (90 %).

    The test of Assimakopoulos and Nikolopoulos (2000), International Journal of Forecasting 16,
    521–530, with Bartlett's standard error. False before two full seasons and one value.
    """
    if season < 2 or len(values) < 2 * season + 1:
        return False
    centred = values - values.mean()
    total = float(centred @ centred)
    if total <= 0:
        return False
    r = np.array([centred[k:] @ centred[:-k] for k in range(1, season + 1)]) / total
    return bool(abs(r[-1]) > _Z90 * np.sqrt((1 + 2 * float(r[:-1] @ r[:-1])) / len(values)))


def without_season(values: Floats, season: int, *, is_factor: bool) -> Adjusted:
    """Return the classical decomposition: ratios to (or distances from) a centred average.

    ``values`` must span two full seasons.
    """
    indices, _ = _classical(values, season, is_factor)
    return _adjusted(values, indices, is_factor)


def with_shrunk_season(values: Floats, season: int) -> Adjusted:
    """Return the series without a season that is shrunk towards none as far as it is noise.

    James and Stein's factor, as Miller and Williams (2003), International Journal of Forecasting
    19, 669–684, apply it to seasonal indices. No season is taken out before two full ones. Factors
    where all values are above zero, amounts otherwise.
    """
    is_factor = bool(values.min() > 0)
    if season < 2 or len(values) < 2 * season + 1:
        return _adjusted(values, np.full(1, float(is_factor)), is_factor)
    indices, rest = _classical(values, season, is_factor)
    known = np.isfinite(rest)
    one = float(is_factor)
    noise = float((rest[known] ** 2).sum()) / max(1, known.sum() - season)
    noise_of_index = noise * season / known.sum()
    moved = float(((indices - one) ** 2).sum())
    share = 1.0
    if moved > 0:
        share = min(1.0, max(0, season - 3) / (season - 1) * noise_of_index * (season - 1) / moved)
    return _adjusted(values, one + (1 - share) * (indices - one), is_factor)


def _adjusted(values: Floats, indices: Floats, is_factor: bool) -> Adjusted:
    every = np.resize(indices, len(values))
    return Adjusted(values / every if is_factor else values - every, indices, is_factor)


def _classical(values: Floats, season: int, is_factor: bool) -> tuple[Floats, Floats]:
    """Indices by place, and what neither trend nor season explains (NaN at both ends)."""
    weights = np.ones(season) / season
    if season % 2 == 0:
        weights = np.convolve(weights, [0.5, 0.5])
    edge = np.full(len(weights) // 2, np.nan)
    trend = np.concatenate([edge, np.convolve(values, weights, "valid"), edge])
    detrended = values / trend if is_factor else values - trend
    place = np.arange(len(values)) % season
    known = np.isfinite(detrended)
    counts = np.bincount(place[known], minlength=season)
    sums = np.bincount(place[known], weights=detrended[known], minlength=season)
    indices = np.where(counts > 0, sums / np.maximum(counts, 1), float(is_factor))
    indices = indices / indices.mean() if is_factor else indices - indices.mean()
    return indices, detrended - np.resize(indices, len(values))
