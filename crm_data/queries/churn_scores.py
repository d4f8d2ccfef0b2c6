"""Who is likely to leave, of those that the viewer may see: probability, reasons, value."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart

ChurnKind = Literal["contract", "silence"]
MONTHS = 12  # that value at stake looks ahead

# Its customer_id, value_at_stake and reasons are what a retention list is made of
# (RETENTION_INPUT). value_at_stake: twelve monthly amounts of who leaves a contract, the net amount
# of the last 365 days of who falls silent; missing where it is not above zero.
CHURN_SCORED = FrameSpec(
    "churn_scored",
    "one row per visible customer with a probability, the largest expected loss first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text owner_id:text region:text churn_kind:text "
        "churn_horizon_days:count churn_probability:share value_at_stake:money reasons:json "
        "last_contact_at:instant health_score:number"
    ),
)
# What a decision is made of: as few columns as it takes, as there may be a million rows.
CHURN_STAKES = FrameSpec(
    "churn_stakes",
    "one row per visible customer with a probability, by id",
    ("customer_id",),
    columns_of("customer_id:text churn_probability:share value_at_stake:money"),
)
CHURN_MEMBERS = FrameSpec(
    "churn_members",
    "one row per kind of leaving with visible members",
    ("churn_kind",),
    columns_of("churn_kind:text members:count scored:count expected_left:number"),
)


def churn_scored(
    conn: Connection,
    *,
    scope: AccessScope,
    kind: ChurnKind | None = None,
    among: str = "",
    only: Sequence[str] | None = None,
    limit: int | None = None,
) -> pd.DataFrame:
    """Return ``CHURN_SCORED``: by probability times value at stake, then by probability.

    Parameters
    ----------
    conn : Connection
    scope : AccessScope
        Customers that the viewer may see.
    kind : str, optional
        ``contract`` or ``silence`` only. Probabilities of the two are of different things.
    among : str
        Conditions of a segment as JSON; empty is everybody.
    only : sequence of str, optional
        None but these customers.
    limit : int, optional
        At most so many rows.
    """
    scores, facts = mart("customer_scores"), mart("customer_facts")
    stake = _stake()
    loss = scores.c.churn_probability * sa.cast(stake, sa.Double())
    statement = (
        select(
            scores.c.customer_id,
            facts.c.name,
            scores.c.owner_id,
            facts.c.region,
            scores.c.churn_kind,
            scores.c.churn_horizon_days,
            scores.c.churn_probability,
            stake,
            scores.c.churn_reasons.label("reasons"),
            facts.c.last_contact_at,
            scores.c.health_score,
        )
        .select_from(scores.join(facts, facts.c.customer_no == scores.c.customer_no))
        .where(scores.c.churn_probability.is_not(None), _seen(scope, kind, among))
        .order_by(loss.desc().nulls_last(), scores.c.churn_probability.desc(), scores.c.customer_id)
        .limit(limit)
    )
    if only is not None:
        statement = statement.where(scores.c.customer_id.in_(asked_for(only)))
    return read_frame(conn, statement, CHURN_SCORED)


def churn_stakes(
    conn: Connection, *, scope: AccessScope, kind: ChurnKind, among: str = ""
) -> pd.DataFrame:
    """Return ``CHURN_STAKES`` of a kind: every probability with its value, and nothing else."""
    scores, facts = mart("customer_scores"), mart("customer_facts")
    statement = (
        select(scores.c.customer_id, scores.c.churn_probability, _stake())
        .select_from(scores.join(facts, facts.c.customer_no == scores.c.customer_no))
        .where(scores.c.churn_probability.is_not(None), _seen(scope, kind, among))
        .order_by(scores.c.customer_id)
    )
    return read_frame(conn, statement, CHURN_STAKES)


def churn_members(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return ``CHURN_MEMBERS``: who can be lost, who has a probability, and their sum."""
    scores = mart("customer_scores")
    statement = (
        select(
            scores.c.churn_kind,
            func.count().label("members"),
            func.count(scores.c.churn_probability).label("scored"),
            func.sum(scores.c.churn_probability).label("expected_left"),
        )
        .where(scores.c.churn_kind.is_not(None), _seen(scope, None, among))
        .group_by(scores.c.churn_kind)
        .order_by(scores.c.churn_kind)
    )
    return read_frame(conn, statement, CHURN_MEMBERS)


def _stake() -> sa.Label[Any]:
    scores, facts = mart("customer_scores"), mart("customer_facts")
    worth = sa.case(
        (scores.c.churn_kind == "contract", MONTHS * facts.c.monthly_amount),
        else_=facts.c.net_amount_365d,
    )
    return sa.case((worth > 0, worth)).label("value_at_stake")


def _seen(scope: AccessScope, kind: ChurnKind | None, among: str) -> ColumnElement[bool]:
    scores = mart("customer_scores")
    conditions = [visible_to(scope, scores.c.owner_id)]
    if kind is not None:
        conditions.append(scores.c.churn_kind == kind)
    if among:
        conditions.append(in_segment(scores.c.customer_no, among))
    return sa.and_(*conditions)
