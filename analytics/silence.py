"""How long customers pause between orders, and from when on a pause means that they are gone."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval
from crm_data.silence import SILENCE_DAYS

MIN_GAPS = 100  # fewer do not show a ninth tenth; the proposal of all customers stands in
DEFAULT_DAYS = 180  # where nobody has ordered on two days


@dataclass(frozen=True)
class Proposal:
    """Days of silence proposed for a group of customers.

    Attributes
    ----------
    member : str or None
        The group; None for customers without one, or for all together.
    days : int
        One of ``SILENCE_DAYS``.
    quantile_days : int or None
        The gap that the chosen share of gaps does not exceed; None without gaps.
    gaps : int
        Gaps that it rests on.
    is_own : bool
        False where the group has too few gaps and takes the proposal of all customers.
    silences, followed, came_back : int
        Silences of so many days; those with as many days again in the data; of these, those that
        ended within them.
    back_share, low, high : float or None
        Came back ÷ followed, Wilson 95 %; None where nothing could be followed.
    """

    member: str | None
    days: int
    quantile_days: int | None
    gaps: int
    is_own: bool
    silences: int
    followed: int
    came_back: int
    back_share: float | None
    low: float | None
    high: float | None


def gap_quantile(gaps: pd.DataFrame, share: float) -> int | None:
    """Return the days that at least ``share`` of the gaps do not exceed.

    Parameters
    ----------
    gaps : DataFrame
        ``gap_days`` and ``gaps``, how many of that length; lengths may repeat.
    share : float
        0 to 1.

    Notes
    -----
    Only gaps that ended are known. Who never orders again adds none, which is what makes the
    quantile one of customers who are still there; but a short history cuts off long gaps.

    Examples
    --------
    >>> gap_quantile(pd.DataFrame({"gap_days": [10, 30, 80], "gaps": [5, 4, 1]}), 0.9)
    30
    """
    counted = gaps.groupby("gap_days")["gaps"].sum().sort_index()
    total = int(counted.sum())
    if not total:
        return None
    # A share of n gaps is a whole number of them: 0.9 of 10 is 9, whatever 0.9 * 10 is in floats.
    needed = math.ceil(round(share * total, 6))
    return int(counted.index[int(np.searchsorted(counted.cumsum().to_numpy(), needed))])


def rounded_up(days: int | None) -> int:
    """Return the shortest of ``SILENCE_DAYS`` that is no shorter; the longest where none is."""
    if days is None:
        return DEFAULT_DAYS
    return next((candidate for candidate in SILENCE_DAYS if candidate >= days), SILENCE_DAYS[-1])


def proposal(gaps: pd.DataFrame, ends: pd.DataFrame, share: float) -> Proposal:
    """Return the proposal for all customers together, from ``GAP_COUNTS`` and ``SILENCE_ENDS``."""
    found = gap_quantile(gaps, share)
    total = int(gaps["gaps"].sum())
    return _with_ends(None, rounded_up(found), found, total, ends, is_own=True)


def proposals(gaps: pd.DataFrame, ends: pd.DataFrame, share: float) -> list[Proposal]:
    """Return the proposal of each member of a split, most gaps first."""
    overall = rounded_up(gap_quantile(gaps, share))
    members = [None if pd.isna(name) else str(name) for name in ends["member"].unique()]
    found = []
    for member in members:
        own, own_ends = _of(gaps, member), _of(ends, member)
        total, quantile = int(own["gaps"].sum()), gap_quantile(own, share)
        is_own = total >= MIN_GAPS
        days = rounded_up(quantile) if is_own else overall
        found.append(_with_ends(member, days, quantile, total, own_ends, is_own=is_own))
    return sorted(found, key=lambda one: (-one.gaps, one.member or ""))


def back_of(ends: pd.DataFrame, days: int) -> Proposal:
    """Return who came back after silences of ``days``, whatever is proposed."""
    return _with_ends(None, days, None, 0, ends, is_own=True)


def silence_observable_from(first_day: date, days: int) -> date:
    """Return the first day on which anybody of a history can have fallen silent."""
    return first_day + timedelta(days=days + 1)


def _with_ends(
    member: str | None,
    days: int,
    quantile: int | None,
    total: int,
    ends: pd.DataFrame,
    *,
    is_own: bool,
) -> Proposal:
    rows = ends[ends["silence_days"] == days]
    silences, followed, came_back = (
        int(rows[name].sum()) for name in ("silences", "followed", "came_back")
    )
    sides: tuple[float | None, ...] = (None, None, None)
    if followed:
        low, high = wilson_interval(came_back, followed)
        sides = (came_back / followed, float(low), float(high))
    return Proposal(
        member, days, quantile, total, is_own, silences, followed, came_back, *sides
    )  # fmt: skip


def _of(frame: pd.DataFrame, member: str | None) -> pd.DataFrame:
    names = frame["member"]
    return frame[names.isna() if member is None else names == member]
