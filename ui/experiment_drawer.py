"""The members of an arm, in a drawer."""

from dataclasses import dataclass

import pandas as pd

from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import experiment_loaders as load
from ui.customer_drawer import CustomerDrawer

_SHOWN = ("member_id", "customer_id", "arm", "assigned_at", "sent_at", "outcome", "net_before")
_RENAMES = {"outcome": "member_outcome"}


@dataclass(frozen=True)
class ArmPick:
    """The members of an arm of a campaign, with an outcome; of all arms where ``arm`` is empty."""

    campaign_id: str
    outcome: str
    days: int
    arm: str = ""


def _of(settings: Settings, version: str, scope: AccessScope, pick: ArmPick) -> pd.DataFrame:
    found = load.units(settings, version, scope, pick.campaign_id, pick.outcome, pick.days)
    mine = found[found["arm"] == pick.arm] if pick.arm else found
    return mine[list(_SHOWN)].rename(columns=_RENAMES).reset_index(drop=True)


def _total(settings: Settings, version: str, scope: AccessScope, pick: ArmPick) -> int:
    return len(_of(settings, version, scope, pick))


def _some(
    settings: Settings, version: str, scope: AccessScope, pick: ArmPick, limit: int, offset: int
) -> pd.DataFrame:
    found = _of(settings, version, scope, pick).iloc[offset : offset + limit]
    return found.reset_index(drop=True)


def _everyone(
    settings: Settings, version: str, scope: AccessScope, pick: ArmPick, *, limit: int
) -> pd.DataFrame:
    return _of(settings, version, scope, pick).head(limit)


MEMBERS = CustomerDrawer(
    name="experiment_members",
    title="experiments.rows",
    nobody="experiments.no_rows",
    named=(),
    total=_total,
    some=_some,
    everyone=_everyone,
)
