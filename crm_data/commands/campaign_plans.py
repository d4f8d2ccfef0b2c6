"""Plans of campaigns: write, lock, and freeze the post-mortem. One transaction, one audit row."""

import json
import math
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_data.app_db import AuditRow, CampaignPlanRow, CampaignReviewRow, session
from crm_data.campaign_plans import (
    MEASURES,
    CampaignPlan,
    CampaignReview,
    PlanDraft,
    canonical,
    sha256,
)
from crm_data.errors import NotPermittedError, UsageError
from crm_data.planned_splits import fixed_before, locked_splits
from crm_data.queries.first_assignments import first_assignments
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.task_codes import storable
from crm_data.versions import Warehouse

MAX_TEXT = 4_000
_MOST = 1e13  # money beyond which a number is a slip of the keyboard


def campaign_plans(settings: Settings, scope: AccessScope) -> list[CampaignPlan]:
    """Return all plans, the newest first; none for who does not see every customer."""
    if not scope.is_everything:
        return []
    with session(settings) as db:
        row = CampaignPlanRow
        return [_plan(one) for one in db.scalars(sa.select(row).order_by(row.written_at.desc()))]


def planned_shares(settings: Settings) -> dict[str, dict[str, float]]:
    """Return the planned shares of arms by campaign, of plans that are locked and intact.

    Plans locked after the first assignment of the published version are left out: what was seen
    can be made the plan. A split is of nobody: whoever sees a part of the members has to know what
    it should have been.
    """
    splits = locked_splits(settings)
    warehouse = Warehouse(settings)
    try:
        version = warehouse.current() if splits else None
        if version is None:
            return fixed_before(splits, {})
        with warehouse.connect(version) as conn:
            return fixed_before(splits, first_assignments(conn, splits))
    finally:
        warehouse.close()


def campaign_reviews(
    settings: Settings, scope: AccessScope, words: str = ""
) -> list[CampaignReview]:
    """Return frozen post-mortems that hold all of ``words``, the newest first."""
    if not scope.is_everything:
        return []
    with session(settings) as db:
        found = db.execute(
            sa.select(CampaignReviewRow, CampaignPlanRow)
            .join(CampaignPlanRow, CampaignPlanRow.plan_id == CampaignReviewRow.plan_id)
            .order_by(CampaignReviewRow.frozen_at.desc())
        )
        reviews = [_review(one, plan) for one, plan in found]
    asked = words.casefold().split()
    return [one for one in reviews if all(word in _text(one) for word in asked)]


def write_plan(
    settings: Settings, scope: AccessScope, draft: PlanDraft, *, now: datetime, actor: str,
    seen: str | None = None,
) -> CampaignPlan:  # fmt: skip
    """Store the plan of a campaign, or replace one that is not locked yet.

    Parameters
    ----------
    seen : str, optional
        ``draft_hash`` of the plan that is replaced, empty for none: another is not replaced.

    Raises
    ------
    UsageError
        A plan without hypothesis, audience, stop rule or a measure; an effect that is not above 0;
        ``plan_locked``: it is locked; ``plan_changed``: it is not the one that was seen.
    NotPermittedError
        The viewer does not see every customer.
    """
    _require(scope)
    _check(draft)
    with session(settings) as db:
        row = _row(db, draft.campaign_id)
        if row is not None and row.locked_at is not None:
            raise UsageError(
                "plan_locked",
                f"The plan of '{draft.campaign}' is locked and stays as it is. What changed since "
                "is a deviation: the post-mortem lists it.",
                campaign=draft.campaign,
            )
        _same(row, seen, draft.campaign)
        if row is None:
            row = CampaignPlanRow(
                plan_id=uuid4().hex, campaign_id=draft.campaign_id, locked_by="", locked_at=None
            )
            db.add(row)
        row.content, row.content_hash = storable(draft.content()), ""
        row.written_by, row.written_at = actor, now
        _audit(db, "campaign_plan_write", draft, actor, now, {})
        db.flush()
        return _plan(row)


def lock_plan(
    settings: Settings, scope: AccessScope, campaign_id: str, *, now: datetime, actor: str,
    seen: str | None = None,
) -> CampaignPlan:  # fmt: skip
    """Lock a plan with the hash of its content; from then on the store refuses to change it.

    With ``seen`` (its ``draft_hash``) only the plan that was seen: ``plan_changed`` for another.
    """
    _require(scope)
    with session(settings) as db:
        row = _row(db, campaign_id)
        if row is None:
            raise _no_plan(campaign_id)
        _same(row, seen, PlanDraft.of(row.content).campaign)
        if row.locked_at is None:
            row.content_hash = sha256(row.content)
            row.locked_by, row.locked_at = actor, now
            details = {"content_hash": row.content_hash}
            _audit(db, "campaign_plan_lock", PlanDraft.of(row.content), actor, now, details)
            db.flush()
        return _plan(row)


