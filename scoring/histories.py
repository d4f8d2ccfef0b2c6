"""What steps that look at several days share: months of orders as arrays, letters as text."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

EPOCH = date(1970, 1, 1)
Letters = npt.NDArray[np.uint8]


def day_number(day: date) -> int:
    """Return a day counted from 1970-01-01."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the day of a number."""
    return EPOCH + timedelta(days=number)


def month_slices(order_months: pd.DataFrame) -> Iterator[tuple[int, slice]]:
    """Yield the first day of each month of ``ORDER_MONTHS`` and where its rows are."""
    months = order_months["month_no"].to_numpy(np.int64)
    starts = np.flatnonzero(np.diff(months, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(months)]):
        yield int(months[start]), slice(start, end)


def places(customers: pd.DataFrame, order_months: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the row of ``customers`` that each row of ``ORDER_MONTHS`` is about."""
    numbers = customers["customer_no"].to_numpy(np.int64)
    first = numbers.min()  # below zero: customers that only orders know
    place = np.zeros(numbers.max() - first + 1, dtype=np.int64)
    place[numbers - first] = np.arange(len(numbers))
    found: npt.NDArray[np.int64] = place[order_months["customer_no"].to_numpy(np.int64) - first]
    return found


def text_of(days: Sequence[Letters]) -> pd.Series:
    """Return one text per customer: a letter for each day."""
    matrix = np.ascontiguousarray(np.stack(days, axis=1))
    # Letters are bytes already: Arrow takes them as they are, twenty times as fast as astype.
    ends = np.arange(len(matrix) + 1, dtype=np.int64) * len(days)
    array = pa.LargeStringArray.from_buffers(len(matrix), pa.py_buffer(ends), pa.py_buffer(matrix))
    return pd.Series(pd.array(array, dtype="str"))


def named(codes: npt.NDArray[np.int64], names: Sequence[str]) -> pd.Series:
    """Return names by their place, as a category; -1 is missing."""
    kinds = pd.CategoricalDtype(list(names))
    return pd.Series(pd.Categorical.from_codes(codes, dtype=kinds))


def owners(customers: pd.DataFrame) -> tuple[npt.NDArray[np.int64], pd.Series]:
    """Return a number for each customer's owner, 0 for none, and the owners by that number."""
    codes, names = pd.factorize(customers["owner_id"])
    return codes.astype(np.int64) + 1, pd.Series([None, *names], dtype="str")
