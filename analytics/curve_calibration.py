"""How much of what attribution credits a channel with was caused, by its experiments."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.experiment_arms import likely_control


@dataclass(frozen=True)
class Calibration:
    """What was caused, as a share of what was credited.

    Attributes
    ----------
    factor, error : float
        And its standard error, of the caused margin only.
    campaigns : tuple of str
        Names of the experiments.
    """

    factor: float
    error: float
    campaigns: tuple[str, ...]


def calibration(tests: pd.DataFrame) -> Calibration | None:
    """Return the calibration of one channel; None without an experiment that can give one.

    Parameters
    ----------
    tests : DataFrame
        ``BUDGET_TESTS`` of the channel. Campaigns count whose days are over for everybody, with a
        control, with the margin of every member known, and with a credit above 0.

    Notes
    -----
    Caused: the mean margin of a treated member less that of a control, times the treated. Several
    campaigns add up, caused and credited.
    """
    caused, variance, credited = 0.0, 0.0, 0.0
    names = []
    for _, arms in tests.groupby("campaign_id", sort=True):
        control = likely_control(arms["arm"].astype(str).tolist())
        known = arms["over"].eq(arms["members"]) & arms["costed"].eq(arms["members"])
        credit = float(arms["credited"].iloc[0])
        if not control or len(arms) < 2 or not known.all() or not credit > 0:
            continue
        base = arms["arm"] == control
        sums = [arms.loc[own, ["members", "margin", "margin_sq"]].sum() for own in (~base, base)]
        (n1, mean1, error1), (n0, mean0, error0) = (_mean(*one) for one in sums)
        if min(n1, n0) < 2:
            continue
        caused += n1 * (mean1 - mean0)
        variance += n1**2 * (error1 + error0)
        credited += credit
        names.append(str(arms["name"].iloc[0]))
    if not names:
        return None
    return Calibration(caused / credited, float(np.sqrt(variance)) / credited, tuple(names))


def _mean(n: float, total: float, squares: float) -> tuple[float, float, float]:
    """Number, mean and squared standard error of the mean."""
    if n < 2:
        return n, np.nan, np.nan
    mean = total / n
    return n, mean, (squares - n * mean**2) / (n - 1) / n
