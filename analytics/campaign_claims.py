"""What a campaign is said to have caused, graded by how that is known.

Grade A: arms drawn by lot, one of them left alone. Grade C: orders credited to it, which says who
was there before an order and not what made it. Everybody counts in the arm drawn for them. Grade B,
by customers like those contacted, is added by ``analytics.matched_claims``.
"""

from collections.abc import Mapping
from math import sqrt

import numpy as np
import pandas as pd

from analytics.arm_compare import verdict
from analytics.arm_gap import ArmValue, Gap, mean_gap, rate_gap
from analytics.experiment_arms import likely_control
from analytics.sample_ratio import planned_ratio
from crm_data.frames import Column, FrameSpec

OUTCOMES = ("conversion", "revenue", "margin")
CAMPAIGN_CLAIMS = FrameSpec(
    "campaign_claims",
    "one row per campaign with members, and outcome",
    ("campaign_id", "outcome"),
    (
        Column("campaign_id", "text"),
        Column("outcome", "text", "conversion (share), revenue or margin (money a member)."),
        Column("grade", "text", "A: drawn by lot. B: matched. C: attribution, nothing claimed."),
        Column("treated", "count", "Members whose outcome is known, not left alone."),
        Column("control", "count", "The same of those left alone."),
        Column("treated_mean", "number"),
        Column("control_mean", "number"),
        Column("effect", "number", "Difference of the means, a member."),
        Column("low", "number", "95 % interval of the effect."),
        Column("high", "number"),
        Column("relative", "number", "Effect over the mean of those left alone."),
        Column("p_value", "share"),
        Column("total", "number", "Effect times all members treated."),
        Column("total_low", "number"),
        Column("total_high", "number"),
        Column("cost_share", "share", "Of the members, whom the total is of: 1 unless matched."),
        Column("method", "text", "Of the interval: newcombe, welch or overlap."),
        Column("verdict", "text", "higher, lower, no_effect (compatible with none), cannot_tell."),
        Column("reason", "text", "Why there is no effect: one_arm, which_control, sample_ratio, …"),
        Column("sizes", "text", "Of arms with a control: as_planned, broken, unchecked (no plan)."),
    ),
)
_NAN = float("nan")
_OF = {"revenue": ("valued", "net_amount"), "margin": ("costed", "margin")}


def campaign_claims(
    outcomes: pd.DataFrame, planned: Mapping[str, Mapping[str, float]] | None = None
) -> pd.DataFrame:
    """Return what each campaign caused: ``CAMPAIGN_CLAIMS``.

    Parameters
    ----------
    outcomes : DataFrame
        ``CAMPAIGN_OUTCOMES``: sums by campaign and arm. Arms other than the control are taken
        together: what the campaign did to whoever it was meant for.
    planned : mapping, optional
        By campaign, the planned shares of arms (``planned_ratio``). Where sizes are not as planned,
        no effect is claimed; where no plan is known, ``sizes`` says that they were not checked.

    Notes
    -----
    The interval of shares is Newcombe's, of money Welch's (see ``analytics.arm_gap``). A member
    whose days are not over is in no mean. Conversion is that on record; where a campaign records
    none, it is a paid order within its days.
    """
    rows: list[dict[str, object]] = []
    for campaign_id, arms in outcomes.groupby("campaign_id", sort=True):
        known = arms[arms["arm"].notna()]
        sizes = _sizes(known, (planned or {}).get(str(campaign_id)))
        reason = _reason(known, sizes)
        for outcome in OUTCOMES:
            row = _claim(known, outcome, reason) | {"sizes": sizes}
            rows.append({"campaign_id": campaign_id, "outcome": outcome, **row})
    return CAMPAIGN_CLAIMS.conform(pd.DataFrame(rows, columns=CAMPAIGN_CLAIMS.column_names))


def campaign_roi(total: float, low: float, high: float, cost: float) -> tuple[float, float, float]:
    """Return what came back of each unit spent, with its interval: ``(margin − cost) ÷ cost``.

    The cost is known and not estimated, so the interval is that of the margin, divided by it:
    Fieller's with a denominator that does not vary. NaN where nothing was spent.
    """
    if not cost > 0:
        return _NAN, _NAN, _NAN
    return (total - cost) / cost, (low - cost) / cost, (high - cost) / cost


