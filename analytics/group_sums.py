"""Sums of features over groups of customers: adding them up, and making them from rows.

Frames here have a row per cell (groups that do not overlap), feature and level of a category (level
missing for numbers), with ``n`` (customers whose feature is known), ``missing``, ``total`` and
``under`` with their squares and product (the figure shown is ``total / under``: a mean where
``under`` counts customers, a ratio of sums otherwise), and ``scaled_total``, ``scaled_total_sq``
(what differences are measured on: the value itself, or ``sign(x)·ln(1 + |x|)`` of a long-tailed
one).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.stats import Floats

Unit = Literal["count", "money", "share", "days", "hours", "number"]
KEY = ["feature", "level"]
SUMS = [
    "n",
    "missing",
    "total",
    "total_sq",
    "under",
    "under_sq",
    "cross",
    "scaled_total",
    "scaled_total_sq",
]


@dataclass(frozen=True)
class Feature:
    """A number of a customer: its column, unit, and whether its tail is long."""

    name: str
    unit: Unit
    is_log: bool = False


def added(sums: pd.DataFrame, cells: Collection[str]) -> pd.DataFrame:
    """Return the sums of some cells added up, by feature and level (empty text for numbers).

    Every feature of ``sums`` is there, in its order, with zeros where the cells have nothing.
    """
    keyed = sums.assign(level=sums["level"].fillna(""))
    every = pd.MultiIndex.from_frame(keyed[KEY].drop_duplicates())
    chosen = keyed[keyed["cell"].isin(list(cells))].astype(dict.fromkeys(SUMS, "float64"))
    summed = chosen.groupby(KEY, sort=False)[SUMS].sum()
    return summed.reindex(every, fill_value=0.0)


def without(whole: pd.DataFrame, part: pd.DataFrame, cell: str = "0") -> pd.DataFrame:
    """Return the sums of everybody in ``whole`` who is not in ``part``, as one cell.

    Both have one cell, and ``part`` nothing that ``whole`` has not.
    """
    rest = added(whole, set(whole["cell"])) - added(part, set(part["cell"])).reindex(
        added(whole, ()).index, fill_value=0.0
    )
    named = rest.reset_index().assign(cell=cell)
    return named.assign(
        level=named["level"].where(named["level"] != ""),
        unit=units(whole).reindex(rest.index).to_numpy(),
    )


def units(sums: pd.DataFrame) -> pd.Series:
    """Return the unit of every feature and level."""
    keyed = sums.assign(level=sums["level"].fillna(""))
    found: pd.Series = keyed.drop_duplicates(KEY).set_index(KEY)["unit"]
    return found


def sums_of_rows(
    rows: pd.DataFrame, cell: pd.Series, features: Collection[Feature]
) -> pd.DataFrame:
    """Return the sums of numbers held in memory, as the warehouse would return them.

    Parameters
    ----------
    rows : DataFrame
        One row per customer with a column for each feature.
    cell : Series
        The cell of each row; rows without one are left out.
    """
    parts = []
    for feature in features:
        x = rows[feature.name].astype("float64")
        scaled = pd.Series(scaled_values(np.asarray(x, dtype="float64"), feature), index=rows.index)
        known = x.notna().astype("float64")
        columns = {
            "n": known,
            "missing": 1.0 - known,
            "total": x,
            "total_sq": x * x,
            "under": known,
            "under_sq": known,
            "cross": x,
            "scaled_total": scaled,
            "scaled_total_sq": scaled * scaled,
        }
        summed = pd.DataFrame(columns).groupby(cell.to_numpy(), sort=True).sum()
        named = summed.rename_axis("cell").reset_index()
        parts.append(named.assign(feature=feature.name, level=None, unit=feature.unit))
    return pd.concat(parts, ignore_index=True)


def scaled_values(x: Floats, feature: Feature) -> Floats:
    """Return what differences of a feature are measured on."""
    return np.sign(x) * np.log1p(np.abs(x)) if feature.is_log else x
