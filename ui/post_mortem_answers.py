"""What a plan came to, as data that can be frozen. The page and the command line share it."""

import math
from datetime import date
from typing import Any

import pandas as pd

from analytics.post_mortem import Came, Planned, answer, deviations
from crm_data.campaign_plans import CampaignPlan, PlanDraft, campaign_named
from crm_data.errors import UsageError
from crm_data.queries.campaign_matches import CampaignMatches, campaign_matches
from crm_data.queries.campaigns import (
    CampaignCut,
    campaign_new,
    campaign_outcomes,
    campaign_totals,
)
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.campaign_results import claims_of, results_with
from ui.frames import records

_TOTALS = (
    "cost", "sent", "reached", "responded", "converted", "unsubscribed", "complained", "orders",
    "net_amount", "returned_amount", "margin", "new_customers", "roi", "caused_roi",
    "caused_roi_low", "caused_roi_high", "grade", "reason",
)  # fmt: skip
_CLAIM = (
    "outcome", "grade", "treated", "control", "treated_mean", "control_mean", "effect", "low",
    "high", "p_value", "total", "total_low", "total_high", "method", "verdict", "reason",
)  # fmt: skip
_ARM = ("arm", "members", "reached", "converted", "valued", "net_amount", "costed", "margin")


def review_data(
    conn: Connection, plan: CampaignPlan, *, version: str, scope: AccessScope
) -> dict[str, Any]:
    """Return plan against result: ``plan``, ``result``, ``claims``, ``arms``, ``deviations``, …

    Numbers are rounded to twelve digits, so that they read back as they were written.
    """
    draft = plan.draft
    found, claims, arms, matched = _read(conn, draft, scope)
    measured = claims[claims["outcome"] == draft.measure]
    row = records(found)[0]
    came = _came(row, measured, arms)
    planned = Planned(
        draft.minimum_effect, draft.budget, draft.members, draft.ends_on, draft.shares,
        plan.locked_at.date() if plan.locked_at else date.max,
    )  # fmt: skip
    return {
        "plan": _plain_values(_written(draft)),
        "plan_hash": plan.content_hash,
        "locked_at": plan.locked_at.isoformat() if plan.locked_at else None,
        "version": version,
        "started_on": came.started_on.isoformat() if came.started_on else None,
        "ended_on": came.ended_on.isoformat() if came.ended_on else None,
        "answer": answer(planned, came),
        "result": _plain_values({name: row[name] for name in _TOTALS}),
        "claims": [_plain_values({n: one[n] for n in _CLAIM}) for one in records(claims)],
        "arms": [_plain_values({n: one[n] for n in _ARM}) for one in records(arms)],
        "deviations": deviations(planned, came) if plan.is_locked else [],
    } | _matched(matched)


def campaign_id_of(conn: Connection, name: str, scope: AccessScope) -> tuple[str, str]:
    """Return id and name of a campaign, asked for by either; ``UsageError`` for another."""
    every = campaign_totals(conn, CampaignCut(), scope=scope)
    found = campaign_named(zip(every["campaign_id"], every["name"], strict=True), name)
    if found is None:
        raise UsageError(
            "which_campaign",
            f"'{name}' is not one campaign. Name it by its id, see `analyze campaigns`.",
            name=name,
        )
    label = every.set_index("campaign_id")["name"][found]
    return found, found if pd.isna(label) else str(label)


def _read(
    conn: Connection, draft: PlanDraft, scope: AccessScope
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, CampaignMatches]:
    cut = CampaignCut(where=(("campaign_id", (draft.campaign_id,)),))
    outcomes = campaign_outcomes(conn, cut, scope=scope)
    shares = {draft.campaign_id: draft.shares} if draft.shares else None
    totals = campaign_totals(conn, cut, scope=scope)
    if totals.empty:
        raise UsageError(
            "campaign_gone",
            f"Nothing is known of the campaign '{draft.campaign}' (any more). Import it.",
            campaign=draft.campaign,
        )
    matched = campaign_matches(conn, cut, scope=scope)
    claims = claims_of(outcomes, shares, matched)
    found = results_with(totals, campaign_new(conn, cut, scope=scope), claims)
    return found, claims, outcomes, matched


def _matched(found: CampaignMatches) -> dict[str, Any]:
    """Return what stands behind grade B; nothing where no comparison was tried."""
    if found.matches.empty:
        return {}
    parts = {
        name: [_plain_values(one) for one in records(rows)] for name, rows in vars(found).items()
    }
    return {"matched": parts}


def _came(row: dict[str, Any], claims: pd.DataFrame, arms: pd.DataFrame) -> Came:
    known = arms[arms["arm"].notna()]
    one = claims.iloc[0] if len(claims) else None
    return Came(
        float("nan") if one is None else float(one["low"]),
        float("nan") if one is None else float(one["high"]),
        float("nan") if pd.isna(row["cost"]) else float(row["cost"]),
        int(known["members"].sum()),
        None if pd.isna(row["started_on"]) else row["started_on"].date(),
        None if pd.isna(row["ended_on"]) else row["ended_on"].date(),
        dict(zip(known["arm"], known["members"].tolist(), strict=True)),
        "no_members" if one is None else str(one["reason"]),
    )


def _written(draft: PlanDraft) -> dict[str, Any]:
    return vars(draft) | {
        "ends_on": draft.ends_on.isoformat() if draft.ends_on else None,
        "shares": dict(draft.shares),
    }


def _plain_values(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """Return what JSON has; what is not known is None."""
    if isinstance(value, dict):
        return value
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, float):
        return float(f"{number:.12g}") if math.isfinite(number) else None
    return number
