"""How near a prediction of each customer came: totals, errors, ranks, tenths, frequencies."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

Floats = npt.NDArray[np.float64]
TENTHS = 10
MOST_REPEATS = 7  # histories with as many repeat purchases and more are one group


@dataclass(frozen=True)
class Measures:
    """A prediction beside what came. None where it is not defined.

    Attributes
    ----------
    predicted, actual : float
        Totals over all customers.
    error : float or None
        Predicted over actual, less one.
    mae : float
        Mean absolute error of a customer.
    rmse : float
        Root of the mean squared error of a customer.
    wape : float or None
        Sum of absolute errors by the sum of absolute actuals.
    rank_correlation : float or None
        Spearman's, ties at their mean rank.
    top_share : float or None
        Share of the actual total that the predicted top tenth of customers made.
    """

    predicted: float
    actual: float
    error: float | None
    mae: float
    rmse: float
    wape: float | None
    rank_correlation: float | None
    top_share: float | None


def measures(predicted: Floats, actual: Floats) -> Measures:
    """Compare a prediction with what came, customer by customer (at least one)."""
    total, came = float(predicted.sum()), float(actual.sum())
    missed = np.abs(predicted - actual)
    size = float(np.abs(actual).sum())
    return Measures(
        predicted=total,
        actual=came,
        error=total / came - 1.0 if came > 0 else None,
        mae=float(missed.mean()),
        rmse=float(np.sqrt((missed**2).mean())),
        wape=float(missed.sum()) / size if size > 0 else None,
        rank_correlation=spearman(predicted, actual),
        top_share=top_share(predicted, actual),
    )


def spearman(first: Floats, second: Floats) -> float | None:
    """Return Spearman's rank correlation; None where one of the two does not vary."""
    ranks = [rankdata(values) - (len(values) + 1) / 2 for values in (first, second)]
    size = math.sqrt(float(ranks[0] @ ranks[0]) * float(ranks[1] @ ranks[1]))
    return float(ranks[0] @ ranks[1]) / size if size > 0 else None


def top_share(score: Floats, actual: Floats, share: float = 1 / TENTHS) -> float | None:
    """Return the share of the actual total that the customers of the highest scores made.

    The number of customers is rounded up. Where customers at the border are tied, each counts with
    the chance of being picked: the same for any order of rows. None where the total is not above 0.
    """
    total = float(actual.sum())
    if total <= 0:
        return None
    wanted = math.ceil(len(score) * share - 1e-9)
    border = float(np.partition(score, len(score) - wanted)[len(score) - wanted])
    above, at = score > border, score == border
    picked = (wanted - int(above.sum())) / int(at.sum())
    return float(actual[above].sum() + picked * actual[at].sum()) / total


def by_tenth(predicted: Floats, frame: pd.DataFrame) -> pd.DataFrame:
    """Sum columns by tenth of the prediction, the highest first.

    Parameters
    ----------
    predicted : array
        What customers are ordered by; tied ones stay in the order of their rows.
    frame : DataFrame
        Numbers to sum, row for row the same customers.

    Returns
    -------
    DataFrame
        ``tenth`` (1 is the highest), ``customers`` and the sums. Tenths differ by at most one
        customer; with fewer than ten customers there are fewer.
    """
    order = np.argsort(-predicted, kind="stable")
    tenth = np.empty(len(order), dtype=np.int64)
    tenth[order] = np.arange(len(order)) * TENTHS // len(order) + 1
    grouped = frame.groupby(tenth)
    sums = grouped.sum()
    sums.insert(0, "customers", grouped.size())
    return sums.rename_axis("tenth").reset_index()


def by_frequency(frequency: Any, frame: pd.DataFrame) -> pd.DataFrame:
    """Average columns by repeat purchases of the calibration (7 and more in one group).

    Returns
    -------
    DataFrame
        ``frequency``, ``customers`` and the means.
    """
    capped = np.minimum(np.asarray(frequency, dtype=np.int64), MOST_REPEATS)
    grouped = frame.groupby(capped)
    means = grouped.mean()
    means.insert(0, "customers", grouped.size())
    return means.rename_axis("frequency").reset_index()
