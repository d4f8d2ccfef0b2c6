"""How long tickets wait: median and P90 with those still waiting counted as waiting.

From waits that are counted already, so that two million tickets are a few thousand rows. A mean of
finished waits alone would be the shorter the more lies unanswered.
"""

import numpy as np
import pandas as pd

from analytics.lifetime_summaries import median_lifetime
from analytics.product_limit import log_log_interval, survival_of
from analytics.risk_sets import counted_sets
from analytics.stats import LEVEL, normal_quantile

_MINUTES = 60
LEAST = 5  # waits that ended; fewer say nothing of a median
COLUMNS = [
    "member", "tickets", "ended", "waiting", "median", "median_low", "median_high", "p90",
    "p90_low", "p90_high",
]  # fmt: skip


def waiting_times(waits: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Return median and P90 of each member, in hours.

    Parameters
    ----------
    waits : DataFrame
        ``member`` (missing: of unknown, or of all), ``minutes``, ``is_ended``, ``tickets``.
    level : float
        Of the intervals (R. Brookmeyer and J. Crowley 1982).

    Returns
    -------
    DataFrame
        One row per member, the one with most tickets first: ``member``, ``tickets``, ``ended``,
        ``waiting``, ``median`` and ``p90`` with ``_low`` and ``_high``. NaN where the curve does
        not come so far (more than that share still waits), and with fewer than 5 ended.
    """
    rows = [_row(member, part, level) for member, part in waits.groupby("member", dropna=False)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(
        ["tickets", "member"], ascending=[False, True], kind="stable", ignore_index=True
    )


def wait_curve(waits: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Return the share that waits longer than each number of hours, as ``kaplan_meier`` does.

    Columns ``duration`` (hours), ``at_risk``, ``ended``, ``survival``, ``low``, ``high``.
    """
    sets = counted_sets(
        waits["minutes"].to_numpy(dtype="float64") / _MINUTES,
        waits["is_ended"].to_numpy(dtype=bool).astype("int64"),
        waits["tickets"].to_numpy(dtype="int64"),
        1,
    )
    ends, at_risk = sets.all_ended, sets.at_risk
    survival = survival_of(ends, at_risk)
    low, high = log_log_interval(survival, ends, at_risk, normal_quantile(level))
    return pd.DataFrame(
        {
            "duration": sets.ages,
            "at_risk": at_risk,
            "ended": ends,
            "survival": survival,
            "low": low,
            "high": high,
        }
    )


def _row(member: object, part: pd.DataFrame, level: float) -> list[object]:
    curve = wait_curve(part, level=level)
    tickets, ended = int(part["tickets"].sum()), int(curve["ended"].sum())
    found: list[object] = [member, tickets, ended, tickets - ended]
    for left in (0.5, 0.1):
        if ended < LEAST:
            found += [np.nan] * 3
            continue
        point = median_lifetime(curve, left=left)
        found += [point.median, point.low, point.high]
    return found
