"""An outcome week by week after assignment, zeros included, for ``novelty``."""

from datetime import date

import numpy as np
import pandas as pd

from crm_data.frames import Column, FrameSpec

ARM_WEEKS = FrameSpec(
    "arm_weeks",
    "one row per unit and week that is over for it",
    ("member_id", "week"),
    (
        Column("member_id", "text"),
        Column("arm", "text"),
        Column("week", "count", "Whole weeks since the day of assignment, 0 the first."),
        Column("outcome", "number"),
    ),
)


def arm_weeks(
    units: pd.DataFrame, bought: pd.DataFrame, value: str, *, weeks: int, known_until: date
) -> pd.DataFrame:
    """Return the outcome of each unit in each week that is over for it: ``ARM_WEEKS``.

    Parameters
    ----------
    units : DataFrame
        ``member_id``, ``arm``, ``assigned_on`` (the company's day), ``net_before`` (missing where
        nothing is known of orders). Without either a member is left out.
    bought : DataFrame
        ``member_id``, ``week`` and the column ``value``, of weeks with an order only.
    value : str
        ``revenue`` as it is; ``orders`` becomes whether there was one.
    weeks : int
        How many to look at.
    known_until : date
        First day that is not known.
    """
    known = units[units["net_before"].notna() & units["assigned_on"].notna()]
    started = known["assigned_on"]
    over = (pd.Timestamp(known_until) - started).dt.days // 7
    parts = [
        known.loc[over > week, ["member_id", "arm"]].assign(week=week) for week in range(weeks)
    ]
    grid = pd.concat(parts, ignore_index=True) if parts else known[["member_id", "arm"]].iloc[:0]
    found = grid.merge(
        bought[["member_id", "week", value]], on=["member_id", "week"], how="left"
    ).rename(columns={value: "outcome"})
    amounts = found["outcome"].astype("float64").fillna(0.0).to_numpy()
    if value == "orders":
        amounts = np.where(amounts > 0, 1.0, 0.0)
    return ARM_WEEKS.conform(found.assign(outcome=amounts))
