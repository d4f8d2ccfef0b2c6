"""An experiment by segment, with a brake on hunting: how many slices were looked at, adjusted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.arm_compare import ARM_EFFECTS, AskedKind, compare_sums, verdict
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
from crm_data.frames import Column, FrameSpec

SLICE_EFFECTS = FrameSpec(
    "slice_effects",
    "one row per slice and arm other than control",
    ("slice", "arm"),
    (Column("slice", "text", "Value of the field; missing where it is."), *ARM_EFFECTS.columns),
)


@dataclass(frozen=True, eq=False)
class Slices:
    """Effects by slice.

    Attributes
    ----------
    effects : DataFrame
        ``SLICE_EFFECTS``. Intervals hold for all slices and arms together (Bonferroni), p-values
        are adjusted over all of them (Holm).
    looked_at : int
        Slices times arms, those too small to tell included: what the adjustment is for.
    differs : dict
        P-value, by arm, that the effect is the same in all slices (Cochran's Q, Holm over arms);
        NaN with fewer than two slices that tell. Above 0.05 there is no reason to believe that one
        slice responds otherwise than another, whatever their own intervals say.
    """

    effects: pd.DataFrame
    looked_at: int
    differs: dict[str, float]


def compare_slices(
    frame: pd.DataFrame,
    arm: str,
    outcome: str,
    control: str,
    by: str,
    kind: AskedKind = "auto",
    *,
    level: float = LEVEL,
) -> Slices:
    """Compare arms within each value of a field that was known before the assignment.

    Parameters
    ----------
    frame, arm, outcome, control, kind
        As in ``compare_arms``.
    by : str
        Column with the slice; missing is a slice of its own.
    """
    values = outcome_numbers(frame, outcome)
    found: Kind = outcome_kind(values) if kind == "auto" else kind
    arms, names = arm_codes(frame, arm)
    slices, slice_names = arm_codes(frame, by)
    slices = np.where(slices < 0, len(slice_names), slices)
    cells = np.where(arms < 0, -1, slices * len(names) + arms)
    whole = sums_of(cells, names * (len(slice_names) + 1), values)
    parts = np.split(np.arange(len(whole)), len(slice_names) + 1)
    sums = {
        name: whole.iloc[part].reset_index(drop=True)
        for name, part in zip([*slice_names, None], parts, strict=True)
        if (whole["n"] + whole["missing"]).iloc[part].sum()
    }
    return slices_of_sums(sums, control, found, level=level)


def slices_of_sums(
    sums: dict[str | None, pd.DataFrame], control: str, kind: Kind, *, level: float = LEVEL
) -> Slices:
    """Compare arms within slices from ``ARM_SUMS`` of each, as a query counts them."""
    arms = sorted({name for one in sums.values() for name in one["arm"]} | {control})
    looked_at = len(sums) * (len(arms) - 1)
    if not looked_at:
        return Slices(
            SLICE_EFFECTS.conform(pd.DataFrame(columns=SLICE_EFFECTS.column_names)), 0, {}
        )
    each = 1 - (1 - level) / looked_at
    parts, errors = [], []
    for name, one in sums.items():
        whole = _with_all_arms(one, arms)
        parts.append(compare_sums(whole, control, kind, level=each).assign(slice=name))
        errors.append(_errors(whole, control))
    effects = pd.concat(parts, ignore_index=True)
    effects["p_value"] = holm(effects["p_alone"].to_numpy())
    effects["verdict"] = [
        verdict(low, high, p, level=level)
        for low, high, p in zip(effects["low"], effects["high"], effects["p_value"], strict=True)
    ]
    effects["squared_error"] = np.concatenate(errors)
    tested = {str(name): _same(part) for name, part in effects.groupby("arm")}
    adjusted = holm(np.array(list(tested.values())))
    return Slices(
        SLICE_EFFECTS.conform(effects),
        looked_at,
        dict(zip(tested, map(float, adjusted), strict=True)),
    )


def _with_all_arms(sums: pd.DataFrame, arms: list[str]) -> pd.DataFrame:
    """Return the sums with a row for every arm, also where a slice has nobody in it."""
    whole = sums.set_index("arm").reindex(arms)
    for name in ("n", "missing", "total"):
        whole[name] = whole[name].fillna(0)
    return ARM_SUMS.conform(whole.rename_axis("arm").reset_index())


def _errors(sums: pd.DataFrame, control: str) -> Floats:
    """Return the squared standard error of each arm's difference from the control."""
    each = (sums["variance"] / sums["n"].astype("float64").replace(0, np.nan)).to_numpy()
    is_control = (sums["arm"] == control).to_numpy()
    return np.asarray(each[~is_control] + each[is_control][0], dtype="float64")


def _same(effects: pd.DataFrame) -> float:
    told = effects[effects["squared_error"] > 0]
    if len(told) < 2:
        return float("nan")
    from scipy.special import chdtrc

    weight = 1 / told["squared_error"]
    mean = (weight * told["difference"]).sum() / weight.sum()
    return float(chdtrc(len(told) - 1, (weight * (told["difference"] - mean) ** 2).sum()))
