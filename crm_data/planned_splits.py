"""The split that a plan fixed before anybody was assigned: what sizes of arms are held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from crm_data.app_db import CampaignPlanRow, session
from crm_data.campaign_plans import PlanDraft, sha256
from crm_data.settings import Settings

PLANNED_SPLITS = "planned_splits"  # beside the rules that a version was scored by


@dataclass(frozen=True)
class PlannedSplit:
    """Planned shares by arm, and the business day on which the plan was locked."""

    shares: Mapping[str, float]
    locked_on: date


def locked_splits(settings: Settings) -> dict[str, PlannedSplit]:
    """Return the splits by campaign of plans that are locked, intact and give every arm a share."""
    row = CampaignPlanRow
    columns = (row.content, row.content_hash, row.locked_at)
    with session(settings) as db:
        plans = db.execute(sa.select(*columns).where(row.locked_at.is_not(None))).all()
    found = {}
    for content, content_hash, locked_at in plans:
        draft = PlanDraft.of(content)
        is_intact = content_hash == sha256(draft.content())
        if is_intact and draft.shares and all(share > 0 for share in draft.shares.values()):
            split = PlannedSplit(dict(draft.shares), _day(settings, locked_at))
            found[draft.campaign_id] = split
    return found


def splits_as_rule(splits: Mapping[str, PlannedSplit]) -> dict[str, Any]:
    """Return them as scoring gets them beside the rules; empty where there are none."""
    told = {
        campaign: {"shares": dict(one.shares), "locked_on": one.locked_on.isoformat()}
        for campaign, one in sorted(splits.items())
    }
    return {PLANNED_SPLITS: told} if told else {}


def splits_of_rule(told: Mapping[str, Any] | None) -> dict[str, PlannedSplit]:
    """Read ``splits_as_rule``."""
    return {
        campaign: PlannedSplit(one["shares"], date.fromisoformat(one["locked_on"]))
        for campaign, one in (told or {}).items()
    }


def fixed_before(
    splits: Mapping[str, PlannedSplit], began: Mapping[str, date]
) -> dict[str, dict[str, float]]:
    """Return the shares of plans that were locked by the day of the first assignment.

    A later plan can be made to fit, so it neither proves a split nor condemns one: there is none.

    Parameters
    ----------
    splits : mapping
    began : mapping
        Day of the first assignment by campaign; of one that is missing nothing was too late.
    """
    return {
        campaign: dict(one.shares)
        for campaign, one in splits.items()
        if campaign not in began
        or pd.isna(began[campaign])
        or one.locked_on <= pd.Timestamp(began[campaign]).date()
    }


def _day(settings: Settings, at: datetime | None) -> date:
    if at is None:
        return date.max
    instant = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return instant.astimezone(ZoneInfo(settings.timezone)).date()
