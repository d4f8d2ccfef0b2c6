"""Whether an effect wears off or grows with the time since exposure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.arm_compare import ARM_EFFECTS, compare_arms
from analytics.arm_sums import experiment_column
from analytics.multiplicity import holm
from crm_data.frames import Column, FrameSpec

Course = Literal["fading", "growing", "no_trend", "cannot_tell"]
PERIOD_EFFECTS = FrameSpec(
    "period_effects",
    "one row per period since exposure and arm other than control",
    ("period", "arm"),
    (Column("period", "count", "Whole periods since exposure, 0 the first."), *ARM_EFFECTS.columns),
)


@dataclass(frozen=True, eq=False)
class Novelty:
    """An effect by time since exposure.

    Attributes
    ----------
    effects : DataFrame
        ``PERIOD_EFFECTS``; intervals of each period alone, p-values adjusted over all.
    trend : DataFrame
        ``ARM_EFFECTS`` of the outcome's slope by period, of units followed through every period.
    course : dict
        By arm: ``fading`` or ``growing`` where the slope leaves out 0 (towards no effect, away from
        it), ``no_trend``, or ``cannot_tell``.
    followed : int
        Units known in every period; others would make the later periods another crowd.
    """

    effects: pd.DataFrame
    trend: pd.DataFrame
    course: dict[str, Course]
    followed: int


def novelty(
    frame: pd.DataFrame, unit: str, arm: str, period: str, outcome: str, control: str
) -> Novelty:
    """Compare arms in each period since exposure, and test whether the difference changes.

    Each unit's own slope is compared, so that the periods of one unit need not be independent.

    Parameters
    ----------
    frame : DataFrame
        One row per unit and period that is over for it, also where nothing happened (outcome 0).
    unit, arm, period, outcome : str
        Columns: unit, its arm, whole periods since exposure from 0, outcome in that period.
    control : str
        The arm that the others are compared with.
    """
    known = frame[experiment_column(frame, outcome).notna() & experiment_column(frame, arm).notna()]
    parts = [
        compare_arms(part, arm, outcome, control).assign(period=number)
        for number, part in known.groupby(experiment_column(known, period), sort=True)
        if (part[arm] == control).any()
    ]
    if not parts:
        none = [spec.conform(pd.DataFrame(columns=spec.column_names))
                for spec in (PERIOD_EFFECTS, ARM_EFFECTS)]  # fmt: skip
        return Novelty(none[0], none[1], {}, 0)
    effects = pd.concat(parts, ignore_index=True)
    effects["p_value"] = holm(effects["p_alone"].to_numpy())
    slopes = _slopes(known, unit, arm, period, outcome)
    if (slopes["arm"] == control).any():
        trend = compare_arms(slopes, "arm", "slope", control, "money")
    else:
        trend = ARM_EFFECTS.conform(pd.DataFrame(columns=ARM_EFFECTS.column_names))
    means = effects.groupby("arm")["difference"].mean()
    verdicts = dict(zip(trend["arm"], trend["verdict"], strict=True))
    course = {
        str(name): _course(verdicts.get(name, "cannot_tell"), mean) for name, mean in means.items()
    }
    return Novelty(PERIOD_EFFECTS.conform(effects), trend, course, len(slopes))


def _slopes(known: pd.DataFrame, unit: str, arm: str, period: str, outcome: str) -> pd.DataFrame:
    """Return arm and slope by period of each unit that is known in every period."""
    wide = known.pivot_table(index=[unit, arm], columns=period, values=outcome, aggfunc="sum")
    wide = wide.dropna() if wide.shape[1] > 1 else wide.iloc[:0]
    at = wide.columns.to_numpy(dtype="float64")
    centred = at - at.mean() if len(at) else at
    spread = float((centred**2).sum()) or np.nan
    slope = wide.to_numpy(dtype="float64") @ centred / spread
    return pd.DataFrame({"arm": wide.index.get_level_values(arm), "slope": slope})


def _course(verdict: str, mean: float) -> Course:
    if verdict == "no_effect":
        return "no_trend"
    if verdict == "cannot_tell":
        return "cannot_tell"
    return "growing" if (verdict == "higher") == (mean > 0) else "fading"
