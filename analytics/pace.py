"""Whether what was won is on its way to the quota, on this day of the period."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from analytics.stats import Floats
from analytics.work_days import WorkDays

_POINTS = 101


def pace(
    parts: pd.DataFrame,
    period: tuple[date, date],
    *,
    until: date,
    curve: pd.DataFrame | None = None,
    days: WorkDays | None = None,
) -> pd.DataFrame:
    """Hold what was won so far against what was due so far.

    Parameters
    ----------
    parts : DataFrame
        Of ``analytics.quota.attainment`` or ``team_attainment``.
    period : tuple of date
        ``[start, end)``.
    until : date
        First day that is not yet known.
    curve : DataFrame, optional
        Of ``pace_curve``: how the team's past periods ran. Without it, evenly by working day.
    days : WorkDays, optional
        Monday to Friday where left out.

    Returns
    -------
    DataFrame
        ``parts`` with ``elapsed`` (share of the period's working days, 0 to 1), ``expected`` (money
        by now: by working days of the person's own, pro-rated quota), ``gap`` (won less expected),
        ``left`` (to the quota, 0 where it is attained), ``days_left`` (working days), ``per_day``
        (``left`` by ``days_left``; NaN where no day is left), and with a curve ``usual`` (money by
        now as in the past), ``usual_low``, ``usual_high``, ``usual_gap``. NaN without a quota.
    """
    calendar = days or WorkDays()
    whole = int(calendar.between(*period))
    known = min(max(until, period[0]), period[1])
    days_left = int(calendar.between(known, period[1]))
    elapsed = 1 - days_left / whole if whole else np.nan
    won, quota = parts["won_with_quota"], parts["quota"]
    left = (quota - won).clip(lower=0.0)
    found = parts.assign(
        elapsed=elapsed,
        expected=parts["due"],
        gap=won - parts["due"],
        left=left,
        days_left=days_left,
        per_day=left / days_left if days_left else np.nan,
    )
    if curve is None or curve.empty:
        return found
    usual, low, high = (
        float(np.interp(elapsed, curve["elapsed"], curve[name]))
        for name in ("share", "low", "high")
    )
    return found.assign(
        usual=quota * usual, usual_low=quota * low, usual_high=quota * high,
        usual_gap=won - quota * usual,
    )  # fmt: skip


def pace_curve(
    deals: pd.DataFrame, periods: Sequence[tuple[date, date]], *, days: WorkDays | None = None
) -> pd.DataFrame:
    """Say how much of a period's wins was there by each share of its working days.

    Parameters
    ----------
    deals : DataFrame
        Won deals: ``closed_on``, ``amount`` (missing ones are left out).
    periods : sequence of tuple of date
        Past periods ``[start, end)``, all of them over.
    days : WorkDays, optional

    Returns
    -------
    DataFrame
        ``elapsed`` (0, 0.01, … 1), ``share`` (of what was won in the end, mean of the periods: each
        is one example, however large), ``low`` and ``high`` (the slowest and the fastest period),
        ``periods``. Empty where nothing was won in any.
    """
    calendar = days or WorkDays()
    known = deals[deals["amount"].notna() & deals["closed_on"].notna()]
    curves = [one for span in periods if (one := _curve(known, span, calendar)) is not None]
    elapsed = np.linspace(0, 1, _POINTS)
    if not curves:
        return pd.DataFrame({n: [] for n in ("elapsed", "share", "low", "high", "periods")})
    each = np.vstack(curves)
    return pd.DataFrame(
        {
            "elapsed": elapsed,
            "share": each.mean(axis=0),
            "low": each.min(axis=0),
            "high": each.max(axis=0),
            "periods": len(curves),
        }
    )


def _curve(deals: pd.DataFrame, span: tuple[date, date], calendar: WorkDays) -> Floats | None:
    start, end = (pd.Timestamp(day) for day in span)
    own = deals[(deals["closed_on"] >= start) & (deals["closed_on"] < end)]
    total, whole = float(own["amount"].sum()), int(calendar.between(start, end))
    if total <= 0 or not whole:
        return None
    after = own["closed_on"] + pd.Timedelta(days=1)  # won by the end of that day
    at = calendar.between(np.full(len(own), start), after)
    by_day = np.bincount(at, weights=own["amount"].astype("float64"), minlength=whole + 1)
    share = np.cumsum(by_day) / total
    return np.interp(np.linspace(0, 1, _POINTS), np.arange(whole + 1) / whole, share)
