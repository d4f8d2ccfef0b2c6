"""Campaigns: what each cost and brought, what its members did by arm, and how often we wrote.

Costs, and the leads of nobody, belong to no owner: only who sees everything is told them. Nor can
they be told of the customers of a segment alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.campaign_segments import (
    ARM_SUMS,
    SUM_KINDS,
    SUMS,
    arm_sums,
    member_cells,
    segment_sums,
)
from crm_data.queries.cohorts import NOT, Where, passes
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart, table

CAMPAIGN_FIELDS: tuple[str, ...] = ("campaign_id", "channel", "target_segment")
_OF_NOBODY = ("cost", "impressions", "ad_clicks")
CAMPAIGN_TOTALS = FrameSpec(
    "campaign_totals",
    "one row per campaign, newest first; costs are missing where they cannot be told",
    ("campaign_id",),
    columns_of(
        "campaign_id:text name:text channel:text target_segment:text hypothesis:text "
        f"started_on:day ended_on:day budget:money {SUM_KINDS}"
    ),
)
_NUMBERS = ("net_amount", "net_amount_sq", "margin", "margin_sq")
CAMPAIGN_OUTCOMES = FrameSpec(
    "campaign_outcomes",
    "one row per campaign and arm",
    ("campaign_id", "arm"),
    columns_of(
        "campaign_id:text arm:text assigned_on:day window_end_on:day "
        + " ".join(f"{n}:{'number' if n in _NUMBERS else 'count'}" for n in ARM_SUMS)
    ),
)
CAMPAIGN_NEW = FrameSpec(
    "campaign_new",
    "one row per campaign with a customer whose first paid order is credited to it",
    ("campaign_id",),
    columns_of(
        "campaign_id:text new_customers:count margin:money days:count valued:count "
        "expected_value:money"
    ),
)
CONTACT_COUNTS = FrameSpec(
    "contact_counts",
    "one row per number of messages that reached a customer in a calendar month",
    ("contacts",),
    columns_of(
        "contacts:count customers:count reached:count responded:count unsubscribed:count "
        "complained:count"
    ),
)


@dataclass(frozen=True)
class CampaignCut:
    """Which campaigns: begun in [start, end), with these values of ``CAMPAIGN_FIELDS``.

    ``among``: conditions of a segment as JSON; members and orders of its customers only.
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    among: str = ""


