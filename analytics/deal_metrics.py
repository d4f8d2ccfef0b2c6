"""One figure of deals or leads with its parts and interval, as their analyses give it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom

from analytics.deal_attention import stuck
from analytics.deal_times import median_of_counts
from analytics.lead_flow import first_response
from analytics.slippage import slippage
from analytics.velocity import velocity
from analytics.weighted_pipeline import weighted_pipeline
from analytics.win_rates import DerailRule, win_rates


@dataclass(frozen=True)
class Figure:
    """A value and what it is made of; NaN where it is not known. ``n``: deals, leads or people."""

    value: float
    numerator: float
    denominator: float
    n: int
    low: float
    high: float


def broad_rate(
    deals: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    as_of: pd.Timestamp,
    age_days: float,
) -> Figure:
    """Return the broad rate of ``win_rates``, ``age_days`` being the age at which deals derail."""
    rate = win_rates(deals, start, end, as_of=as_of, rule=DerailRule(age_days=age_days)).broad
    return Figure(rate.share, rate.numerator, rate.denominator, rate.n, rate.low, rate.high)


def median_cycle(counts: pd.DataFrame) -> Figure:
    """Return the median days of deals won.

    Parameters
    ----------
    counts : DataFrame
        ``days``, ``deals`` (won after so many).

    Notes
    -----
    The interval is between two of the ordered days, so that half of all deals are on either side
    with 95 % at least; there is none with fewer than six deals.
    """
    each = counts.groupby("days")["deals"].sum().sort_index()
    days, number = each.index.to_numpy(dtype="float64"), each.to_numpy(dtype="int64")
    n = int(number.sum())
    low = high = np.nan
    rank = int(binom.ppf(0.025, n, 0.5)) if n else 0
    if rank >= 1:
        up_to = np.cumsum(number)
        low, high = days[np.searchsorted(up_to, [rank, n - rank + 1])].tolist()
    return Figure(median_of_counts(days, number), np.nan, np.nan, n, low, high)


def velocity_figure(closed: pd.DataFrame, opened: int) -> Figure:
    """Return ``velocity``: value expected of the open deals, by the mean days of those won."""
    found = velocity(closed, opened)
    parts = found.parts
    value, low, high = parts.to_numpy(dtype="float64")[0].tolist()
    rate, size, cycle = parts["value"].to_numpy(dtype="float64")[1:].tolist()
    return Figure(value, opened * rate * size, cycle, found.closed, low, high)


def slippage_figure(
    opening: pd.DataFrame, closing: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> Figure:
    """Return the share of the deals due that slipped, by ``slippage``."""
    found = slippage(opening, closing, start, end)
    return Figure(found.share, found.slipped, found.due, found.due, found.low, found.high)


def weighted_figure(opened: pd.DataFrame, rates: pd.DataFrame) -> Figure:
    """Return the value of ``weighted_pipeline``; ``n`` are the deals in the sum."""
    found = weighted_pipeline(opened, rates)
    return Figure(found.value, found.value, np.nan, found.told, found.low, found.high)


def stuck_count(opened: pd.DataFrame, as_of: pd.Timestamp, limits: pd.DataFrame) -> Figure:
    """Return how many open deals are stuck; not known where it can be told of none of them.

    Parameters
    ----------
    opened : DataFrame
        Open deals by ``pipeline``, ``stage_no`` and ``stage_since_on``: ``deals``.
    limits : DataFrame
        Of ``stage_history.limits_of``.
    """
    is_stuck, is_told = stuck(opened, as_of, limits=limits)
    told = int(opened["deals"][is_told].sum())
    if not told and len(opened):
        return Figure(np.nan, np.nan, np.nan, 0, np.nan, np.nan)
    count = float(opened["deals"][is_stuck].sum())
    return Figure(count, count, np.nan, told, np.nan, np.nan)


def attained(row: pd.Series) -> Figure:
    """Return the attainment of a row of ``quota.team_attainment``."""
    n = int(row["people"] - row["blank"])
    return Figure(row["attained"], row["won_with_quota"], row["quota"], n, np.nan, np.nan)


def covered(row: pd.Series, due: int) -> Figure:
    """Return a row of ``coverage.coverage``: open value by what is left of the quota."""
    left = row["left"] if row["coverage_status"] != "blank" else np.nan
    return Figure(row["of_left"], row["open_value"], left, due, np.nan, np.nan)


def response_median(waits: pd.DataFrame) -> Figure:
    """Return the median hours of ``first_response``: those never answered are still waiting."""
    found = first_response(waits)
    middle, n = found.median, found.leads - found.unknown
    return Figure(middle.median, np.nan, np.nan, n, middle.low, middle.high)
