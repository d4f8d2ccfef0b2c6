"""Whether the open pipeline is enough for the quota, and how much has been enough so far.

Two ratios go by the name of coverage: open value by the whole quota, and open value by what is
still to be won. Both are given. How much is needed is one by the share of open value that was won
in past periods, seen from the same day of those periods as it was known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.stats import LEVEL, ratio_interval
from analytics.work_days import WorkDays


@dataclass(frozen=True)
class NeededCoverage:
    """How much open value a unit of wins has taken.

    Attributes
    ----------
    conversion, low, high : float
        Won by open value, over all periods, with Student's interval over periods (delta method).
        NaN with no open value; no interval with fewer than two periods.
    needed, needed_low, needed_high : float
        One by those. ``needed_high`` is NaN where conversion may be 0: no amount is surely enough.
    came_later : float
        Share of what was won in those periods that came from other deals: not yet there on that
        day, or not expected in the period. NaN where nothing was won.
    periods, deals, without_amount : int
        Periods and deals this comes from; open deals left out, since their amount is not known.
    """

    conversion: float
    low: float
    high: float
    needed: float
    needed_low: float
    needed_high: float
    came_later: float
    periods: int
    deals: int
    without_amount: int


def coverage(parts: pd.DataFrame, open_value: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return both ratios.

    Parameters
    ----------
    parts : DataFrame
        Of ``analytics.quota.attainment`` or ``team_attainment``.
    open_value : DataFrame
        ``by`` and ``open_value``: money of open deals expected to close in the period. Who is not
        in it has 0.
    by : sequence of str
        Columns to join on; none where each frame is one row of everything.

    Returns
    -------
    DataFrame
        ``parts`` with ``open_value``, ``of_quota``, ``left`` (quota less won, 0 where attained),
        ``of_left`` and ``coverage_status``: ``ok``, ``blank`` (no quota: neither ratio) or
        ``attained`` (nothing left to cover: no second ratio).
    """
    columns = [*by, "open_value"]
    joined = (
        parts.merge(open_value[columns], on=list(by), how="left", validate="many_to_one")
        if by
        else parts.assign(open_value=float(open_value["open_value"].sum()))
    )
    value = joined["open_value"].astype("float64").fillna(0.0)
    quota = joined["quota"].where(joined["quota"] > 0)
    left = (quota - joined["won_with_quota"]).clip(lower=0.0)
    return joined.assign(
        open_value=value,
        of_quota=value / quota,
        left=left,
        of_left=value / left.where(left > 0),
        coverage_status=np.select([quota.isna(), left == 0], ["blank", "attained"], "ok"),
    )


def same_days(
    period: tuple[date, date],
    until: date,
    past: Sequence[tuple[date, date]],
    *,
    days: WorkDays | None = None,
) -> list[date]:
    """Return, for each past period, the first day not known at the same point of it.

    The same point is the same share of working days gone, rounded to whole days.
    """
    calendar = days or WorkDays()
    whole = max(int(calendar.between(*period)), 1)
    gone = int(calendar.between(period[0], min(max(until, period[0]), period[1]))) / whole
    found = []
    for start, end in past:
        each = pd.date_range(start, end, freq="D")
        counted = calendar.between(np.full(len(each), np.datetime64(start)), each)
        target = round(gone * int(counted[-1])) if len(counted) else 0
        found.append(each[int(np.searchsorted(counted, target))].date())
    return found


def open_then(snapshots: pd.DataFrame, period: tuple[date, date], until: date) -> pd.DataFrame:
    """Return the deals that were open at the end of the day before ``until``, due in the period.

    Parameters
    ----------
    snapshots : DataFrame
        ``opportunity_snapshots``: ``opportunity_no``, ``valid_from``, ``valid_to``, ``outcome``,
        ``amount``, ``expected_close_on``. Deals without an expected day are not due.
    period : tuple of date
        ``[start, end)`` that the expected day, as known then, falls in.

    Returns
    -------
    DataFrame
        ``opportunity_no``, ``open_amount`` (as known then).
    """
    day = pd.Timestamp(until) - pd.Timedelta(days=1)
    start, end = (pd.Timestamp(one) for one in period)
    known = (snapshots["valid_from"] <= day) & ~(snapshots["valid_to"] <= day)
    due = (snapshots["expected_close_on"] >= start) & (snapshots["expected_close_on"] < end)
    rows = snapshots[known & due & snapshots["outcome"].isna()]
    return rows[["opportunity_no", "amount"]].rename(columns={"amount": "open_amount"})


def needed_coverage(
    past: pd.DataFrame, won: pd.DataFrame, *, level: float = LEVEL
) -> NeededCoverage:
    """Return how much open value has been needed, seen from the same day of past periods.

    Parameters
    ----------
    past : DataFrame
        One row per period and deal open then: ``period`` (its first day), ``opportunity_no``,
        ``open_amount`` (see ``open_then``).
    won : DataFrame
        One row per deal won in those periods after that day: ``period``, ``opportunity_no``,
        ``amount``.
    level : float
        Coverage of the interval, 0 to 1.
    """
    known = past[past["open_amount"].notna()]
    joined = known.merge(won, on=["period", "opportunity_no"], how="left", validate="one_to_one")
    each = joined.assign(amount=joined["amount"].fillna(0.0)).groupby("period")
    opened, taken = (each[name].sum().astype("float64") for name in ("open_amount", "amount"))
    total, all_won = float(opened.sum()), float(won["amount"].sum())
    edges = ratio_interval(
        len(opened), float(taken.sum()), total, numerator_sq=float((taken**2).sum()),
        denominator_sq=float((opened**2).sum()), cross=float((taken * opened).sum()), level=level,
    )  # fmt: skip
    low, high = max(float(edges[0]), 0.0), float(edges[1])
    low = np.nan if np.isnan(edges[0]) else low
    ratio = float(taken.sum()) / total if total > 0 else np.nan
    return NeededCoverage(
        conversion=ratio,
        low=low,
        high=high,
        needed=_one_by(ratio),
        needed_low=_one_by(high),
        needed_high=_one_by(low),
        came_later=1 - float(taken.sum()) / all_won if all_won > 0 else np.nan,
        periods=len(opened),
        deals=len(known),
        without_amount=len(past) - len(known),
    )


def _one_by(share: float) -> float:
    return 1 / share if share > 0 else np.nan
