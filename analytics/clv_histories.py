"""Purchase histories as the lifetime-value models read them: checked, and equal ones counted once.

A history is ``frequency`` (repeat purchases), ``recency`` (time from the first to the last
purchase) and ``T`` (time from the first purchase to the end of observation), in one time unit.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from crm_data.errors import BadInputError

Numbers = npt.ArrayLike
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
_UNITS = (1.0, 7.0)  # whole numbers, or sevenths: weeks that were counted in days
_TABLE = 8  # a key below this times the rows is looked up in a table, above it is hashed
_FEWEST_BUYERS = 2


@dataclass(frozen=True)
class Histories:
    """Distinct histories and how many customers (by weight) have each.

    Parameters
    ----------
    x, recency, age, weight : ndarray of shape (n_histories,)
        Whole repeat purchases; times; summed weights.
    """

    x: npt.NDArray[np.int64]
    recency: Floats
    age: Floats
    weight: Floats

    @property
    def n(self) -> int:
        """Number of distinct histories."""
        return len(self.x)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weight.sum())

    @cached_property
    def by_count(self) -> tuple[Floats, ...]:
        """The distinct numbers of repeat purchases, and the weight of each."""
        return summed_by(self.x.astype(np.float64), self.weight)

    @cached_property
    def by_age(self) -> tuple[Floats, ...]:
        """The distinct ages, the weight of each, and the repeat purchases of each."""
        return summed_by(self.age, self.weight, self.weight * self.x)


def group_histories(
    frequency: Numbers, recency: Numbers, T: Numbers, weights: Numbers | None = None
) -> Histories:
    """Check and group the histories of customers.

    Raises
    ------
    BadInputError
        ``clv_length``, ``clv_not_a_number``, ``clv_frequency``, ``clv_recency``, ``clv_weights``
        (see `check_histories`), ``clv_no_repeat`` where fewer than two customers bought again.
    """
    x, tx, age = check_histories(frequency, recency, T)
    weight = check_weights(weights, len(x))
    if weights is not None and not weight.all():
        keep = weight > 0
        x, tx, age, weight = x[keep], tx[keep], age[keep], weight[keep]
    buyers = int(np.count_nonzero(x)) if weights is None else float(weight[x > 0].sum())
    if buyers < _FEWEST_BUYERS:
        raise BadInputError(
            "clv_no_repeat",
            f"The model needs at least two customers who bought again, and found {buyers:g}.",
            found=f"{buyers:g}",
        )
    (gx, gt, ga), inverse = distinct_rows(x, tx, age)
    counts = np.bincount(inverse, None if weights is None else weight, len(gx))
    return Histories(gx.astype(np.int64), gt, ga, counts.astype(np.float64))


def check_histories(frequency: Numbers, recency: Numbers, T: Numbers) -> tuple[Floats, ...]:
    """Return the three columns as float arrays of one length, or say what is wrong with them.

    Raises
    ------
    BadInputError
        Different lengths or no rows; NaN or infinite; negative or broken frequencies; a recency
        below 0, above ``T``, or that does not fit the frequency (0 exactly for one-time buyers).
    """
    x, tx, age = (_column(v) for v in (frequency, recency, T))
    if not len(x) == len(tx) == len(age) or not len(x):
        raise BadInputError(
            "clv_length", "Frequency, recency and age must be columns of one length, not empty."
        )
    if not all(np.isfinite(v.sum()) for v in (x, tx, age)):
        raise BadInputError("clv_not_a_number", "Frequency, recency and age must be numbers.")
    if x.min() < 0 or (np.rint(x) != x).any():
        raise BadInputError("clv_frequency", "Repeat purchases must be whole numbers from 0.")
    if tx.min() < 0 or (tx > age).any() or ((tx > 0) != (x > 0)).any():
        raise BadInputError(
            "clv_recency",
            "The last purchase must lie between the first one and the end of observation, and "
            "after the first one exactly for customers who bought again.",
        )
    return x, tx, age


def check_weights(weights: Numbers | None, n: int) -> Floats:
    """Return weights of length ``n`` (ones by default).

    Raises
    ------
    BadInputError
        ``clv_weights``: another length, negative, not finite, or all zero.
    """
    if weights is None:
        return np.ones(n)
    found = _column(weights)
    if len(found) != n or not np.isfinite(found.sum()) or found.min() < 0 or not found.any():
        raise BadInputError(
            "clv_weights", "Weights must be one number from 0 per customer, not all of them 0."
        )
    return found


def distinct_rows(*columns: Floats) -> tuple[tuple[Floats, ...], Indices]:
    """Return the distinct rows of some columns, and for each row the place of its equal.

    Parameters
    ----------
    *columns : ndarray of shape (n,)
        Numbers from 0 up, finite.

    Returns
    -------
    values : tuple of ndarray of shape (n_distinct,)
    inverse : ndarray of int of shape (n,)
    """
    coded = [_codes(column) for column in columns]
    key = coded[0][0]
    size = coded[0][1]
    for codes, width in coded[1:]:
        key, size = key * width + codes, size * width
    if size >= 1 << 62:
        return _by_frame(columns)
    if size <= _TABLE * len(key) + 4_096:
        first = np.full(size, -1, dtype=np.int32)
        first[key] = np.arange(len(key), dtype=np.int32)
        used = np.flatnonzero(first >= 0)
        chosen = first[used]
        first[used] = np.arange(len(used), dtype=np.int32)
        inverse: Indices = first[key].astype(np.intp)
    else:
        inverse, uniques = pd.factorize(key)
        chosen = np.empty(len(uniques), dtype=np.int32)
        chosen[inverse] = np.arange(len(key), dtype=np.int32)
    return tuple(column[chosen] for column in columns), inverse


def summed_by(values: Floats, *weights: Floats) -> tuple[Floats, ...]:
    """Return the distinct values, as they come, and the sum of each weight over them."""
    (distinct,), inverse = distinct_rows(values)
    return distinct, *(np.bincount(inverse, w, len(distinct)).astype(np.float64) for w in weights)


def _by_frame(columns: tuple[Floats, ...]) -> tuple[tuple[Floats, ...], Indices]:
    """Distinct rows where no one integer can hold the key."""
    rows, inverse = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return tuple(rows.T), inverse.reshape(-1)


def _codes(column: Floats) -> tuple[npt.NDArray[np.int64], int]:
    """Whole numbers from 0 that are equal exactly where the values are, and their upper bound."""
    smallest, largest = float(column.min()), float(column.max())
    for unit in _UNITS:
        if largest * unit < 1 << 30:
            scaled = column * unit
            whole = np.rint(scaled)
            np.subtract(scaled, whole, out=scaled)
            if np.abs(scaled, out=scaled).max() <= 1e-9:
                whole -= round(smallest * unit)
                return whole.astype(np.int64), round(largest * unit) - round(smallest * unit) + 1
    codes, uniques = pd.factorize(column)
    return codes.astype(np.int64), len(uniques)


def _column(values: Numbers) -> Floats:
    try:
        return np.atleast_1d(np.asarray(values, dtype=np.float64)).reshape(-1)
    except (TypeError, ValueError) as error:
        raise BadInputError(
            "clv_not_a_number", "Frequency, recency and age must be numbers."
        ) from error
