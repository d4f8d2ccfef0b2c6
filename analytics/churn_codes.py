"""Reasons as codes that pages say in words: ``field:high``, ``field:low``, ``field=value`` …

A code says what the field is like, not what it does: that it speaks for leaving is why it is there.
High and low are against the middle customer that was learnt from.
"""

import json

import numpy as np
import pandas as pd
from pandas.api import types

from analytics.stats import Floats

HIGH, LOW, MISSING, YES, NO = "high", "low", "missing", "yes", "no"


def middles(frame: pd.DataFrame) -> dict[str, float]:
    """Return the median of each field of numbers; NaN where nobody has one."""
    return {
        str(name): float(frame[name].median())
        for name in frame.columns
        if types.is_numeric_dtype(frame[name]) and not types.is_bool_dtype(frame[name])
    }


def reason_codes(reasons: pd.DataFrame, n_customers: int, middle: dict[str, float]) -> pd.Series:
    """Return what speaks for leaving, as a JSON list of codes by customer, the strongest first.

    Parameters
    ----------
    reasons : DataFrame
        ``row``, ``rank``, ``field``, ``value``, ``contribution``: see ``churn_reasons``; rows count
        from 0.
    n_customers : int
    middle : dict
        See ``middles``. Other fields are said by their value.

    Returns
    -------
    Series of str, shape (n_customers,)
        ``[]`` where nothing speaks for leaving.
    """
    told = reasons[reasons["contribution"] > 0]
    number, names = pd.factorize(_codes(told, middle))
    width = int(told["rank"].max()) if len(told) else 1
    chosen = np.full((n_customers, width), -1, dtype=np.int64)
    chosen[told["row"].to_numpy(), told["rank"].to_numpy() - 1] = number
    # Few different lists: each is written once.
    lists, place = np.unique(chosen, axis=0, return_inverse=True)
    written = [
        json.dumps([str(names[one]) for one in row if one >= 0], ensure_ascii=False)
        for row in lists
    ]
    return pd.Series(np.array(written, dtype=object)[place.ravel()], dtype="str")


def _codes(told: pd.DataFrame, middle: dict[str, float]) -> pd.Series:
    field = told["field"].astype(str)
    codes = field + "=" + told["value"].astype(str)
    for name, own in told.groupby("field", observed=True):
        if str(name) in middle:
            codes.loc[own.index] = _numbers(str(name), own["value"], middle[str(name)])
        elif own["value"].dropna().isin((True, False)).all():
            codes.loc[own.index] = _flags(str(name), own["value"])
    missing = told["value"].isna()
    return codes.where(~missing, field + ":" + MISSING)


def _numbers(name: str, values: pd.Series, middle: float) -> Floats:
    numbers = values.astype("float64").to_numpy()
    return np.where(numbers > middle, f"{name}:{HIGH}", f"{name}:{LOW}")


def _flags(name: str, values: pd.Series) -> Floats:
    return np.where(values.fillna(False).astype(bool), f"{name}:{YES}", f"{name}:{NO}")
