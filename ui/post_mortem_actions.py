"""Reads and writes of plans and post-mortems, as the page needs them."""

from collections.abc import Mapping
from dataclasses import replace
from math import isclose
from typing import Any

import pandas as pd

from analytics.experiment_arms import likely_control
from crm_data.campaign_plans import MEASURES, CampaignPlan, CampaignReview, PlanDraft
from crm_data.commands import campaign_plans as commands
from crm_data.errors import CrmError
from ui import campaign_loaders as load
from ui.campaign_frames import label
from ui.context import PageContext
from ui.errors import sentence
from ui.frames import records
from ui.loaders import reading
from ui.post_mortem_answers import review_data

__all__ = ["MEASURES", "CampaignPlan", "CampaignReview", "PlanDraft"]


def campaigns(ctx: PageContext) -> dict[str, str]:
    """Return names of all campaigns by id, the newest first."""
    found = load.totals(ctx.settings, ctx.version, ctx.scope, load.CampaignCut())
    return {row["campaign_id"]: label(row) for row in records(found)}


def plans(ctx: PageContext) -> dict[str, CampaignPlan]:
    """Return plans by campaign."""
    found = commands.campaign_plans(ctx.settings, ctx.scope)
    return {one.draft.campaign_id: one for one in found}


def reviews(ctx: PageContext, words: str = "") -> dict[str, CampaignReview]:
    """Return frozen post-mortems by campaign, the newest first."""
    found = commands.campaign_reviews(ctx.settings, ctx.scope, words)
    return {one.plan.draft.campaign_id: one for one in found}


def data(ctx: PageContext, plan: CampaignPlan) -> dict[str, Any]:
    """Return plan against result, as this version says it."""
    with reading(ctx.settings, ctx.version) as conn:
        return review_data(conn, plan, version=ctx.version, scope=ctx.scope)


def write(ctx: PageContext, draft: PlanDraft, seen: str) -> str:
    """Store a plan that is not locked; return why it was refused, empty where it was not."""
    try:
        commands.write_plan(
            ctx.settings, ctx.scope, draft, now=ctx.now, actor=ctx.viewer, seen=seen
        )
    except CrmError as error:
        return sentence(ctx.t, error)
    return ""


def effect_written(plan: PlanDraft) -> float:
    """Return the smallest effect as a form writes it: points of conversion, or money."""
    is_rate = plan.measure == MEASURES[0]
    return round(100 * plan.minimum_effect, 6) if is_rate else plan.minimum_effect


def draft_of(
    old: PlanDraft, *, control: float | None, effect: float, measure: str, **fields: Any
) -> PlanDraft:
    """Return a plan with the fields of a form, cleaned; ``control`` is the share left alone.

    ``effect`` is in points where the measure is conversion, else money.
    Other arms that the plan names keep their names and, among themselves, their proportions.
    """
    words = ("hypothesis", "audience", "stop_rule")
    cleaned = {name: one.strip() if name in words else one for name, one in fields.items()}
    least = round(effect / 100, 8) if measure == MEASURES[0] else effect
    if measure == old.measure and isclose(least, old.minimum_effect, abs_tol=1e-8):
        least = old.minimum_effect  # as it was written, not as the form rounds it
    return replace(
        old, **cleaned, measure=measure, minimum_effect=least, shares=_with_control(old, control)
    )  # fmt: skip


def control_share(plan: PlanDraft) -> float | None:
    """Return the share of the arm left alone, of all; None where the plan names none."""
    share = plan.shares.get(likely_control(list(plan.shares)))
    whole = sum(plan.shares.values()) if len(plan.shares) > 1 else 1.0
    return None if share is None or not whole else share / whole


def _with_control(old: PlanDraft, control: float | None) -> Mapping[str, float]:
    was, name = control_share(old), likely_control(list(old.shares))
    if (not control and was is None) or (control and was and isclose(control, was, abs_tol=1e-6)):
        return old.shares
    if not control:
        return {}
    others = {arm: share for arm, share in old.shares.items() if arm != name}
    whole = sum(others.values())
    return {name or "control": control} | {
        arm: (1 - control) * share / whole for arm, share in others.items()
    }


def lock(ctx: PageContext, plan: CampaignPlan, draft: PlanDraft, seen: str) -> str:
    """Lock the plan that was seen; return why it was refused, empty where it was not.

    ``draft`` is what the form holds: what is locked is what the viewer reads there.
    """
    if plan.draft_hash == seen and draft.content() != plan.draft.content():
        return ctx.t("post.lock_unstored")
    try:
        commands.lock_plan(
            ctx.settings, ctx.scope, draft.campaign_id, now=ctx.now, actor=ctx.viewer, seen=seen
        )
    except CrmError as error:
        return sentence(ctx.t, error)
    return ""


def freeze(ctx: PageContext, plan: CampaignPlan, lessons: str) -> str:
    """Freeze the post-mortem of a plan with what this version says; return why it was refused."""
    try:
        commands.freeze_review(
            ctx.settings, ctx.scope, plan.draft.campaign_id, data(ctx, plan), lessons=lessons,
            version=ctx.version, now=ctx.now, actor=ctx.viewer,
        )  # fmt: skip
    except CrmError as error:
        return sentence(ctx.t, error)
    return ""


def register(ctx: PageContext, words: str) -> pd.DataFrame:
    """Return the register of lessons: frozen post-mortems that hold all words."""
    rows = [
        (one.plan.draft.campaign, one.frozen_at.date(), ctx.t(f"post.answer_{one.data['answer']}"),
         one.lessons, one.version)
        for one in reviews(ctx, words).values()
    ]  # fmt: skip
    names = ["campaign", "frozen_on", "post_answer", "lessons", "data_version"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(frozen_on=pd.to_datetime(found["frozen_on"]))
