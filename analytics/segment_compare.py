"""Segments side by side on every feature, with intervals, also where they share customers.

Each figure is a ratio of sums ``R = Σx/Σy`` (a mean where y is 1). The error of a difference is
that of ``Σ uA − Σ uB`` with ``u = (x − R·y)/Σy`` over each segment; a customer of both is in both
sums, so what they share takes error away. For shares: R. G. Newcombe's hybrid of Wilson's
intervals (1998, Statistics in Medicine 17, 2635–2650, method 10), with the correlation that shared
customers bring.
"""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.group_sums import KEY, added, units
from analytics.stats import Floats, ratio_interval, wilson_interval

_LEAST = 2
_LEAST_TOLD = 5  # of so few the spread is hardly known, and with it the interval
COLUMNS = [
    "feature",
    "level",
    "unit",
    "group",
    "n",
    "value",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "relation",
]


def compare(
    sums: pd.DataFrame, groups: Mapping[str, Collection[str]], *, against: Collection[str]
) -> pd.DataFrame:
    """Return every feature of every group, and how it differs from a reference.

    Parameters
    ----------
    sums : DataFrame
        ``GROUP_SUMS``: see ``analytics.group_sums``.
    groups : mapping of str to collection of str
        The cells of each group; groups may share cells.
    against : collection of str
        The cells of the reference: all of them for "all customers", or those of one group.

    Returns
    -------
    DataFrame
        ``feature``, ``level`` (empty for numbers), ``unit``, ``group``, ``n`` (customers whose
        feature is known), ``value`` with its 95 % interval ``low`` to ``high``, ``difference`` to
        the reference with its interval, ``relation``: higher or lower where that interval leaves
        out zero, cannot_tell where it does not, there is none or fewer than five are known, same
        where the group is the reference. Features that nobody in the reference has are left out.
    """
    base = added(sums, against)
    unit = units(sums).reindex(base.index)
    parts = []
    for name, cells in groups.items():
        mine, both = added(sums, cells), added(sums, set(cells) & set(against))
        frame = _figures(mine).assign(unit=unit, group=name, **_difference(mine, base, both))
        is_same = set(cells) == set(against)
        frame["relation"] = "same" if is_same else _relation(frame)
        parts.append(frame[(base["n"] > 0).to_numpy()])
    found = pd.concat(parts).rename_axis(KEY).reset_index()
    order = {key: place for place, key in enumerate(base.index)}
    keys = zip(found["feature"], found["level"], strict=True)
    found = found.assign(place=[order[key] for key in keys]).sort_values("place", kind="stable")
    return found.astype({"n": "int64"})[COLUMNS].reset_index(drop=True)


def shared(sizes: pd.DataFrame, groups: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Return how many customers each pair of groups shares.

    Parameters
    ----------
    sizes : DataFrame
        ``cell`` and ``customers``.
    groups : mapping of str to collection of str
        The cells of each group.

    Returns
    -------
    DataFrame
        One row per ordered pair: ``group``, ``other``, ``customers`` (of the group), ``shared``,
        ``shared_share`` (of the group; NaN where it is empty).
    """
    size = dict(zip(sizes["cell"], sizes["customers"].astype("int64"), strict=True))

    def count(cells: Collection[str]) -> int:
        return sum(size.get(cell, 0) for cell in cells)

    rows = [
        (one, other, count(cells), count(set(cells) & set(groups[other])))
        for one, cells in groups.items()
        for other in groups
        if one != other
    ]
    frame = pd.DataFrame(rows, columns=["group", "other", "customers", "shared"])
    of = frame["customers"].where(frame["customers"] > 0).astype("float64")
    return frame.assign(shared_share=frame["shared"] / of)


def _figures(sums: pd.DataFrame) -> pd.DataFrame:
    is_level = sums.index.get_level_values("level") != ""
    low, high = ratio_interval(
        sums["n"], sums["total"], sums["under"], numerator_sq=sums["total_sq"],
        denominator_sq=sums["under_sq"], cross=sums["cross"],
    )  # fmt: skip
    share_low, share_high = wilson_interval(sums["total"].where(is_level), sums["n"])
    value = sums["total"] / sums["under"].where(sums["under"] > 0)
    frame = pd.DataFrame({"n": sums["n"], "value": value}, index=sums.index)
    return frame.assign(
        low=np.where(is_level, share_low, low), high=np.where(is_level, share_high, high)
    )


def _difference(one: pd.DataFrame, base: pd.DataFrame, both: pd.DataFrame) -> dict[str, Floats]:
    is_level = (one.index.get_level_values("level") != "").astype(bool)
    gap = _array(_figures(one)["value"]) - _array(_figures(base)["value"])
    half = 1.959963984540054 * np.sqrt(_variance(one, base, both))
    half = np.where((one["n"] < _LEAST) | (base["n"] < _LEAST) | (half == 0), np.nan, half)
    down, up = _newcombe(one, base, both, gap)
    return {
        "difference": gap,
        "difference_low": np.where(is_level, down, gap - half),
        "difference_high": np.where(is_level, up, gap + half),
    }


def _variance(one: pd.DataFrame, base: pd.DataFrame, both: pd.DataFrame) -> Floats:
    """Variance of the difference: residuals of each, less twice what the shared bring."""
    r1, r2 = _array(_figures(one)["value"]), _array(_figures(base)["value"])
    y1, y2 = (np.where(s["under"] > 0, s["under"], np.nan) for s in (one, base))

    def products(sums: pd.DataFrame, a: Floats, b: Floats) -> Floats:
        return np.asarray(sums["total_sq"] - (a + b) * sums["cross"] + a * b * sums["under_sq"])

    corrected = [
        np.maximum(products(s, r, r), 0.0) / y**2 * s["n"] / np.maximum(s["n"] - 1, 1)
        for s, r, y in ((one, r1, y1), (base, r2, y2))
    ]
    together = products(both, r1, r2) / (y1 * y2)
    variance = np.maximum(corrected[0] + corrected[1] - 2 * together, 0.0)
    rounding = 1e-12 * (corrected[0] + corrected[1])
    return np.asarray(np.where(variance > rounding, variance, 0.0))


def _newcombe(
    one: pd.DataFrame, base: pd.DataFrame, both: pd.DataFrame, gap: Floats
) -> tuple[Floats, Floats]:
    figures = (_figures(one), _figures(base))
    (p1, l1, u1), (p2, l2, u2) = (
        tuple(_array(frame[name]) for name in ("value", "low", "high")) for frame in figures
    )
    size = np.where((one["n"] > 0) & (base["n"] > 0), one["n"] * base["n"], np.nan)
    phi = _array(both["n"]) / np.sqrt(size)

    def reach(a: Floats, b: Floats) -> Floats:
        return np.asarray(np.sqrt(np.maximum(a**2 + b**2 - 2 * phi * a * b, 0.0)))

    return gap - reach(p1 - l1, u2 - p2), gap + reach(u1 - p1, p2 - l2)


def _relation(frame: pd.DataFrame) -> npt.NDArray[np.str_]:
    is_told = frame["n"] >= _LEAST_TOLD
    return np.select(
        [is_told & (frame["difference_low"] > 0), is_told & (frame["difference_high"] < 0)],
        ["higher", "lower"],
        "cannot_tell",
    )


def _array(values: pd.Series) -> Floats:
    return values.to_numpy(dtype="float64")
