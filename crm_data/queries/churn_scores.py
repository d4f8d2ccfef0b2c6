"""Who is likely to leave, of those that the viewer may see: probability, reasons, value."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import members
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

ChurnKind = Literal["contract", "silence"]
MONTHS = 12  # that value at stake looks ahead

# Its customer_id, value_at_stake and reasons are what a retention list is made of
# (RETENTION_INPUT). value_at_stake: twelve monthly amounts of who leaves a contract, the net amount
# of the last 365 days of who falls silent; missing where it is not above zero.
CHURN_SCORED = FrameSpec(
    "churn_scored",
    "one row per visible customer asked for who has a probability, the largest expected loss first",
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
    "one row per visible customer with a probability, in the order of their numbers",
    ("customer_id",),
    columns_of("customer_id:text churn_probability:share value_at_stake:money"),
)


def churn_scored(
    conn: Connection,
    *,
    scope: AccessScope,
    only: Sequence[str],
) -> pd.DataFrame:
    """Return ``CHURN_SCORED``: by probability times value at stake, then by probability.

    Parameters
    ----------
    conn : Connection
    scope : AccessScope
        Customers that the viewer may see.
    only : sequence of str
        None but these customers; ``analytics.churn_choice`` says who they are.
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
        .where(
            scores.c.churn_probability.is_not(None),
            scores.c.customer_id.in_(asked_for(only)),
            visible_to(scope, scores.c.owner_id),
        )
        .order_by(loss.desc().nulls_last(), scores.c.churn_probability.desc(), scores.c.customer_id)
    )
    return read_frame(conn, statement, CHURN_SCORED)


def churn_stakes(
    conn: Connection, *, scope: AccessScope, kind: ChurnKind, among: str = ""
) -> pd.DataFrame:
    """Return ``CHURN_STAKES`` of a kind: every probability with its value, and nothing else."""
    scores, facts = mart("customer_scores"), mart("customer_facts")
    seen: list[ColumnElement[bool]] = [
        scores.c.churn_probability.is_not(None),
        scores.c.churn_kind == kind,
        visible_to(scope, scores.c.owner_id),
    ]
    source = scores.join(facts, facts.c.customer_no == scores.c.customer_no)
    if among:
        own = members(EVERYTHING, (), among)
        source = source.join(own, own.c.customer_no == scores.c.customer_no)
    # ids and amounts of one table: the other is then joined, and sorted, by numbers alone
    statement = (
        select(facts.c.customer_id, scores.c.churn_probability, _above_zero(_worth(kind)))
        .select_from(source)
        .where(*seen)
        .order_by(facts.c.customer_no)
    )
    return read_frame(conn, statement, CHURN_STAKES)


def _stake() -> sa.Label[Any]:
    of_contract = mart("customer_scores").c.churn_kind == "contract"
    worth = sa.case((of_contract, _worth("contract")), else_=_worth("silence"))
    return _above_zero(worth)


def _worth(kind: ChurnKind) -> ColumnElement[Any]:
    facts = mart("customer_facts")
    return MONTHS * facts.c.monthly_amount if kind == "contract" else facts.c.net_amount_365d


def _above_zero(worth: ColumnElement[Any]) -> sa.Label[Any]:
    return sa.case((worth > 0, worth)).label("value_at_stake")