def pooled_lift(lifts: pd.DataFrame) -> tuple[float, float, float]:
    """Return the lift of several campaigns and its interval, by members treated.

    Parameters
    ----------
    lifts : DataFrame
        Rows of ``CAMPAIGN_CLAIMS``; those without an interval say nothing.

    Notes
    -----
    Distances of the limits add up in squares, weighted as the lifts are (MOVER; G. Y. Zou and
    A. Donner, 2008, Statistics in Medicine 27, 1693–1702).
    """
    known = lifts[lifts["low"].notna()]
    weight = known["treated"].to_numpy(dtype="float64")
    if not weight.sum() > 0:
        return _NAN, _NAN, _NAN
    weight = weight / weight.sum()
    effect, low, high = (known[n].to_numpy(dtype="float64") for n in ("effect", "low", "high"))
    value = float((weight * effect).sum())
    down, up = weight * (effect - low), weight * (high - effect)
    return value, value - sqrt(float((down**2).sum())), value + sqrt(float((up**2).sum()))


def _sizes(arms: pd.DataFrame, planned: Mapping[str, float] | None) -> str:
    """Return whether sizes are as planned; empty where no arm is the control."""
    names = arms["arm"].tolist()
    control = likely_control(names) if len(names) > 1 else ""
    if not control:
        return ""
    counts = dict(zip(names, arms["members"].tolist(), strict=True))
    ratio = planned_ratio(counts, planned, control)
    if ratio is None:
        return "unchecked"
    return "broken" if ratio.is_blocked else "as_planned"


def _reason(arms: pd.DataFrame, sizes: str) -> str:
    """Return why nothing can be said of what was caused; empty where something can."""
    names = arms["arm"].tolist()
    if len(names) < 2:
        return "one_arm"
    if not likely_control(names):
        return "which_control"
    if sizes == "broken":
        return "sample_ratio"
    return "" if (arms["over"] > 0).all() else "unfinished"


def _claim(arms: pd.DataFrame, outcome: str, reason: str) -> dict[str, object]:
    has_control = reason in ("", "unfinished", "sample_ratio")
    control = likely_control(arms["arm"].tolist()) if has_control else None
    treated = arms[arms["arm"] != control]
    one, base = _value(treated, arms, outcome), _value(arms[arms["arm"] == control], arms, outcome)
    gap = Gap(reason=reason)
    if not reason:
        gap = (rate_gap if outcome == "conversion" else mean_gap)(one, base)
    members = int(treated["members"].sum())
    has_interval = not (np.isnan(gap.low) or gap.reason)
    return {
        "grade": "A" if has_interval else "C",
        "treated": one.n,
        "control": base.n,
        "treated_mean": one.mean,
        "control_mean": base.mean,
        "effect": gap.difference,
        "low": gap.low,
        "high": gap.high,
        "relative": gap.relative,
        "p_value": gap.p_value,
        "total": gap.difference * members,
        "total_low": gap.low * members,
        "total_high": gap.high * members,
        "cost_share": 1.0,
        "method": gap.method,
        "verdict": verdict(gap.low, gap.high, gap.p_value),
        "reason": gap.reason,
    }


def _value(part: pd.DataFrame, arms: pd.DataFrame, outcome: str) -> ArmValue:
    """Return some arms of a campaign as one; of conversion, all members or those that are over."""
    if outcome == "conversion":
        is_recorded = arms["converted"].sum() > 0
        whole, name = ("members", "converted") if is_recorded else ("over", "buyers")
        return ArmValue(int(part[whole].sum()), float(part[name].sum()), _NAN)
    n_name, name = _OF[outcome]
    n, total = int(part[n_name].sum()), float(part[name].sum())
    squares = float(part[f"{name}_sq"].sum())
    variance = max(0.0, squares - total**2 / n) / (n - 1) if n > 1 else _NAN
    return ArmValue(n, total, variance)
