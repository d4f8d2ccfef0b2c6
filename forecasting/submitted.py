"""Which submission stood at which distance from the end of its period."""

from collections.abc import Sequence

import pandas as pd

from forecasting.lead_times import LEADS

FRESH_DAYS = 28  # an older one is of another distance

_KEY = ["level", "subject", "submitted_by", "period_start", "period_end"]


def standing(submissions: pd.DataFrame, *, leads: Sequence[int] = LEADS) -> pd.DataFrame:
    """Return the submission of each forecaster that counted so many weeks before the end.

    Parameters
    ----------
    submissions : DataFrame
        ``level``, ``subject``, ``submitted_by``, ``period_start``, ``period_end``,
        ``submitted_on`` (day in the company's time zone), ``submitted_at``, ``commit_amount``,
        ``best_amount``.

    Returns
    -------
    DataFrame
        The columns given and ``lead_weeks``: the newest one made by then, in the ``FRESH_DAYS`` up
        to that day. What was submitted later, or long before, is no forecast at this distance.
    """
    parts = []
    for weeks in leads:
        day = submissions["period_end"] - pd.Timedelta(weeks=weeks)
        before = (day - submissions["submitted_on"]).dt.days
        own = submissions[(before >= 0) & (before < FRESH_DAYS)]
        newest = own.sort_values("submitted_at", kind="stable").groupby(_KEY).tail(1)
        parts.append(newest.assign(lead_weeks=weeks))
    return pd.concat(parts, ignore_index=True)
