"""How many to contact: responses to be expected, how sure, and what that is worth."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from analytics.stats import LEVEL, Floats

LEAST_CAMPAIGNS = 3  # with a rate, before anything is said of how far the next one may be off


def level_spread(responded: Floats, reached: Floats) -> tuple[float, int]:
    """Return how far rates of campaigns were off the mean of those before them.

    Parameters
    ----------
    responded, reached : ndarray of counts
        Of each campaign, the earliest first.

    Returns
    -------
    spread : float
        Standard deviation of the relative miss beyond what chance does to counts, 0 or more; NaN
        with fewer than ``LEAST_CAMPAIGNS``.
    n : int
        Misses that it is of.

    Notes
    -----
    By moments, as R. DerSimonian and N. Laird (1986), Controlled Clinical Trials 7, 177–188, take
    the variance between studies: what squared misses are above what counts explain.
    """
    there = reached > 0
    yes, n = responded[there].astype("float64"), reached[there].astype("float64")
    if len(n) < LEAST_CAMPAIGNS or not yes.sum():
        return np.nan, 0
    before_yes, before_n = np.cumsum(yes)[:-1], np.cumsum(n)[:-1]
    is_told = before_yes > 0
    expected = (before_yes / before_n * n[1:])[is_told]
    miss = yes[1:][is_told] / expected - 1
    by_chance = 1 / expected + 1 / before_yes[is_told]
    if len(miss) < LEAST_CAMPAIGNS - 1:
        return np.nan, 0
    return float(np.sqrt(max(0.0, float((miss**2 - by_chance).mean())))), len(miss)


@dataclass(frozen=True)
class Terms:
    """What a contact costs and a response is worth, in the company's currency."""

    cost: float
    value: float


def expected_curve(
    bins: pd.DataFrame, terms: Terms, *, spread: float, misses: int, level: float = LEVEL
) -> pd.DataFrame:
    """Return what contacting the likeliest first should bring, bin by bin.

    Parameters
    ----------
    bins : DataFrame
        The likeliest first: ``customers``, ``expected`` (sum of their probabilities).
    terms : Terms
    spread, misses
        See ``level_spread``; a NaN spread leaves the interval to chance alone.
    level : float

    Returns
    -------
    DataFrame
        One row per bin and one for nobody, in front: ``contacted``, ``share`` (of all),
        ``expected``, ``low``, ``high`` (responses of one campaign), ``at_random`` (of as many drawn
        by lot), ``profit``, ``profit_low``, ``profit_high``.
    """
    contacted = np.append(0, bins["customers"].cumsum().to_numpy()).astype("float64")
    expected = np.append(0.0, bins["expected"].cumsum().to_numpy())
    beyond = spread if isfinite(spread) else 0.0
    times = ndtri((1 + level) / 2) if not misses else stdtrit(misses, (1 + level) / 2)
    half = times * np.sqrt(expected + (beyond * expected) ** 2)
    low = np.maximum(expected - half, 0.0)
    high = np.minimum(expected + half, contacted)
    total = contacted[-1] or 1.0
    spent = terms.cost * contacted
    return pd.DataFrame(
        {
            "contacted": contacted,
            "share": contacted / total,
            "expected": expected,
            "low": low,
            "high": high,
            "at_random": expected[-1] * contacted / total,
            "profit": terms.value * expected - spent,
            "profit_low": terms.value * low - spent,
            "profit_high": terms.value * high - spent,
        }
    )


def caused_curve(curve: pd.DataFrame, customers: int, terms: Terms) -> pd.DataFrame:
    """Return the same from an experiment: what contact causes, if these customers are like those.

    Parameters
    ----------
    curve : DataFrame
        ``Qini.curve``.
    customers : int
        Who may be contacted.
    terms : Terms
        ``value`` is of a response that would not have come.
    """
    share = curve["share"].to_numpy()
    contacted = share * customers
    spent = terms.cost * contacted
    found = {name: curve[name].to_numpy() * customers for name in ("caused", "low", "high")}
    return pd.DataFrame(
        {
            "contacted": contacted,
            "share": share,
            "expected": found["caused"],
            "low": found["low"],
            "high": found["high"],
            "at_random": curve["at_random"].to_numpy() * customers,
            "profit": terms.value * found["caused"] - spent,
            "profit_low": terms.value * found["low"] - spent,
            "profit_high": terms.value * found["high"] - spent,
        }
    )


def best_number(curve: pd.DataFrame) -> int:
    """Return how many to contact for the highest profit; 0 where every number loses money."""
    at = int(curve["profit"].to_numpy().argmax())
    return round(float(curve["contacted"].iloc[at])) if curve["profit"].iloc[at] > 0 else 0


def at_number(curve: pd.DataFrame, contacted: int) -> dict[str, float]:
    """Return the row of a number of customers, between two rows in proportion."""
    x = curve["contacted"].to_numpy()
    return {
        str(name): float(np.interp(contacted, x, curve[name].to_numpy())) for name in curve.columns
    }
