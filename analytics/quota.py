"""How much of the quota was won, for people who were there for all of the period or part of it.

Rules
-----
- A quota is spread evenly over the working days of its own period. Of them count those inside the
  period asked about and on which the person was employed: a monthly quota counts in full in its
  quarter, a yearly one for a quarter of its days, and half of it for who came at half-time.
- A person is employed from ``hired_on`` to ``left_on``, both days included; missing is open-ended.
- A team's attainment is the sum of what was won by the sum of quotas, never a mean of people.
- Without a quota there is no attainment, and a quota of 0 cannot be attained in part. What people
  without a quota won is in their team's wins, but not in its attainment.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.work_days import WorkDays

_ONE = pd.Timedelta(days=1)
_SUMS = ["quota", "due", "won", "won_with_quota"]


def attainment(
    quotas: pd.DataFrame,
    won: pd.DataFrame,
    people: pd.DataFrame,
    period: tuple[date, date],
    *,
    until: date,
    days: WorkDays | None = None,
) -> pd.DataFrame:
    """Hold what each person won in a period against their quota.

    Parameters
    ----------
    quotas : DataFrame
        ``owner_id``, ``period_start``, ``period_end`` (exclusive), ``amount`` (money; a missing one
        is no quota).
    won : DataFrame
        ``owner_id``, ``won``: money won in the period, up to ``until``. Who is not in it won 0.
    people : DataFrame
        ``owner_id``, ``hired_on``, ``left_on``, and whatever else is wanted beside (team, office).
    period : tuple of date
        ``[start, end)``.
    until : date
        First day that is not yet known.
    days : WorkDays, optional
        Monday to Friday where left out.

    Returns
    -------
    DataFrame
        One row per person employed in the period or with wins in it, in the order of ``people``:
        its columns, ``quota`` (pro-rated money; NaN: none), ``due`` (of it, by ``until``), ``won``,
        ``won_with_quota`` (NaN without quota), ``attained`` (share), ``work_days`` (employed, in
        the period), ``quota_days`` (of them with a quota), ``status``: ``ok``, ``blank``, ``part``
        (some days without a quota: the attainment is too high), ``zero`` (a quota of 0).

    Notes
    -----
    Quotas that overlap are added up, and their days are counted once each at most.
    """
    calendar = days or WorkDays()
    there = _employed(people, period, calendar)
    of = _prorated(quotas, there, until, calendar)
    amounts = won.groupby("owner_id")["won"].sum()
    frame = people.join(there[["work_days"]]).merge(of, on="owner_id", how="left")
    frame["won"] = frame["owner_id"].map(amounts).astype("float64").fillna(0.0)
    frame["quota_days"] = frame["quota_days"].fillna(0).clip(upper=frame["work_days"])
    frame = frame.astype({"quota_days": "int64"})
    frame["won_with_quota"] = frame["won"].where(frame["quota"].notna())
    kept = frame[(frame["work_days"] > 0) | (frame["won"] != 0)]
    return _with_share(kept.reset_index(drop=True))


def team_attainment(parts: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Add people up to teams, or to all of them together.

    Parameters
    ----------
    parts : DataFrame
        Of ``attainment``.
    by : sequence of str
        Columns to group by; a missing value is a group of its own.

    Returns
    -------
    DataFrame
        ``by``, ``quota``, ``due``, ``won`` (all of it), ``won_with_quota``, ``attained``
        (``won_with_quota`` / ``quota``), ``people``, ``blank`` (people without a quota),
        ``status`` (``part`` where anybody's quota is blank or in part).
    """
    told = parts.assign(
        people=1, blank=(parts["status"] == "blank").astype("int64"),
        partly=(parts["status"] == "part").astype("int64"),
    )  # fmt: skip
    keys: Any = list(by) if by else np.zeros(len(told), dtype="int64")
    grouped = told.groupby(keys, dropna=False, sort=True)
    sums = grouped[_SUMS].sum(min_count=1).join(grouped[["people", "blank", "partly"]].sum())
    found = _with_share(sums.reset_index(drop=not by))
    is_part = (found["status"] == "ok") & (found["blank"] + found["partly"] > 0)
    return found.assign(status=found["status"].mask(is_part, "part")).drop(columns="partly")


def _employed(people: pd.DataFrame, period: tuple[date, date], calendar: WorkDays) -> pd.DataFrame:
    """First day, day after the last, and working days of each person in the period."""
    start, end = pd.Timestamp(period[0]), pd.Timestamp(period[1])
    hired = people["hired_on"].fillna(start)
    left = people["left_on"].fillna(end) + _ONE
    first, last = hired.where(hired > start, start), left.where(left < end, end)
    return pd.DataFrame(
        {
            "owner_id": people["owner_id"],
            "first": first,
            "last": last,
            "work_days": calendar.between(first, last),
        },
        index=people.index,
    )


def _prorated(
    quotas: pd.DataFrame,
    there: pd.DataFrame,
    until: date,
    calendar: WorkDays,
) -> pd.DataFrame:
    # ``there`` ends with the period, so that nothing outside of it is counted.
    known = quotas[quotas["amount"].notna()].merge(there, on="owner_id")
    first = known["first"].where(known["first"] > known["period_start"], known["period_start"])
    last = known["last"].where(known["last"] < known["period_end"], known["period_end"])
    seen = last.where(last < pd.Timestamp(until), pd.Timestamp(until))
    whole = calendar.between(known["period_start"], known["period_end"])
    per_day: pd.Series = known["amount"].astype("float64") / np.where(whole > 0, whole, np.nan)
    n = calendar.between(first, last)
    parts = pd.DataFrame(
        {
            "owner_id": known["owner_id"],
            "quota": per_day * n,
            "due": per_day * calendar.between(first, seen),
            "quota_days": n,
        }
    )
    inside = parts[parts["quota_days"] > 0]
    return inside.groupby("owner_id", as_index=False)[["quota", "due", "quota_days"]].sum()


def _with_share(frame: pd.DataFrame) -> pd.DataFrame:
    quota = frame["quota"]
    status = np.select([quota.isna(), quota == 0], ["blank", "zero"], "ok").astype(object)
    if "quota_days" in frame:
        is_part = (status == "ok") & (frame["quota_days"] < frame["work_days"])
        status[is_part] = "part"
    return frame.assign(attained=frame["won_with_quota"] / quota.where(quota > 0), status=status)
