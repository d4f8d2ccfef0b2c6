"""Which customers a churn model learns from and which it is judged on.

Two rules. A customer is never on both sides of a split (several rows of one customer go together).
Where rows come from several dates, the later one judges, and a row is learnt from only if its
outcome was known by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn_features import Flags
from crm_data.errors import BadInputError

Ints = npt.NDArray[np.int64]
LEAST_OF_A_KIND = 20  # churned and kept customers that a fold must have to learn from
HELD_OUT = 0.25


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to be judged on.

    Attributes
    ----------
    train, test : ndarray of int
        Positions of rows, ascending, without overlap. Rows whose outcome was not known by the test
        date are in neither.
    by : str
        ``date`` where the last date is the test, ``chance`` where there is one date.
    """

    train: Ints
    test: Ints
    by: Literal["date", "chance"]


def hold_out(
    churned: Flags, *, groups: Any = None, as_of: Any = None, horizon_days: int = 0, seed: int = 0
) -> Split:
    """Set rows apart: the last of several dates, otherwise a quarter of the customers by chance.

    Parameters
    ----------
    churned : ndarray of bool, shape (n,)
    groups : array-like of shape (n,), optional
        The customer of each row.
    as_of : array-like of dates of shape (n,), optional
        The day that each row describes.
    horizon_days : int
        Days after ``as_of`` that it took to know the outcome.
    seed : int
        Of the draw.

    Raises
    ------
    BadInputError
        ``churn_length``: columns of different lengths; ``churn_as_of``: no date in some row.
    """
    dates = _dates(as_of, len(churned))
    if dates is not None and len(days := np.unique(dates)) > 1:
        known = dates + np.timedelta64(horizon_days, "D") <= days[-1]
        is_train = known & (dates < days[-1])
        return Split(np.flatnonzero(is_train), np.flatnonzero(dates == days[-1]), "date")
    fold = _dealt(churned, groups, round(1 / HELD_OUT), seed)
    return Split(np.flatnonzero(fold != 0), np.flatnonzero(fold == 0), "chance")


def folds(
    churned: Flags,
    *,
    groups: Any = None,
    as_of: Any = None,
    horizon_days: int = 0,
    k: int = 5,
    seed: int = 0,
) -> list[tuple[Ints, Ints]]:
    """Return pairs of rows to learn from and rows to predict.

    With several dates, each date after the first, but at most the last ``k``, is predicted from the
    dates before it, as far as their outcomes were known; otherwise ``k`` parts, each predicted from
    the others. Arguments are those of ``hold_out``.
    """
    dates = _dates(as_of, len(churned))
    if dates is not None:
        by_date = list(_forward(churned, dates, horizon_days))
        if by_date:
            return by_date[-k:]
    fold = _dealt(churned, groups, k, seed)
    return [(np.flatnonzero(fold != part), np.flatnonzero(fold == part)) for part in range(k)]


def _forward(churned: Flags, dates: Any, horizon_days: int) -> Iterator[tuple[Ints, Ints]]:
    for day in np.unique(dates)[1:]:
        train = (dates < day) & (dates + np.timedelta64(horizon_days, "D") <= day)
        test = dates == day
        fewest = min(int(churned[train].sum()), int((~churned[train]).sum()))
        if fewest >= LEAST_OF_A_KIND and 0 < churned[test].sum() < test.sum():
            yield np.flatnonzero(train), np.flatnonzero(test)


def _dealt(churned: Flags, groups: Any, k: int, seed: int) -> Ints:
    """Deal customers into ``k`` parts, those who ever churned and the others apart."""
    if groups is None:
        customer, n = np.arange(len(churned)), len(churned)
    else:
        _check_length(groups, len(churned))
        customer, names = pd.factorize(np.asarray(groups), sort=True, use_na_sentinel=False)
        n = len(names)
    ever = np.bincount(customer, weights=churned, minlength=n) > 0
    shuffled = np.random.default_rng(seed).permutation(n)
    order = np.concatenate([shuffled[ever[shuffled]], shuffled[~ever[shuffled]]])
    part = np.empty(n, dtype=np.int64)
    part[order] = np.arange(n) % k
    return np.asarray(part[customer], dtype=np.int64)


def _dates(as_of: Any, n: int) -> Any:
    if as_of is None:
        return None
    _check_length(as_of, n)
    dates = pd.to_datetime(pd.Series(np.asarray(as_of))).to_numpy()
    if pd.isna(dates).any():
        raise BadInputError("churn_as_of", "Each row needs the day that it describes.")
    return dates


def _check_length(column: Any, n: int) -> None:
    if len(column) != n:
        raise BadInputError(
            "churn_length", f"A column has {len(column)} rows and the customers have {n}.",
            found=len(column), needed=n,
        )  # fmt: skip