def freeze_review(
    settings: Settings, scope: AccessScope, campaign_id: str, data: dict[str, Any], *,
    lessons: str, version: str, now: datetime, actor: str,
) -> CampaignReview:  # fmt: skip
    """Store a post-mortem for good, with the currency and time zone that it is written in.

    Raises
    ------
    UsageError
        ``no_plan``, ``plan_open`` (it is not locked), ``review_frozen`` (there is one already),
        ``lessons_missing``.
    """
    _require(scope)
    if not lessons.strip() or len(lessons) > MAX_TEXT:
        raise UsageError(
            "lessons_missing",
            f"A post-mortem needs its lessons, in up to {MAX_TEXT} characters. Write them.",
            most=MAX_TEXT,
        )
    with session(settings) as db:
        plan = _row(db, campaign_id)
        if plan is None:
            raise _no_plan(campaign_id)
        if plan.locked_at is None:
            raise UsageError(
                "plan_open", "The plan is not locked, so nothing can be held against it. Lock it."
            )
        if db.get(CampaignReviewRow, plan.plan_id) is not None:
            raise UsageError(
                "review_frozen", "There is a frozen post-mortem of this campaign: it stays so."
            )
        written_in = {"currency": settings.currency, "timezone": settings.timezone}
        text = storable(canonical(written_in | data))
        row = CampaignReviewRow(
            plan_id=plan.plan_id, data=text, data_hash=sha256(text), lessons=lessons.strip(),
            version=version, frozen_by=actor, frozen_at=now,
        )  # fmt: skip
        db.add(row)
        details = {"data_hash": row.data_hash, "version": version}
        _audit(db, "campaign_review_freeze", PlanDraft.of(plan.content), actor, now, details)
        db.flush()
        return _review(row, plan)


def _check(draft: PlanDraft) -> None:
    texts = (draft.hypothesis, draft.audience, draft.stop_rule)
    is_whole = all(text.strip() and len(text) <= MAX_TEXT for text in texts)
    if not is_whole or draft.measure not in MEASURES:
        raise UsageError(
            "plan_incomplete",
            "A plan needs a hypothesis, a measure, an audience and a stop rule, each in up to "
            f"{MAX_TEXT} characters. Fill them in.",
            most=MAX_TEXT,
        )
    numbers = [
        draft.minimum_effect, draft.budget or 0.0, draft.members or 0, *draft.shares.values()
    ]  # fmt: skip
    is_told = all(math.isfinite(one) and 0 <= one < _MOST for one in numbers)
    is_share = draft.measure != "conversion" or draft.minimum_effect < 1
    if not (is_told and draft.minimum_effect > 0 and is_share):
        raise UsageError(
            "plan_effect",
            "The smallest effect worth having must be above 0: of conversion a share below 1 (0.02 "
            "is two points), else money a member. Budget, members and shares cannot be below 0.",
        )
    shares = list(draft.shares.values())
    if not all(share > 0 for share in shares) or (len(shares) == 1 and shares[0] >= 1):
        raise UsageError(
            "plan_shares",
            "Every planned arm needs a share above 0, and one arm alone less than all: 0.2 is a "
            "fifth of the members. Leave out arms that nobody is drawn into.",
        )


def _require(scope: AccessScope) -> None:
    if not scope.is_everything:
        raise NotPermittedError(
            "plan_of_all",
            "Plans are of all customers: only who sees every customer can write them.",
        )


def _row(db: Session, campaign_id: str) -> CampaignPlanRow | None:
    return db.scalar(sa.select(CampaignPlanRow).where(CampaignPlanRow.campaign_id == campaign_id))


def _same(row: CampaignPlanRow | None, seen: str | None, campaign: str) -> None:
    """Raise where the stored plan is not the one that somebody saw; None: it does not matter."""
    if seen is not None and seen != ("" if row is None else sha256(row.content)):
        raise UsageError(
            "plan_changed",
            f"Somebody has changed the plan of '{campaign}' since you saw it. Look at what is "
            "stored now, then decide.",
            campaign=campaign,
        )


def _no_plan(campaign_id: str) -> UsageError:
    return UsageError(
        "no_plan", f"Campaign '{campaign_id}' has no plan. Write one first.", campaign=campaign_id
    )


def _plan(row: CampaignPlanRow) -> CampaignPlan:
    return CampaignPlan(
        row.plan_id, PlanDraft.of(row.content), row.content_hash, row.written_by, row.written_at,
        row.locked_by, row.locked_at,
    )  # fmt: skip


def _review(row: CampaignReviewRow, plan: CampaignPlanRow) -> CampaignReview:
    return CampaignReview(
        _plan(plan), json.loads(row.data), row.data_hash, row.lessons, row.version, row.frozen_by,
        row.frozen_at,
    )  # fmt: skip


def _text(review: CampaignReview) -> str:
    draft = review.plan.draft
    return " ".join((draft.campaign, draft.hypothesis, draft.audience, review.lessons)).casefold()


def _audit(
    db: Session, action: str, draft: PlanDraft, actor: str, now: datetime, details: dict[str, Any]
) -> None:
    db.add(
        AuditRow(
            happened_at=now, actor=actor, action=action, subject=draft.campaign,
            details=json.dumps({"campaign_id": draft.campaign_id, **details}, ensure_ascii=False),
        )
    )  # fmt: skip