def campaign_totals(conn: Connection, cut: CampaignCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return what campaigns cost and brought, until now: ``CAMPAIGN_TOTALS``.

    A campaign that nothing tells the start of begins with the first day on which anything is known
    of it. Orders, leads and costs that name a campaign which is not on record are its own rows.
    """
    chosen = campaigns_of(cut)
    sums = (segment_sums(cut.among, scope) if cut.among else _sums(scope)).subquery()
    told = scope.is_everything and not cut.among
    hidden = _OF_NOBODY if not told else ()
    if cut.among:
        hidden = (*hidden, "leads")
    values: list[ColumnElement[Any]] = [
        (sa.cast(sa.null(), sa.Double()) if name in hidden else func.coalesce(sums.c[name], 0))
        .label(name)
        for name in SUMS
    ]  # fmt: skip
    names = [name for name in CAMPAIGN_TOTALS.column_names if name not in SUMS]
    statement = (
        select(
            *(
                sa.cast(sa.null(), sa.Double()).label(name)
                if name == "budget" and not scope.is_everything
                else chosen.c[name]
                for name in names
            ),
            *values,
        )
        .select_from(chosen.outerjoin(sums, sums.c.campaign_id == chosen.c.campaign_id))
        .order_by(chosen.c.started_on.desc().nulls_last(), chosen.c.campaign_id)
    )
    return read_frame(conn, statement, CAMPAIGN_TOTALS)


def campaign_outcomes(
    conn: Connection, cut: CampaignCut, *, scope: AccessScope, known_on: date | None = None
) -> pd.DataFrame:
    """Return what members did and bought, by arm: ``CAMPAIGN_OUTCOMES``.

    ``known_on``: as the end of this day knew it (``member_cells``).
    """
    chosen = campaigns_of(cut)
    source: sa.FromClause = mart("campaign_results")
    seen = [visible_to(scope, source.c.owner_id)]
    found: dict[str, ColumnElement[Any]] = {n: func.sum(source.c[n]) for n in ARM_SUMS}
    if cut.among or known_on is not None:
        source, seen = member_cells(scope, cut.among, known_on).subquery("counted"), []
        found = arm_sums(source)
    sums = [func.coalesce(one, 0).label(name) for name, one in found.items()]
    statement = (
        select(
            source.c.campaign_id,
            source.c.arm,
            func.min(source.c.assigned_on).label("assigned_on"),
            func.max(source.c.window_end_on).label("window_end_on"),
            *sums,
        )
        .select_from(source.join(chosen, chosen.c.campaign_id == source.c.campaign_id))
        .where(*seen)
        .group_by(source.c.campaign_id, source.c.arm)
        .order_by(source.c.campaign_id, source.c.arm.nulls_last())
    )
    return read_frame(conn, statement, CAMPAIGN_OUTCOMES)


def campaign_new(conn: Connection, cut: CampaignCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return whom campaigns brought, their margin, days and expected value: ``CAMPAIGN_NEW``."""
    chosen, new, scores = campaigns_of(cut), mart("campaign_newcomers"), mart("customer_scores")
    among = [in_segment(new.c.customer_no, cut.among)] if cut.among else []
    statement = (
        select(
            new.c.campaign_id,
            func.count().label("new_customers"),
            func.coalesce(func.sum(new.c.margin), 0).label("margin"),
            func.sum(new.c.days).label("days"),
            func.count(scores.c.expected_value).label("valued"),
            func.coalesce(func.sum(scores.c.expected_value), 0).label("expected_value"),
        )
        .select_from(
            new.join(chosen, chosen.c.campaign_id == new.c.campaign_id).outerjoin(
                scores, scores.c.customer_no == new.c.customer_no
            )
        )
        .where(visible_to(scope, new.c.owner_id), *among)
        .group_by(new.c.campaign_id)
        .order_by(new.c.campaign_id)
    )
    return read_frame(conn, statement, CAMPAIGN_NEW)


def contact_counts(
    conn: Connection, start: date | None, end: date | None, *, scope: AccessScope
) -> pd.DataFrame:
    """Return customers by how many messages reached them in a month: ``CONTACT_COUNTS``.

    Months that begin in ``[start, end)``; a customer counts once in every month.
    """
    facts = mart("campaign_contacts")
    period = [] if start is None else [facts.c.month_on >= start]
    period += [] if end is None else [facts.c.month_on < end]
    names = CONTACT_COUNTS.column_names[1:]
    statement = (
        select(facts.c.contacts, *(func.sum(facts.c[name]).label(name) for name in names))
        .where(visible_to(scope, facts.c.owner_id), *period)
        .group_by(facts.c.contacts)
        .order_by(facts.c.contacts)
    )
    return read_frame(conn, statement, CONTACT_COUNTS)


def campaigns_of(cut: CampaignCut) -> sa.Subquery:
    """Return the campaigns of a cut."""
    known, days = table("campaigns"), mart("campaign_days")
    seen = (
        select(days.c.campaign_id, func.min(days.c.day_on).label("first_on"))
        .group_by(days.c.campaign_id)
        .subquery("seen")
    )
    named = [known.c[n] for n in ("name", "channel", "target_segment", "hypothesis", "ended_on")]
    every = (
        select(
            func.coalesce(known.c.campaign_id, seen.c.campaign_id).label("campaign_id"),
            func.coalesce(known.c.started_on, seen.c.first_on).label("started_on"),
            *named,
            known.c.budget,
        )
        .select_from(known.outerjoin(seen, seen.c.campaign_id == known.c.campaign_id, full=True))
        .subquery("every_campaign")
    )
    conditions: list[ColumnElement[bool]] = []
    conditions += [] if cut.start is None else [every.c.started_on >= cut.start]
    conditions += [] if cut.end is None else [every.c.started_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        if name not in CAMPAIGN_FIELDS:
            raise UsageError(
                "unknown_campaign_field",
                f"Campaigns have no field '{name}'. Fields are: {', '.join(CAMPAIGN_FIELDS)}.",
                field=name,
                fields=", ".join(CAMPAIGN_FIELDS),
            )
        conditions.append(passes(every.c[name], given, values))
    return select(every).where(*conditions).subquery("chosen")


def _sums(scope: AccessScope) -> sa.Select[Any]:
    days = mart("campaign_days")
    return (
        select(days.c.campaign_id, *(func.sum(days.c[name]).label(name) for name in SUMS))
        .where(visible_to(scope, days.c.owner_id))
        .group_by(days.c.campaign_id)
    )
