"""A narrower interval of an effect, from what each unit did before the experiment (CUPED)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.arm_compare import compare_arms, compare_sums
from analytics.arm_sums import Codes, arm_codes, outcome_kind, outcome_numbers, sums_of
from analytics.stats import LEVEL, Floats

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Cuped:
    """Effects with and without the adjustment.

    Attributes
    ----------
    effects, plain : DataFrame
        ``ARM_EFFECTS`` of the adjusted outcome and of the outcome as it is.
    slope : float
        How much the outcome rises with the earlier value, within arms; 0 where that does not vary.
    reduction : float
        Share of the variance within arms that the adjustment takes away, 0 to 1. That share fewer
        units would do.
    missing_before : int
        Units without an earlier value (newcomers): they count, unadjusted.
    before : DataFrame
        ``ARM_EFFECTS`` of the earlier value. A difference there is chance, or a broken assignment.
    """

    effects: pd.DataFrame
    plain: pd.DataFrame
    slope: float
    reduction: float
    missing_before: int
    before: pd.DataFrame


def cuped(
    frame: pd.DataFrame, arm: str, outcome: str, before: str, control: str, *, level: float = LEVEL
) -> Cuped:
    """Compare arms by the outcome less what the earlier value foretells of it.

    Parameters
    ----------
    frame : DataFrame
        One row per unit that was assigned.
    arm, outcome : str
        As in ``compare_arms``.
    before : str
        Column with a number known before the assignment, of the same kind as the outcome at best
        (spend of the weeks before). What the treatment could have changed biases the effect.
    control : str
        The arm that the others are compared with.

    Notes
    -----
    A. Deng, Y. Xu, R. Kohavi and T. Walker (2013), "Improving the sensitivity of online controlled
    experiments by utilizing pre-experiment data", WSDM '13, 123–132. The slope is pooled within
    arms, so that the effect itself has no part in it.
    """
    plain = compare_arms(frame, arm, outcome, control, level=level)
    values, earlier = outcome_numbers(frame, outcome), outcome_numbers(frame, before)
    arms, names = arm_codes(frame, arm)
    is_in = ~np.isnan(values) & (arms >= 0)
    known = is_in & ~np.isnan(earlier)
    centred = np.where(known, earlier - (earlier[known].mean() if known.any() else 0.0), 0.0)
    y, x = _within(values, arms, known), _within(centred, arms, known)
    spread = float((x**2).sum())
    slope = float((x * y).sum()) / spread if spread > 0 else 0.0
    adjusted = np.where(is_in, values - slope * centred, np.nan)
    left, whole = _within(adjusted, arms, is_in), _within(values, arms, is_in)
    variance = float((whole**2).sum())
    effects = compare_sums(sums_of(arms, names, adjusted), control, "money", level=level)
    effects["kind"] = outcome_kind(values)
    effects["method"] = effects["method"].replace("welch", "welch_cuped")
    return Cuped(
        effects,
        plain,
        slope,
        1 - float((left**2).sum()) / variance if variance > 0 else 0.0,
        int((is_in & np.isnan(earlier)).sum()),
        compare_arms(frame, arm, before, control, level=level),
    )


def _within(values: Floats, arms: Codes, keep: Mask) -> Floats:
    """Return values less the mean of their arm, of those kept."""
    here, kept = arms[keep], values[keep]
    n = np.maximum(np.bincount(here), 1)
    return np.asarray(kept - (np.bincount(here, weights=kept) / n)[here])
