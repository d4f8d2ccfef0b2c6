"""What was won and lost by the month or quarter in which it really closed."""

from typing import Literal

import numpy as np
import pandas as pd

from analytics.deal_times import outcome_codes
from analytics.stats import wilson_interval

_PERIOD = {"month": "M", "quarter": "Q"}


def closed_by_period(
    deals: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    unit: Literal["month", "quarter"] = "month",
) -> pd.DataFrame:
    """Sum up closed deals of [start, end) by the day on which they closed.

    Neither the day of creation nor the expected one places a deal: so the sums over all periods
    are those of the tiles for the same days.

    Parameters
    ----------
    deals : DataFrame
        ``closed_on``, ``outcome`` (``won``, ``lost``, missing: open), ``amount``; one row per deal,
        or per day with ``deals`` and ``unvalued`` (how many it stands for, how many of these have
        no amount).
    start, end : Timestamp
        Days; months or quarters at the edges may be in part.

    Returns
    -------
    DataFrame
        One row per month or quarter that [start, end) touches: ``period_on`` (its first day),
        ``won``, ``lost``, ``won_value``, ``won_unvalued`` (won without an amount), ``win_rate``,
        ``low``, ``high`` (by count, Wilson, 95 %; NaN where none closed).
    """
    codes = outcome_codes(deals["outcome"])
    closed = deals["closed_on"]
    inside = ((closed >= start) & (closed < end)).to_numpy(dtype=bool)
    last = end - pd.Timedelta(days=1)
    index = pd.period_range(start, last, freq=_PERIOD[unit])
    row = np.zeros(len(deals), dtype=np.int64)
    row[inside] = index.get_indexer(pd.PeriodIndex(closed[inside].dt.to_period(_PERIOD[unit])))
    amount = deals["amount"].to_numpy(dtype="float64", na_value=np.nan)
    number = deals["deals"].to_numpy() if "deals" in deals else np.ones(len(deals))
    blank = deals["unvalued"].to_numpy() if "unvalued" in deals else np.isnan(amount)

    def total(chosen: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return np.bincount(row[chosen], np.asarray(weights, "float64")[chosen], len(index))

    won, lost = inside & (codes == 1), inside & (codes == 2)
    wins, losses = total(won, number), total(lost, number)
    low, high = wilson_interval(wins, wins + losses)
    return pd.DataFrame(
        {
            "period_on": index.start_time.astype("datetime64[us]"),
            "won": wins.astype("int64"),
            "lost": losses.astype("int64"),
            "won_value": total(won, np.nan_to_num(amount)),
            "won_unvalued": total(won, blank).astype("int64"),
            "win_rate": wins / np.where(wins + losses > 0, wins + losses, np.nan),
            "low": low,
            "high": high,
        }
    )
