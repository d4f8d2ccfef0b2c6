"""Intervals for those who look every day: valid at all looks together, whenever they stop."""

from dataclasses import dataclass
from math import e

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.arm_sums import Codes, arm_codes, experiment_column, outcome_kind, outcome_numbers
from analytics.stats import LEVEL, Floats
from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec

Mask = npt.NDArray[np.bool_]
LEAST_UNITS, LEAST_EVENTS = 50, 10
PLANNED_UNITS = 10_000
ALWAYS_VALID = FrameSpec(
    "always_valid",
    "one row per look and arm other than control",
    ("look", "arm"),
    (
        Column("look", "day", "Units assigned up to and on this day count."),
        Column("arm", "text"),
        Column("n", "count", "Units of the arm and of the control together."),
        Column("difference", "number", "Mean less the control's."),
        Column("low", "number", "Missing until both arms have 50 units and 10 events."),
        Column("high", "number"),
        Column("is_decided", "flag", "Whether this or an earlier look leaves out no effect."),
    ),
)


@dataclass(frozen=True, eq=False)
class _Arm:
    """Sums of one arm up to each day."""

    n: Floats
    total: Floats
    squares: Floats
    nonzero: Floats
    is_rate: bool

    @property
    def mean(self) -> Floats:
        return self.total / np.where(self.n > 0, self.n, np.nan)

    @property
    def squared_error(self) -> Floats:
        n = np.maximum(self.n, 2)
        return np.asarray(np.maximum(self.squares - self.total**2 / n, 0.0) / (n - 1) / n)

    @property
    def is_enough(self) -> Mask:
        """Whether there is enough for a normal limit: units, and events that are not rare."""
        events = np.minimum(self.nonzero, self.n - self.nonzero) if self.is_rate else self.nonzero
        is_known = (self.n >= LEAST_UNITS) & (events >= LEAST_EVENTS)
        return np.asarray(is_known & (self.squared_error > 0))


def always_valid(
    frame: pd.DataFrame,
    arm: str,
    outcome: str,
    control: str,
    day: str,
    *,
    planned_units: int = PLANNED_UNITS,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Compare arms after each day, so that one may look daily and stop at any look.

    The chance that any of these intervals, of any arm, ever leaves out the true difference is
    ``1 − level``; a fixed-sample interval that is looked at daily errs several times as often. The
    price is width: about one and a half times at ``planned_units``.

    Parameters
    ----------
    frame : DataFrame
        One row per unit. Outcomes have to be final: give each unit the same days after assignment,
        and leave the outcome of who has not had them missing.
    arm, outcome, day : str
        Columns: name of the arm, outcome (0 and 1, count or amount), day of assignment.
    control : str
        The arm that the others are compared with.
    planned_units : int
        Units of a pair of arms at which the interval is tightest. Choose it before the first look.
    level : float
        Coverage of all looks and arms together; arms share the error equally.

    Returns
    -------
    DataFrame
        ``ALWAYS_VALID``, by day and name of the arm.

    Notes
    -----
    I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas (2024), "Time-uniform central
    limit theory and asymptotic confidence sequences", Annals of Statistics 52, 2613–2640, theorem
    2.2: the normal mixture boundary with the variance estimated so far. It is asymptotic, hence the
    fifty units with ten events (of a rate: ten without, too) before the first interval.
    """
    if planned_units < 2 * LEAST_UNITS:
        raise UsageError(
            "experiment_planned",
            f"{planned_units} planned units are too few. Plan {2 * LEAST_UNITS} or more.",
            least=2 * LEAST_UNITS,
        )
    values = outcome_numbers(frame, outcome)
    codes, names = arm_codes(frame, arm)
    if names and control not in names:
        raise UsageError(
            "experiment_control",
            f"No unit is in an arm '{control}'. Arms are: {', '.join(names)}. Name the control.",
            control=control,
            arms=", ".join(names),
        )
    on = pd.to_datetime(experiment_column(frame, day)).dt.floor("D")
    at, looks = pd.factorize(on, sort=True)
    known = ~np.isnan(values) & (codes >= 0) & (at >= 0)
    sums = _running(at[known], codes[known], values[known], (len(looks), len(names)))
    base = sums[names.index(control)] if names else None
    each = (1 - level) / max(1, len(names) - 1)
    parts = [
        _looks(looks, name, sums[place], base, planned_units, each)
        for place, name in enumerate(names)
        if base is not None and name != control
    ]
    empty = pd.DataFrame(columns=ALWAYS_VALID.column_names)
    found = pd.concat(parts, ignore_index=True) if parts else empty
    return ALWAYS_VALID.conform(found.sort_values(["look", "arm"], ignore_index=True))


def boundary(n: Floats, *, planned_units: int, error: float) -> Floats:
    """Return how many standard errors the interval reaches after ``n`` units."""
    from scipy.special import lambertw

    rho_squared = (-lambertw(-(error**2) / e, k=-1).real - 1) / planned_units
    grown = n * rho_squared + 1
    return np.asarray(np.sqrt(2 * grown / (n * rho_squared) * np.log(np.sqrt(grown) / error)))


def _running(at: Codes, arms: Codes, values: Floats, shape: tuple[int, int]) -> list[_Arm]:
    """Return the sums of each arm up to each day."""
    cell, size = at * shape[1] + arms, shape[0] * shape[1]
    is_rate = outcome_kind(values) == "rate"
    weights = (None, values, values**2, values != 0)
    sums = [
        np.bincount(cell, weights=w, minlength=size).astype("float64").reshape(shape).cumsum(axis=0)
        for w in weights
    ]
    n, total, squares, nonzero = sums
    return [
        _Arm(n[:, place], total[:, place], squares[:, place], nonzero[:, place], is_rate)
        for place in range(shape[1])
    ]


def _looks(
    looks: pd.Index, name: str, arm: _Arm, control: _Arm, planned_units: int, error: float
) -> pd.DataFrame:
    difference = arm.mean - control.mean
    n = arm.n + control.n
    reach = boundary(
        np.where(arm.is_enough & control.is_enough, n, np.nan),
        planned_units=planned_units,
        error=error,
    )
    half = reach * np.sqrt(arm.squared_error + control.squared_error)
    low, high = difference - half, difference + half
    return pd.DataFrame(
        {
            "look": looks,
            "arm": name,
            "n": n,
            "difference": difference,
            "low": low,
            "high": high,
            "is_decided": np.logical_or.accumulate((low > 0) | (high < 0)),
        }
    )
