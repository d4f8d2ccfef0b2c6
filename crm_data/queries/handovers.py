"""Deals that went from one owner to another, and open deals whose owner has left."""

from datetime import date
from typing import Any, cast

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Select, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source, known_on, of_cut
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart, table

_DEAL = ("opportunity_no", "opportunity_id", "name", "customer_id", "pipeline", "stage", "amount",
         "owner_id", "last_contact_on")  # fmt: skip
_DEAL_COLUMNS = (
    "opportunity_no:count opportunity_id:text name:text customer_id:text pipeline:text "
    "stage:text amount:money owner_id:text last_contact_on:day customer_name:text"
)
HANDOVERS = FrameSpec(
    "handovers",
    "one row per deal and change of its owner",
    ("opportunity_no", "handed_on"),
    columns_of(
        f"{_DEAL_COLUMNS} outcome:text closed_on:day handed_on:day before_id:text after_id:text "
        "before_left_on:day outcome_then:text amount_then:money"
    ),
)
LEFT_BEHIND = FrameSpec(
    "left_behind",
    "one row per open deal whose owner has left",
    ("opportunity_no",),
    columns_of(f"{_DEAL_COLUMNS} left_on:day expected_close_on:day"),
)


def handovers(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return changes of owner in [start, end), deal by deal: ``HANDOVERS``.

    From nobody to somebody is none. Who may see a deal today is told who had it before. What became
    of a deal is as it was known then, where the cut is of a past day; who owns it is as of today.
    """
    states, facts = mart("opportunity_snapshots"), mart("deal_facts")
    source = deal_source(cut, scope)
    staff, people = table("employees"), mart("customer_facts")
    before = func.lag(states.c.owner_id).over(
        partition_by=states.c.opportunity_no, order_by=states.c.valid_from
    )
    each_state = select(
        states.c.opportunity_no.label("deal_no"),
        states.c.valid_from.label("handed_on"),
        states.c.owner_id.label("after_id"),
        states.c.outcome.label("outcome_then"),
        states.c.amount.label("amount_then"),
        before.label("before_id"),
    )
    # Few deals ever change hands: the history of the others need not be sorted.
    moved = select(facts.c.opportunity_no).where(facts.c.handovers > 0, *of_cut(facts, cut, scope))
    each = each_state.where(states.c.opportunity_no.in_(moved)).subquery("each_state")
    changes = ("handed_on", "after_id", "outcome_then", "amount_then", "before_id")
    statement: Select[Any] = (
        select(
            *(source.c[name] for name in (*_DEAL, "outcome", "closed_on")),
            people.c.name.label("customer_name"),
            *(each.c[name] for name in changes),
            staff.c.left_on.label("before_left_on"),
        )
        .select_from(
            each.join(source, source.c.opportunity_no == each.c.deal_no)
            .outerjoin(people, people.c.customer_id == source.c.customer_id)
            .outerjoin(staff, staff.c.employee_id == each.c.before_id)
        )
        .where(
            each.c.before_id != each.c.after_id,
            each.c.handed_on >= start,
            each.c.handed_on < end,
        )
        .order_by(source.c.opportunity_no, each.c.handed_on)
    )
    return read_frame(conn, statement, HANDOVERS)


def left_behind(conn: Connection, cut: DealCut, *, day: date, scope: AccessScope) -> pd.DataFrame:
    """Return deals that are open while their owner had left by ``day``: ``LEFT_BEHIND``.

    Where the cut is of a past day, the owner is who had the deal then.
    """
    source, staff, people = (
        deal_source(cut, scope, only_open=True), table("employees"), mart("customer_facts"),
    )  # fmt: skip
    owner, deals = source.c.owner_id, cast(sa.FromClause, source)
    if cut.as_of is not None:
        states, then = mart("opportunity_snapshots"), sa.literal(cut.as_of, sa.Date())
        was = sa.and_(states.c.opportunity_no == source.c.opportunity_no, *known_on(states, then))
        owner, deals = states.c.owner_id, source.join(states, was)
    own = [name for name in (*_DEAL, "expected_close_on") if name != "owner_id"]
    statement = (
        select(
            *(source.c[name] for name in own),
            owner.label("owner_id"),
            people.c.name.label("customer_name"),
            staff.c.left_on,
        )
        .select_from(
            deals.join(staff, staff.c.employee_id == owner).outerjoin(
                people, people.c.customer_id == source.c.customer_id
            )
        )
        .where(staff.c.left_on < sa.literal(day, sa.Date()))
        .order_by(source.c.amount.desc().nulls_last(), source.c.opportunity_no)
    )
    return read_frame(conn, statement, LEFT_BEHIND)
