"""Detractors called back: how many in time, and what came of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.stats import wilson_interval


@dataclass(frozen=True)
class CalledBack:
    """How many detractors were spoken to within so many days.

    Attributes
    ----------
    due : int
        Detractors whose days are over: those that can be judged.
    in_time : int
        Of them, spoken to by their last day.
    share, low, high : float
        ``in_time`` ÷ ``due`` with Wilson's interval; NaN without any.
    running : int
        Detractors whose days are not over; in no figure.
    """

    due: int
    in_time: int
    share: float
    low: float
    high: float
    running: int


def called_back(days: pd.DataFrame, calls: pd.DataFrame, *, within: int, today: date) -> CalledBack:
    """Return how many were called back in time.

    Parameters
    ----------
    days : DataFrame
        ``answered_on``, ``detractors``.
    calls : DataFrame
        ``answered_on``, ``called_on`` (business day; missing without a call), ``is_reached``.
    within : int
        Days after the day of the answer, the last one included.
    today : date
        Not over yet are answers of ``within`` days before today and later.
    """
    over = pd.Timestamp(today) - pd.Timedelta(days=within)
    is_over = days["answered_on"] < over
    due = int(days.loc[is_over, "detractors"].sum())
    wait = (calls["called_on"] - calls["answered_on"]).dt.days
    is_in_time = (calls["answered_on"] < over) & calls["is_reached"] & (wait <= within)
    in_time = int(is_in_time.sum())
    share = low = high = np.nan
    if due:
        share = in_time / due
        low, high = (float(side) for side in wilson_interval(in_time, due))
    return CalledBack(due, in_time, share, low, high, int(days["detractors"].sum()) - due)


def outcomes(calls: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return what came of calls that are done.

    Parameters
    ----------
    calls : DataFrame
        ``status``, ``outcome`` (missing: not told).
    names : tuple of str
        Outcomes in their order.

    Returns
    -------
    DataFrame
        ``outcome`` (the last one missing: not told, left out where there is none), ``n``,
        ``share`` of all that are done, ``low``, ``high`` (Wilson). Empty without any.
    """
    done = calls[calls["status"] == "done"]
    told = [int((done["outcome"] == name).sum()) for name in names]
    untold = len(done) - sum(told)
    rows = pd.DataFrame(
        {
            "outcome": [*names, *([None] if untold else [])],
            "n": [*told, *([untold] if untold else [])],
        }
    )
    if done.empty:
        return rows.iloc[:0].assign(share=0.0, low=0.0, high=0.0)
    low, high = wilson_interval(rows["n"], len(done))
    return rows.assign(share=rows["n"] / len(done), low=low, high=high)
