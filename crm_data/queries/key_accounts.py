"""Who brings the revenue: amounts in bins for a Lorenz curve, and the largest customers."""

from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.cohorts import Where, chosen, watermark
from crm_data.queries.few_rows import Numbers, numbers_of, of_customers
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

Window = Literal["year", "all"]
WINDOWS: tuple[Window, ...] = ("year", "all")
EXACT = 200  # largest customers whose amounts stay apart
_BINS_PER_E = 100  # bins one percent wide: the Gini moves by less than 0.0001
_YEAR = 365
_MONTH = 31

CONCENTRATION_BINS = FrameSpec(
    "concentration_bins",
    "one row per group of customers whose amounts differ by one percent at the most",
    (),
    (
        Column("is_positive", "flag", "False: the one row of customers with zero or less."),
        Column("customers", "count"),
        Column("net_amount", "money", "Sum over them."),
    ),
)
KEY_ACCOUNTS = FrameSpec(
    "key_accounts",
    "one row per customer, largest amount of the window first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text region:text owner_id:text owner_name:text amount:money "
        "net_amount_365d:money year_before:money orders:count order_days:count "
        "first_order_on:day last_order_on:day days_since_last_order:count rhythm_days:number "
        "stage:text expected_value:money open_tickets:count open_complaints:count "
        "last_nps:number last_contact_at:instant days_since_contact:count open_deals:count "
        "open_deal_amount:money has_subscription:flag"
    ),
)


