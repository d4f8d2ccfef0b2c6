"""Arms of an experiment against its control: effect, interval, and whether it can be told.

Everybody counts in the arm that was drawn for them, reached or not (intention to treat).
"""

from typing import Literal

import numpy as np
import pandas as pd

from analytics.arm_bootstrap import bootstrap_gap
from analytics.arm_gap import ArmValue, mean_gap, rate_gap
from analytics.arm_sums import (
    ARM_SUMS,
    Kind,
    arm_codes,
    outcome_kind,
    outcome_numbers,
    sums_of,
)
from analytics.multiplicity import holm
from analytics.stats import LEVEL, Floats
from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec

AskedKind = Literal["auto", "rate", "count", "money"]
Interval = Literal["exact", "bootstrap"]
Verdict = Literal["higher", "lower", "no_effect", "cannot_tell"]
ARM_EFFECTS = FrameSpec(
    "arm_effects",
    "one row per arm other than control",
    ("arm",),
    (
        Column("arm", "text"),
        Column("n", "count", "Units with a known outcome."),
        Column("missing", "count", "Units whose outcome is not known (yet): left out, not 0."),
        Column("mean", "number"),
        Column("control_n", "count"),
        Column("control_mean", "number"),
        Column("difference", "number", "Mean less the control's, in the unit of the outcome."),
        Column("low", "number", "Interval of the difference, for this arm alone."),
        Column("high", "number"),
        Column("relative", "number", "Difference over the control's mean; missing unless above 0."),
        Column("relative_low", "number"),
        Column("relative_high", "number", "Missing where the control's mean could be 0."),
        Column("p_value", "share", "Adjusted by Holm for the number of arms compared."),
        Column("p_alone", "share", "Of this arm alone, not adjusted."),
        Column("kind", "text", "rate, count or money."),
        Column("method", "text", "Of the interval: newcombe, welch, bootstrap or welch_cuped."),
        Column("verdict", "text", "higher, lower, no_effect (compatible with none), cannot_tell."),
        Column("reason", "text", "Why it cannot be told; empty where it can."),
    ),
)


def compare_arms(
    frame: pd.DataFrame,
    arm: str,
    outcome: str,
    control: str,
    kind: AskedKind = "auto",
    *,
    level: float = LEVEL,
    interval: Interval = "exact",
    seed: int = 0,
) -> pd.DataFrame:
    """Compare each arm with the control.

    Parameters
    ----------
    frame : DataFrame
        One row per unit that was assigned, treated or not.
    arm, outcome : str
        Columns with the name of the arm and the outcome: 0 and 1, a count or an amount. A missing
        outcome is not known: it is counted and left out.
    control : str
        Name of the arm that the others are compared with.
    kind : str
        ``rate``, ``count``, ``money``, or ``auto``: only 0 and 1 is a rate, whole numbers from 0 a
        count, anything else money.
    level : float
        Coverage of the intervals.
    interval : str
        ``exact`` formulas (Newcombe for rates, Welch for means), or ``bootstrap``: the percentile
        interval of counts and money, for few and very uneven amounts; rates keep Newcombe's.
    seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``ARM_EFFECTS``, by name of the arm; without rows for one arm, or an empty frame.

    Raises
    ------
    UsageError
        No unit is in the control, or a rate is asked for of other numbers than 0 and 1.
    BadInputError
        A column is not there, or the outcome is no number.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["A"] * 70 + ["no"] * 80,
    ...                       "bought": [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32})
    >>> effects = compare_arms(frame, "arm", "bought", "no")
    >>> effects[["difference", "low", "high"]].round(4).to_numpy()
    array([[0.2   , 0.0524, 0.3339]])
    """
    values = outcome_numbers(frame, outcome)
    found = outcome_kind(values)
    if kind == "rate" and found != "rate":
        raise UsageError(
            "experiment_rate",
            f"The outcome '{outcome}' is not only 0 and 1, so it is no rate. Leave out the kind.",
            field=outcome,
        )
    asked: Kind = found if kind == "auto" else kind
    codes, names = arm_codes(frame, arm)
    effects = compare_sums(sums_of(codes, names, values), control, asked, level=level)
    if interval == "bootstrap" and asked != "rate":
        known = values[~np.isnan(values)]
        by_arm = {
            name: known[codes[~np.isnan(values)] == place] for place, name in enumerate(names)
        }
        return _bootstrapped(effects, by_arm, control, level, seed)
    return effects


def compare_sums(
    sums: pd.DataFrame, control: str, kind: Kind, *, level: float = LEVEL
) -> pd.DataFrame:
    """Compare each arm with the control from ``ARM_SUMS``, as a query counts them.

    The same as ``compare_arms`` with the formulas of its intervals.
    """
    ARM_SUMS.check(sums)
    columns = (sums[name].tolist() for name in ARM_SUMS.column_names)
    arms = {
        name: (ArmValue(n, total, variance), missing)
        for name, n, missing, total, variance in zip(*columns, strict=True)
    }
    if arms and control not in arms:
        raise UsageError(
            "experiment_control",
            f"No unit is in an arm '{control}'. Arms are: {', '.join(arms)}. Name the control.",
            control=control,
            arms=", ".join(arms),
        )
    gap = rate_gap if kind == "rate" else mean_gap
    rows: list[dict[str, object]] = []
    for name, (one, missing) in arms.items():
        if name == control:
            continue
        base, _ = arms[control]
        rows.append(
            {
                "arm": name, "n": one.n, "missing": missing, "mean": one.mean,
                "control_n": base.n, "control_mean": base.mean, "kind": kind,
                **vars(gap(one, base, level=level)),
            }
        )  # fmt: skip
    return told(rows, level=level)


def told(rows: list[dict[str, object]], *, level: float = LEVEL) -> pd.DataFrame:
    """Return comparisons as ``ARM_EFFECTS``, p-values adjusted together, each with its verdict."""
    names = [name for name in ARM_EFFECTS.column_names if name not in ("p_alone", "verdict")]
    found = pd.DataFrame(rows, columns=names)
    alone = found["p_value"].to_numpy(dtype="float64")
    found["p_alone"], found["p_value"] = alone, holm(alone)
    found["verdict"] = [
        verdict(low, high, p, level=level)
        for low, high, p in zip(found["low"], found["high"], found["p_value"], strict=True)
    ]
    return ARM_EFFECTS.conform(found)


def verdict(low: float, high: float, p_value: float, *, level: float = LEVEL) -> Verdict:
    """Return what an interval and its (adjusted) p-value say; both have to leave out no effect."""
    if np.isnan(low) or np.isnan(p_value):
        return "cannot_tell"
    if p_value > 1 - level or low <= 0 <= high:
        return "no_effect"
    return "higher" if low > 0 else "lower"


def _bootstrapped(
    effects: pd.DataFrame, by_arm: dict[str, Floats], control: str, level: float, seed: int
) -> pd.DataFrame:
    """Return the comparisons with intervals, and p-values, by resampling."""
    rows: list[dict[str, object]] = []
    for record in effects.to_dict("records"):
        row: dict[str, object] = {str(name): value for name, value in record.items()}
        if not row["reason"]:
            one, base = by_arm[str(row["arm"])], by_arm[control]
            row |= vars(bootstrap_gap(one, base, level=level, seed=seed))
        rows.append(row)
    return told(rows, level=level)
