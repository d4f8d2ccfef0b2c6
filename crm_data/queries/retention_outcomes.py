"""What customers of a retention list did after they were assigned."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Subquery, func, literal, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

# had_contract: on the day of assignment; has_contract: on the outcome day. net_amount is 0 without
# an order, missing where no order has an amount.
RETENTION_OUTCOMES = FrameSpec(
    "retention_outcomes",
    "one row per customer asked for that may be seen",
    ("customer_id",),
    columns_of(
        "customer_id:text orders:count net_amount:money had_contract:flag has_contract:flag"
    ),
)


def known_until(conn: Connection, *, kept: str = "either") -> date | None:
    """Return the last day on which outcomes are known.

    Parameters
    ----------
    conn : Connection
    kept : str
        What the outcome is of. ``contract``: contracts, up to their last start or end; an end after
        it is not known, and a contract that nobody has seen end is not one that was kept.
        ``order`` and ``either``: orders. Where that source is empty, the other one.
    """
    info, flows = mart("version_info"), mart("contract_flows")
    statement = select(info.c.table_name, info.c.watermark_on).where(
        info.c.table_name.in_(("orders", "subscriptions"))
    )
    marks: dict[str, date | None] = dict(iter(conn.execute(statement)))
    orders, starts = marks.get("orders"), marks.get("subscriptions")
    ends: date | None = conn.scalar(select(func.max(flows.c.last_on)))
    contracts = max((day for day in (starts, ends) if day is not None), default=None)
    return contracts or orders if kept == "contract" else orders or contracts


def member_outcomes(
    conn: Connection,
    scope: AccessScope,
    customer_ids: Sequence[str],
    *,
    assigned_on: date,
    outcome_on: date,
) -> pd.DataFrame:
    """Return ``RETENTION_OUTCOMES``: paid orders of ``(assigned_on, outcome_on]``, contracts.

    The day of assignment itself counts for neither arm: what was ordered on it may have been
    ordered before. Returns are no orders, and lower the net amount.
    """
    facts = mart("customer_facts")
    seen = (
        select(facts.c.customer_no, facts.c.customer_id)
        .where(visible_to(scope, facts.c.owner_id))
        .where(facts.c.customer_id.in_(asked_for(customer_ids)))
        .cte("seen")
    )
    bought, held = _bought(seen, assigned_on, outcome_on), _held(seen, assigned_on, outcome_on)
    nothing = sa.case((bought.c.customer_no.is_(None), 0), else_=bought.c.net_amount)
    statement = (
        select(
            seen.c.customer_id,
            func.coalesce(bought.c.orders, 0).label("orders"),
            nothing.label("net_amount"),
            func.coalesce(held.c.had_contract, sa.false()).label("had_contract"),
            func.coalesce(held.c.has_contract, sa.false()).label("has_contract"),
        )
        .select_from(seen)
        .outerjoin(bought, bought.c.customer_no == seen.c.customer_no)
        .outerjoin(held, held.c.customer_id == seen.c.customer_id)
        .order_by(seen.c.customer_id)
    )
    return read_frame(conn, statement, RETENTION_OUTCOMES)


def _bought(seen: sa.CTE, assigned_on: date, outcome_on: date) -> Subquery:
    facts = mart("order_facts")
    return (
        select(
            facts.c.customer_no,
            func.count().filter(facts.c.status == "paid").label("orders"),
            func.sum(facts.c.net_amount).label("net_amount"),
        )
        .where(
            facts.c.is_counted,
            facts.c.ordered_on > _day(assigned_on),
            facts.c.ordered_on <= _day(outcome_on),
            facts.c.customer_no.in_(select(seen.c.customer_no)),
        )
        .group_by(facts.c.customer_no)
        .subquery("bought")
    )


def _held(seen: sa.CTE, assigned_on: date, outcome_on: date) -> Subquery:
    held = table("subscriptions")

    def runs_on(day: date) -> ColumnElement[Any]:
        has_begun = func.coalesce(held.c.started_on, _day(day)) <= _day(day)
        return func.bool_or(has_begun & (held.c.ended_on.is_(None) | (held.c.ended_on > _day(day))))

    return (
        select(
            held.c.customer_id,
            runs_on(assigned_on).label("had_contract"),
            runs_on(outcome_on).label("has_contract"),
        )
        .where(held.c.customer_id.in_(select(seen.c.customer_id)))
        .group_by(held.c.customer_id)
        .subquery("held")
    )


def _day(day: date) -> ColumnElement[date]:
    return literal(day, sa.Date())
