"""What was planned of a campaign against what came: the answer, and every deviation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isnan
from typing import Any, Literal

from analytics.experiment_arms import likely_control
from analytics.sample_ratio import planned_ratio

Answer = Literal["reached", "missed", "open", "no_effect", "not_claimed"]
_OFF_BY = 0.05  # of the planned number: less is no deviation


@dataclass(frozen=True)
class Planned:
    """What a plan fixed; see ``crm_data.campaign_plans.PlanDraft``."""

    minimum_effect: float
    budget: float | None
    members: int | None
    ends_on: date | None
    shares: Mapping[str, float]
    locked_on: date


@dataclass(frozen=True)
class Came:
    """What came: NaN or None where it is not known; ``arms`` holds members by arm."""

    low: float
    high: float
    cost: float
    members: int
    started_on: date | None
    ended_on: date | None
    arms: Mapping[str, int]
    reason: str


def answer(planned: Planned, came: Came) -> Answer:
    """Return whether the effect that was worth having came.

    ``reached`` or ``missed`` where the whole 95 % interval lies at or above it, or below it;
    ``no_effect`` where it holds none and not it; ``open`` where it holds the effect hoped for;
    ``not_claimed`` without an interval.
    """
    if isnan(came.low) or isnan(came.high):
        return "not_claimed"
    if came.low >= planned.minimum_effect:
        return "reached"
    if came.high < planned.minimum_effect:
        return "no_effect" if came.low <= 0 <= came.high else "missed"
    return "open"


def deviations(planned: Planned, came: Came) -> list[dict[str, Any]]:
    """Return what was done otherwise than planned: ``code``, ``planned``, ``came``.

    Codes: ``locked_late`` (days after launch), ``over_budget``, ``under_budget``, ``members``,
    ``ended``, ``arms`` (other arms than planned), ``sample_ratio``, ``no_claim``.
    """
    return [*_of_days(planned, came), *_of_numbers(planned, came), *_of_arms(planned, came)]


def _of_days(planned: Planned, came: Came) -> list[dict[str, Any]]:
    found = []
    if came.started_on is not None and planned.locked_on > came.started_on:
        found.append(
            _one("locked_late", came.started_on.isoformat(), planned.locked_on.isoformat())
        )
    if planned.ends_on and came.ended_on and planned.ends_on != came.ended_on:
        found.append(_one("ended", planned.ends_on.isoformat(), came.ended_on.isoformat()))
    return found


def _of_numbers(planned: Planned, came: Came) -> list[dict[str, Any]]:
    found = []
    if planned.budget and not isnan(came.cost):
        off = came.cost / planned.budget - 1
        if abs(off) > _OFF_BY:
            code = "over_budget" if off > 0 else "under_budget"
            found.append(_one(code, planned.budget, came.cost))
    if planned.members and abs(came.members / planned.members - 1) > _OFF_BY:
        found.append(_one("members", planned.members, came.members))
    return found


def _of_arms(planned: Planned, came: Came) -> list[dict[str, Any]]:
    found = []
    names, shares = set(came.arms), planned.shares
    is_control_only = len(shares) == 1 and likely_control(list(shares)) and len(names) > 1
    is_same = set(shares) == names or (is_control_only and likely_control(list(names)))
    ratio = planned_ratio(came.arms, shares, likely_control(list(names)))
    if shares and not is_same:
        found.append(_one("arms", ", ".join(sorted(planned.shares)), ", ".join(sorted(came.arms))))
    if ratio is not None and ratio.is_broken:
        found.append(_one("sample_ratio", dict(planned.shares), dict(came.arms)))
    if came.reason:
        found.append(_one("no_claim", "", came.reason))
    return found


def _one(code: str, planned: Any, came: Any) -> dict[str, Any]:
    return {"code": code, "planned": planned, "came": came}
