"""The customers who were lost in a month: by the end of their contracts, or by silence."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Select, func, select

from crm_data.calendar import step
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.churn_contracts import FILTERS, changes_of
from crm_data.queries.cohorts import Where, keeps, members, watermark
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

LOST_CUSTOMERS = FrameSpec(
    "lost_customers",
    "one row per customer lost in the month",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text source:text lost_on:day end_reason:text "
        "monthly_amount:money first_order_on:day last_order_on:day orders:count net_amount:money "
        "is_back:flag"
    ),
)


@dataclass(frozen=True)
class LostCut:
    """Whose loss is asked for.

    Attributes
    ----------
    month_on : date
        First day of the month.
    days : int or None
        Days of silence; None: by the end of contracts.
    where, among
        As in ``contract_months``.
    """

    month_on: date
    days: int | None = None
    where: Where = ()
    among: str = ""


def lost_customers(
    conn: Connection, *, scope: AccessScope, cut: LostCut, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return who was lost, largest loss first: ``LOST_CUSTOMERS``.

    ``monthly_amount`` is of the contracts lost; with silence, it and the reason are missing.
    ``is_back``: under contract again, or with a later order, as of today's data.
    """
    facts = mart("customer_facts")
    lost = _lost(scope, cut)
    amount = lost.c.monthly_amount if cut.days is None else facts.c.net_amount
    own = lost.c.keys()
    names = LOST_CUSTOMERS.column_names
    columns = {name: (lost if name in own else facts).c[name] for name in names}
    statement = (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(lost)
        .outerjoin(facts, facts.c.customer_no == lost.c.customer_no)
        .order_by(amount.desc().nulls_last(), columns["customer_id"])
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, LOST_CUSTOMERS)


def lost_customers_count(conn: Connection, *, scope: AccessScope, cut: LostCut) -> int:
    """Return how many were lost."""
    lost = _lost(scope, cut)
    return int(conn.scalar(select(func.count()).select_from(lost)) or 0)


def _lost(scope: AccessScope, cut: LostCut) -> sa.Subquery:
    found = _by_contract(scope, cut) if cut.days is None else _by_silence(scope, cut, cut.days)
    return found.subquery("lost")


def _by_contract(scope: AccessScope, cut: LostCut) -> Select[Any]:
    changes, source, own = changes_of(scope, cut.where, cut.among)
    later = mart("contract_changes").alias("later")
    again = select(later.c.customer_no).where(
        later.c.month_on > cut.month_on, later.c.outcome == "returned"
    )
    found = select(
        changes.c.customer_no,
        changes.c.customer_id,
        changes.c.region,
        changes.c.source,
        changes.c.ended_on.label("lost_on"),
        changes.c.end_reason,
        changes.c.amount_before.label("monthly_amount"),
        changes.c.customer_no.in_(again).label("is_back"),
    ).select_from(source)
    return found.where(changes.c.month_on == cut.month_on, changes.c.outcome == "lost", *own)


def _by_silence(scope: AccessScope, cut: LostCut, days: int) -> Select[Any]:
    """Return whose last paid order by the end of the month lies so that they fell silent in it.

    No silence is shorter than a month, so it begins after the last paid order of a calendar month:
    of ``customer_months``, which is sorted by month, one or two months are read.
    """
    months = mart("customer_months")
    seen = [
        visible_to(scope, months.c.owner_id),
        *(keeps(months.c[name], values) for name, values in cut.where if name in FILTERS),
    ]
    others = tuple((name, values) for name, values in cut.where if name not in FILTERS)
    source: sa.FromClause = months
    if cut.among or others:
        asked = members(EVERYTHING, others, cut.among)
        source = months.join(asked, asked.c.customer_no == months.c.customer_no)
    next_month = step(cut.month_on, "month")
    first, after = (day - timedelta(days=days + 1) for day in (cut.month_on, next_month))
    silent_on = months.c.last_paid_on + days + 1
    return (
        select(
            months.c.customer_no,
            months.c.customer_id,
            silent_on.label("lost_on"),
            sa.cast(sa.null(), sa.Text()).label("end_reason"),
            sa.cast(sa.null(), sa.Numeric(18, 4)).label("monthly_amount"),
            months.c.next_paid_on.is_not(None).label("is_back"),
        )
        .select_from(source)
        .where(
            months.c.month_on >= first.replace(day=1),
            months.c.month_on < after,
            months.c.last_paid_on >= first,
            months.c.last_paid_on < after,
            sa.or_(months.c.next_paid_on.is_(None), months.c.next_paid_on >= next_month),
            silent_on <= watermark(),
            *seen,
        )
    )
