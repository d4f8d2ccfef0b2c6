"""Survival curves of several groups, beside each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.risk_sets import coded, counted, flags, observed
from analytics.survival import curve_of

LEAST = 20  # durations in a group; of fewer, the interval of a curve says nothing
MOST = 8  # curves that can be told apart in one chart


@dataclass(frozen=True, eq=False)
class GroupCurves:
    """Curves of the groups that are large enough, and what became of every group.

    Attributes
    ----------
    curves : DataFrame
        ``group`` and the columns of ``kaplan_meier``; groups in the order of ``groups``.
    groups : DataFrame
        One row per group, the largest first: ``group``, ``n`` (durations), ``ended``, ``status``:
        ``shown``, ``too_small`` (fewer than ``least``) or ``too_many`` (large enough, but ``most``
        others are larger).
    without_group : int
        Durations whose group is missing; in no curve.
    """

    curves: pd.DataFrame
    groups: pd.DataFrame
    without_group: int


def kaplan_meier_by_group(
    durations: Any,
    ended: Any,
    groups: Any,
    *,
    entered: Any = None,
    weights: Any = None,
    level: float = 0.95,
    least: int = LEAST,
    most: int = MOST,
) -> GroupCurves:
    """Estimate ``kaplan_meier`` in each group.

    Parameters
    ----------
    durations, ended, entered, level
        As in ``kaplan_meier``.
    groups : array of text or numbers, shape (n,)
        The group of each; missing: in none.
    weights : array of int from 0, shape (n,), optional
        How many each stands for, by default one.
    least : int
        Durations that a group needs for a curve, 1 or more.
    most : int
        Curves at most: of the largest groups, and of equally large ones those sorted first.

    Raises
    ------
    ValueError
        As ``kaplan_meier``, or there are more or fewer groups than durations.
    """
    seen = observed(durations, flags(ended), entered, weights)
    codes, names = coded(groups)
    if len(codes) != len(seen.kept):
        raise ValueError(
            f"groups should be as long as durations, {len(seen.kept)}, but is {len(codes)}."
        )
    codes = codes[seen.kept]
    is_end, least_codes = seen.cause > 0, len(names) + 1
    n = counted(codes + 1, seen.weights, least_codes)
    ends = counted(codes[is_end] + 1, seen.weights_of(is_end), least_codes)
    order = np.argsort(-n[1:], kind="stable")
    size = n[1:][order]
    status = np.where(size < max(least, 1), "too_small", "shown").astype(object)
    status[most:] = np.where(status[most:] == "shown", "too_many", status[most:])
    told = pd.DataFrame(
        {
            "group": pd.Series([names[i] for i in order], dtype=None if names else "object"),
            "n": size,
            "ended": ends[1:][order],
            "status": status,
        }
    )
    parts = [
        curve_of(seen.among(codes == order[i]), level).assign(group=names[order[i]])
        for i in np.flatnonzero(status == "shown")
    ]
    curves = pd.concat(parts, ignore_index=True) if parts else _no_curve(level)
    return GroupCurves(curves[["group", *curves.columns.drop("group")]], told, int(n[0]))


def _no_curve(level: float) -> pd.DataFrame:
    nothing = curve_of(observed([], []), level)
    return nothing.assign(group=pd.Series(dtype="object"))
