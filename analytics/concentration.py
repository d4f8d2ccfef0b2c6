"""Concentration: on how few customers does a total rest? Lorenz curve, Gini, top shares."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import LEVEL
from crm_data.errors import FrameContractError

__all__ = ["Concentration", "concentration", "concentration_of_bins", "gini"]

TOP_SHARES: tuple[float, ...] = (0.01, 0.05, 0.10, 0.20)
TOP_COUNTS: tuple[int, ...] = (10, 50)
MOST_OF_IT = 0.8
RESAMPLES = 500
_LEAST = 2  # customers below which there is nothing to be unequal
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Concentration:
    """How unequally a total is spread over customers.

    Attributes
    ----------
    customers : int
        With a positive amount. Only they are in every figure here.
    total : float
        Of their amounts.
    left_out, left_out_total : int, float
        Customers whose amount is zero or negative (more returned than bought in the period), and
        its sum: a share of a total that some parts lower is no share, so they are named apart.
    gini : float or None
        0 (all alike) to 1 (one has it all), Deltas' correction for small groups; None below two
        customers.
    gini_low, gini_high : float or None
        95 % bootstrap interval; None where there is none.
    lorenz : DataFrame
        ``customers_share``, ``amount_share``, largest first, from (0, 0) to (1, 1).
    top : DataFrame
        ``label`` (``share`` or ``count``), ``top`` (0-1, or how many), ``customers``,
        ``amount_share``. Groups larger than the customers are left out.
    most_of_it : int
        The fewest customers that together make ``MOST_OF_IT`` of the total.
    """

    customers: int
    total: float
    left_out: int
    left_out_total: float
    gini: float | None
    gini_low: float | None
    gini_high: float | None
    lorenz: pd.DataFrame
    top: pd.DataFrame
    most_of_it: int


def gini(amounts: npt.ArrayLike) -> float:
    """Return the Gini coefficient of positive amounts, NaN below two of them.

    Half the mean absolute difference over the mean, times n / (n - 1).

    Notes
    -----
    G. Deltas (2003), The Small-Sample Bias of the Gini Coefficient, Review of Economics and
    Statistics 85, 226-234.

    Examples
    --------
    >>> round(gini([1, 2, 3, 4]), 4), gini([5, 5]), gini([1])
    (0.3333, 0.0, nan)
    """
    values = np.sort(np.asarray(amounts, dtype="float64"))
    n = len(values)
    if n < _LEAST:
        return float("nan")
    ranks = np.arange(1, n + 1, dtype="float64")
    return float(((2 * ranks - n - 1) * values).sum() / ((n - 1) * values.sum()))


def concentration(amounts: npt.ArrayLike, *, seed: int = 0) -> Concentration:
    """Measure the concentration of one amount per customer; missing amounts count as zero."""
    values = np.nan_to_num(np.asarray(amounts, dtype="float64"))
    positive = np.sort(values[values > 0])[::-1]
    bins = pd.DataFrame({"customers": 1, "net_amount": positive})
    left = values[values <= 0]
    return concentration_of_bins(
        bins, left_out=len(left), left_out_total=float(left.sum()), seed=seed
    )


def concentration_of_bins(
    bins: pd.DataFrame, *, left_out: int = 0, left_out_total: float = 0.0, seed: int = 0
) -> Concentration:
    """Measure concentration from customers already counted in bins, largest first.

    Parameters
    ----------
    bins : DataFrame
        ``CONCENTRATION_BINS``: ``customers`` and ``net_amount`` (sum, positive) of customers next
        to each other in size, largest first. Inside a bin all are taken to be alike: with the
        hundred largest in bins of their own and 200 bins for the rest this moves the Gini by less
        than 0.0005.
    left_out, left_out_total : int, float
        Customers whose amount is not positive, and its sum.
    seed : int
        Of the bootstrap, so that the same data gives the same interval.

    Raises
    ------
    FrameContractError
        Bins are not largest first, or an amount is not positive.
    """
    counts = bins["customers"].to_numpy(dtype="float64")
    sums = bins["net_amount"].to_numpy(dtype="float64")
    _check(counts, sums)
    customers, total = int(counts.sum()), float(sums.sum())
    found = Concentration(
        customers, total, left_out, left_out_total, None, None, None,
        _lorenz(counts, sums), pd.DataFrame(columns=["label", "top", "customers", "amount_share"]),
        0,
    )  # fmt: skip
    if not customers:
        return found
    return replace(found, **_gini_with_interval(counts, sums, seed), **_tops(counts, sums))  # type: ignore[arg-type]  # fields by name


def _check(counts: Floats, sums: Floats) -> None:
    if (counts <= 0).any() or (sums <= 0).any():
        raise FrameContractError(
            "Concentration takes positive amounts only. Count customers whose amount is zero or "
            "negative in left_out."
        )
    means = sums / counts
    if (np.diff(means) > 1e-9 * np.abs(means[:-1])).any():
        raise FrameContractError("Concentration takes bins largest first. Sort before passing.")


def _lorenz(counts: Floats, sums: Floats) -> pd.DataFrame:
    people = np.concatenate([[0.0], np.cumsum(counts)])
    amount = np.concatenate([[0.0], np.cumsum(sums)])
    return pd.DataFrame(
        {
            "customers_share": people / max(people[-1], 1.0),
            "amount_share": amount / (amount[-1] or 1.0),
        }
    )


def _gini_of_means(counts: Floats, means: Floats) -> Floats:
    """Return the Gini of each row of counts; means largest first along the last axis."""
    people, amount = counts.cumsum(axis=-1), (counts * means).cumsum(axis=-1)
    n, total = people[..., -1], amount[..., -1]
    # Trapezes under the curve of the largest first; 1/2 less that of equal shares is the Gini.
    before = amount - counts * means
    area = (counts * (amount + before)).sum(axis=-1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((2 * area / (n * total) - 1) * n / (n - 1))


def _gini_with_interval(counts: Floats, sums: Floats, seed: int) -> dict[str, float | None]:
    """Return the Gini and the middle 95 % of it over resampled customers.

    Customers are drawn with replacement, which draws bins in proportion to their customers: a
    multinomial. B. Efron and R. J. Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    n = int(counts.sum())
    if n < _LEAST:
        return {"gini": None, "gini_low": None, "gini_high": None}
    means = sums / counts
    value = float(_gini_of_means(counts, means))
    drawn = np.random.default_rng(seed).multinomial(n, counts / counts.sum(), size=_draws(counts))
    found = _gini_of_means(drawn.astype("float64"), np.broadcast_to(means, drawn.shape))
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {"gini": value, "gini_low": float(low), "gini_high": float(high)}


def _draws(counts: Floats) -> int:
    """Return how many resamples: fewer where there are many bins, to bound memory."""
    return int(min(RESAMPLES, max(100, 5_000_000 // len(counts))))


def _tops(counts: Floats, sums: Floats) -> dict[str, object]:
    people = np.concatenate([[0.0], np.cumsum(counts)])
    amount = np.concatenate([[0.0], np.cumsum(sums)]) / sums.sum()
    n = int(people[-1])
    wanted: list[tuple[str, float, int]] = [
        *(("share", share, max(1, round(share * n))) for share in TOP_SHARES),
        *(("count", float(count), count) for count in TOP_COUNTS if count < n),
    ]
    rows = [
        (label, top, count, float(np.interp(count, people, amount))) for label, top, count in wanted
    ]
    enough = float(np.interp(MOST_OF_IT, amount, people))
    columns: Sequence[str] = ("label", "top", "customers", "amount_share")
    return {
        "top": pd.DataFrame(rows, columns=list(columns)),
        "most_of_it": int(np.ceil(enough - 1e-9)),
    }
