"""Locked plans of the two campaigns drawn by lot: a third and a bit left alone, and what is hoped.

They live in the app database, as plans do, and were locked on the morning of the assignment. With
them the sizes of the arms can be checked: they are not equal, and were not meant to be.
"""

from datetime import datetime

import pandas as pd

from crm_data.campaign_plans import PlanDraft
from crm_data.commands.campaign_plans import campaign_plans, lock_plan, write_plan
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from sample_data.campaigns import ARM_SHARES, ARMS, EXPERIMENTS
from sample_data.company import SampleCompany

_ACTOR, _EFFECT = "sample", 0.02
# Key of the planted truth: hypothesis, audience, stop rule.
_WORDS = {
    "campaign_with_lift": (
        "回归礼提升转化 A gift brings people back",
        "个人客户 people",
        "14 天后结束 after 14 days",
    ),
    "campaign_without_lift": (
        "积分提醒提升转化 A reminder of points brings people back",
        "个人客户 people",
        "14 天后结束 after 14 days",
    ),
}


def make_plans(company: SampleCompany) -> list[tuple[PlanDraft, datetime]]:
    """Return each plan and when it was locked."""
    truths = company.planted["truths"]
    members = company.frames["campaign_members"].to_pandas()
    known = company.frames["campaigns"].to_pandas().set_index("campaign_id")
    plans = []
    for key, (hypothesis, audience, stop_rule) in _WORDS.items():
        campaign = truths[key]["parameters"]["campaign_id"]
        mine = members[members["campaign_id"] == campaign]
        if mine.empty:
            continue
        shares = ARM_SHARES[EXPERIMENTS[key]].tolist()
        draft = PlanDraft(
            campaign, str(known.loc[campaign, "name"]), hypothesis, "conversion", _EFFECT,
            audience, stop_rule, shares=dict(zip(ARMS, shares, strict=False)),
        )  # fmt: skip
        plans.append((draft, pd.Timestamp(mine["assigned_at"].min()).to_pydatetime()))
    return plans


def write_plans(settings: Settings, plans: list[tuple[PlanDraft, datetime]]) -> None:
    """Write and lock the plans of campaigns that have none yet."""
    there = {plan.draft.campaign_id for plan in campaign_plans(settings, EVERYTHING)}
    for draft, at in plans:
        if draft.campaign_id not in there:
            write_plan(settings, EVERYTHING, draft, now=at, actor=_ACTOR)
            lock_plan(settings, EVERYTHING, draft.campaign_id, now=at, actor=_ACTOR)
