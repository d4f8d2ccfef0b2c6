"""Scores by group, what an answer's ticket was like, and which month is not over yet."""

from datetime import date

import numpy as np
import pandas as pd

from analytics.group_means import GroupMeans, group_means
from analytics.satisfaction_scales import Kind, points

# Of each of these less is better.
DRIVERS = ("response_hours_log", "solve_hours_log", "contacts", "reopenings", "is_complaint")


def score_groups(counts: pd.DataFrame, kind: Kind, scale: int) -> GroupMeans:
    """Return the mean of each group, drawn toward all as far as few answers call for.

    Parameters
    ----------
    counts : DataFrame
        ``member`` (missing ones are left out), ``score``, ``answers``.
    kind, scale
        As in ``analytics.satisfaction_scales``. NPS in points; CSAT as the mean score, which tells
        groups apart sooner than the share of the top two does; CES as it is.
    """
    least = 0 if kind == "nps" else 1
    score = counts["score"]
    known = counts[score.between(least, scale) & (score == score.round())]
    given = known["score"].to_numpy(dtype="float64")
    value = points(kind, scale, given) if kind == "nps" else given
    n = known["answers"].to_numpy(dtype="float64")
    return group_means(
        pd.DataFrame(
            {"group": known["member"], "n": n, "total": n * value, "total_sq": n * value**2}
        )
    )


def with_drivers(answers: pd.DataFrame) -> pd.DataFrame:
    """Return answers with ``DRIVERS``: hours on a logarithmic scale, counts and flags as given."""
    hours = {
        f"{name}_hours_log": np.log1p(answers[f"{name}_minutes"].astype("float64") / 60)
        for name in ("response", "solve")
    }
    return answers.assign(**hours)


def unfinished_month(last: date | None) -> pd.Timestamp | None:
    """Return the first day of the month in which ``last`` lies, None where the month is over."""
    if last is None:
        return None
    day = pd.Timestamp(last)
    return None if day.is_month_end else day.replace(day=1)