def concentration_bins(
    conn: Connection, *, scope: AccessScope, window: Window, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return amounts by customer, counted in bins, largest first: ``CONCENTRATION_BINS``.

    The ``EXACT`` largest amounts stay apart; the rest is cut on a logarithmic scale, which needs no
    sorting. Customers without an order in the window are in no row.

    Parameters
    ----------
    window : str
        ``year``: the 365 days up to the last one with orders; ``all``: all time.
    """
    facts = mart("customer_facts")
    amount = _amount(facts, window)
    seen = [visible_to(scope, facts.c.owner_id), *chosen(facts, where, among)]
    # Found once: the parts below go through the amounts of the customers meant, not through all.
    known = select(amount.label("amount")).where(*seen, amount.is_not(None))
    own = known.cte("own").prefix_with("MATERIALIZED")
    amount = own.c.amount
    largest = select(amount).where(amount > 0)
    largest_few = largest.order_by(amount.desc()).limit(EXACT).subquery("largest")
    floor = select(func.min(largest_few.c.amount)).scalar_subquery()
    value: ColumnElement[float] = sa.cast(amount, sa.Double())
    place: ColumnElement[float] = sa.cast(func.floor(func.ln(value) * _BINS_PER_E), sa.Double())
    # A scan each for those apart, those in bins, and those without a positive amount.
    parts: list[tuple[int, ColumnElement[Any], ColumnElement[bool]]] = [
        (0, value, amount >= floor),
        (1, place, sa.and_(amount > 0, amount < floor)),
        (2, sa.literal(0.0, sa.Double()), amount <= 0),
    ]
    grouped = sa.union_all(
        *(
            select(
                sa.literal_column(str(part)).label("part"),
                position.label("position"),
                func.count().label("customers"),
                func.sum(amount).label("net_amount"),
            )
            .where(condition)
            .group_by(sa.text("2"))
            for part, position, condition in parts
        )
    ).subquery("bins")
    statement = select(
        (grouped.c.part < 2).label("is_positive"), grouped.c.customers, grouped.c.net_amount
    ).order_by(grouped.c.part, grouped.c.position.desc())
    return read_frame(conn, statement, CONCENTRATION_BINS)


def key_accounts(
    conn: Connection,
    *,
    scope: AccessScope,
    window: Window,
    where: Where = (),
    among: str = "",
    limit: int = 100,
) -> pd.DataFrame:
    """Return the customers with the largest positive amount of the window: ``KEY_ACCOUNTS``.

    Days count to the last day with a counted order. ``rhythm_days`` is the scored one, else the
    median gap between order days. ``year_before`` covers the 365 days before the last 365.
    """
    facts, scores, people = mart("customer_facts"), mart("customer_scores"), table("employees")
    numbers = _largest(conn, scope, window, chosen(facts, where, among), limit)
    largest = select(facts, _amount(facts, window).label("amount"))
    top = largest.where(of_customers(conn, facts, numbers)).cte("top")
    scored = select(scores).where(of_customers(conn, scores, numbers)).subquery("scored")
    last = sa.literal(_last_on(conn), sa.Date())
    complaints, deals = _complaints(top), _deals(top)
    silence = sa.type_coerce(last - top.c.last_order_on, sa.Integer())
    contact_on = sa.cast(top.c.last_contact_at, sa.Date())
    unheard = sa.type_coerce(last - contact_on, sa.Integer())
    own = {name: top.c[name] for name in KEY_ACCOUNTS.column_names if name in top.c}
    computed: dict[str, Any] = {
        "owner_name": people.c.name,
        "year_before": top.c.net_amount_year_before,
        "days_since_last_order": func.greatest(silence, 0),
        "rhythm_days": func.coalesce(scored.c.rhythm_days, top.c.median_gap_days),
        "stage": scored.c.stage,
        "expected_value": scored.c.expected_value,
        "open_complaints": func.coalesce(complaints.c.open_complaints, 0),
        "days_since_contact": sa.case(
            (top.c.last_contact_at.is_not(None), func.greatest(unheard, 0))
        ),
        "open_deal_amount": deals.c.amount,
    }
    columns = {**own, **computed}
    statement = (
        select(*(columns[name].label(name) for name in KEY_ACCOUNTS.column_names))
        .select_from(top)
        .outerjoin(scored, scored.c.customer_no == top.c.customer_no)
        .outerjoin(people, people.c.employee_id == top.c.owner_id)
        .outerjoin(complaints, complaints.c.customer_id == top.c.customer_id)
        .outerjoin(deals, deals.c.customer_id == top.c.customer_id)
        .order_by(top.c.amount.desc(), top.c.customer_id)
    )
    return read_frame(conn, statement, KEY_ACCOUNTS)


def _amount(facts: sa.Table, window: Window) -> ColumnElement[Any]:
    return facts.c.net_amount_365d if window == "year" else facts.c.net_amount


def _largest(
    conn: Connection,
    scope: AccessScope,
    window: Window,
    conditions: list[ColumnElement[bool]],
    limit: int,
) -> Numbers:
    facts = mart("customer_facts")
    amount = _amount(facts, window)
    found = (
        select(facts.c.customer_no)
        .where(visible_to(scope, facts.c.owner_id), amount > 0, *conditions)
        .order_by(amount.desc(), facts.c.customer_no)
    )
    return numbers_of(conn, found, limit=limit, offset=0)


def _last_on(conn: Connection) -> date | None:
    """Return the last day with a counted order that has come: where the 365 days end."""
    known: date | None = conn.scalar(select(watermark()))
    if known is None:
        return None
    orders = mart("order_facts")
    for days in (_MONTH, _YEAR):  # as values, so that stores read the last days only
        newest: date | None = conn.scalar(
            select(func.max(orders.c.ordered_on)).where(
                orders.c.is_counted,
                orders.c.ordered_on <= sa.literal(known, sa.Date()),
                orders.c.ordered_on > sa.literal(known - timedelta(days=days), sa.Date()),
            )
        )
        if newest is not None:
            return newest
    return known


def _complaints(top: sa.CTE) -> sa.Subquery:
    tickets = table("tickets")
    return (
        select(tickets.c.customer_id, func.count().label("open_complaints"))
        .where(
            tickets.c.is_complaint,
            tickets.c.resolved_at.is_(None),
            tickets.c.closed_at.is_(None),
            tickets.c.customer_id.in_(select(top.c.customer_id)),
        )
        .group_by(tickets.c.customer_id)
        .subquery("complaints")
    )


def _deals(top: sa.CTE) -> sa.Subquery:
    deals = table("opportunities")
    return (
        select(deals.c.customer_id, func.sum(deals.c.amount).label("amount"))
        .where(deals.c.outcome.is_(None), deals.c.customer_id.in_(select(top.c.customer_id)))
        .group_by(deals.c.customer_id)
        .subquery("deals")
    )
