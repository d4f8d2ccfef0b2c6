"""Who had no paid order for too long: by month, by gap between orders, and who came back."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import Where, chosen, keeps, watermark
from crm_data.scope import AccessScope, visible_to
from crm_data.silence import SILENCE_DAYS
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart
from crm_data.tables.marts import NEVER

FILTERS: tuple[str, ...] = ("region", "source")
SPLITS: tuple[str, ...] = ("region", "source", "first_category", "kind")
_COUNTS = ("new_customers", "returned_customers", "lost_customers")
SILENCE_MONTHS = FrameSpec(
    "silence_months",
    "one row per calendar month in which somebody came or went",
    ("month_on",),
    (
        Column("month_on", "day"),
        Column("new_customers", "count", "First order ever."),
        Column("returned_customers", "count", "An order after a silence."),
        Column("lost_customers", "count", "Fell silent, and still were when the month ended."),
    ),
)
GAP_COUNTS = FrameSpec(
    "gap_counts",
    "one row per member of the split and days between order days",
    ("member", "gap_days"),
    (Column("member", "text"), Column("gap_days", "count"), Column("gaps", "count")),
)
SILENCE_ENDS = FrameSpec(
    "silence_ends",
    "one row per member of the split and days of silence",
    ("member", "silence_days"),
    (
        Column("member", "text"),
        Column("silence_days", "count"),
        Column("silences", "count"),
        Column("followed", "count", "Of them, with as many days again within the data."),
        Column("came_back", "count", "Of those followed, with an order within these days."),
    ),
)


def silence_months(
    conn: Connection, *, scope: AccessScope, days: int, where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return who came and went by month, with so many days of silence: ``SILENCE_MONTHS``.

    Read from ``silence_flows``; a saved segment and other filters from ``customer_months``.

    Raises
    ------
    UsageError
        ``days`` is not one of ``SILENCE_DAYS``.
    """
    _require(days)
    if among or any(name not in FILTERS for name, _ in where):
        source: Any = _flows_of_customers(scope, days, where, among)
        conditions: list[ColumnElement[bool]] = []
    else:
        flows = mart("silence_flows")
        source = flows.alias("flows")
        conditions = [
            source.c.silence_days == days,
            visible_to(scope, source.c.owner_id),
            *(keeps(source.c[name], values) for name, values in where),
        ]
    statement = (
        select(source.c.month_on, *(func.sum(source.c[name]).label(name) for name in _COUNTS))
        .where(*conditions)
        .group_by(source.c.month_on)
        .order_by(source.c.month_on)
    )
    return read_frame(conn, statement, SILENCE_MONTHS)


def gap_counts(
    conn: Connection, *, scope: AccessScope, by: str = "", where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return gaps between order days by length: ``GAP_COUNTS``, in order.

    Who sees everything reads ``silence_gaps``, where gaps past 90 days are rounded up to fives;
    anybody else, and a saved segment, the orders themselves.
    """
    if _is_counted(scope, where, among):
        gaps = mart("silence_gaps")
        length: ColumnElement[Any] = gaps.c.gap_days
        amount: ColumnElement[Any] = func.sum(gaps.c.gaps)
        member = _member(gaps, by)
        statement = select(member, length, amount.label("gaps")).where(*_kept(gaps, where))
        group = gaps
    else:
        orders, facts = mart("order_facts"), mart("customer_facts")
        length = orders.c.ordered_on - orders.c.previous_paid_on
        member = _member(facts, by)
        statement = (
            select(member, length.label("gap_days"), func.count().label("gaps"))
            .join(facts, facts.c.customer_no == orders.c.customer_no)
            .where(
                orders.c.previous_paid_on > NEVER,
                orders.c.previous_paid_on < orders.c.ordered_on,
                orders.c.ordered_on <= watermark(),
                visible_to(scope, facts.c.owner_id),
                *chosen(facts, where, among),
            )
        )
        group = facts
    statement = statement.group_by(length, *((group.c[by],) if by else ()))
    ordered = statement.order_by(sa.text("member NULLS LAST"), length)
    return read_frame(conn, ordered, GAP_COUNTS)


def silence_ends(
    conn: Connection, *, scope: AccessScope, by: str = "", where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return silences and how many of them ended: ``SILENCE_ENDS``, in order."""
    counts = ("silences", "followed", "came_back")
    if _is_counted(scope, where, among):
        source: Any = mart("silence_returns")
        conditions = _kept(source, where)
    else:
        parts = [_ends_of_customers(scope, days, where, among) for days in SILENCE_DAYS]
        source, conditions = sa.union_all(*parts).subquery(), []
    statement = (
        select(
            _member(source, by),
            source.c.silence_days,
            *(func.sum(source.c[name]).label(name) for name in counts),
        )
        .where(*conditions)
        .group_by(source.c.silence_days, *((source.c[by],) if by else ()))
        .order_by(sa.text("member NULLS LAST"), source.c.silence_days)
    )
    return read_frame(conn, statement, SILENCE_ENDS)


def months_of_customers(
    scope: AccessScope, where: Where, among: str
) -> tuple[sa.Subquery, sa.ScalarSelect[date]]:
    """Return months with a paid order, with the order before and the next one, and the last day."""
    months, facts, known = mart("customer_months"), mart("customer_facts"), watermark()
    customer: dict[str, Any] = {
        "partition_by": months.c.customer_no,
        "order_by": months.c.month_on,
    }
    paid_last = months.c.last_paid_on
    last = sa.case((paid_last > known, known), else_=paid_last)
    rows = (
        select(
            months.c.customer_no,
            months.c.month_on,
            *(facts.c[name] for name in SPLITS),
            last.label("last_on"),
            func.lag(paid_last).over(**customer).label("before_on"),
            func.lead(months.c.first_paid_on).over(**customer).label("next_on"),
        )
        .join(facts, facts.c.customer_no == months.c.customer_no)
        .where(
            months.c.first_paid_on <= known,
            visible_to(scope, months.c.owner_id),
            *chosen(facts, where, among),
        )
    )
    return rows.subquery("order_months"), known


def _flows_of_customers(scope: AccessScope, days: int, where: Where, among: str) -> sa.Subquery:
    """Return a row per coming and going, as the mart would count it."""
    rows, known = months_of_customers(scope, where, among)
    silent_on = rows.c.last_on + days + 1
    silent_in = bucket_start(silent_on, "month")
    zero: ColumnElement[int] = sa.literal_column("0")
    one: ColumnElement[int] = sa.literal_column("1")
    came = select(
        rows.c.month_on,
        sa.case((rows.c.before_on.is_(None), one), else_=zero).label("new_customers"),
        sa.case((rows.c.before_on.is_(None), zero), else_=one).label("returned_customers"),
        zero.label("lost_customers"),
    ).where(
        sa.or_(rows.c.before_on.is_(None), rows.c.before_on + days + 1 < rows.c.month_on)
    )  # fmt: skip
    went = select(silent_in, zero, zero, one).where(
        silent_on <= known,
        sa.or_(rows.c.next_on.is_(None), bucket_start(rows.c.next_on, "month") > silent_in),
    )
    return sa.union_all(came, went).subquery("flows")


def _ends_of_customers(scope: AccessScope, days: int, where: Where, among: str) -> Select[Any]:
    rows, known = months_of_customers(scope, where, among)
    is_followed = rows.c.last_on + 2 * days <= known
    is_back = sa.and_(is_followed, rows.c.next_on <= rows.c.last_on + 2 * days)
    return select(
        sa.literal(days).label("silence_days"),
        *(rows.c[name] for name in SPLITS),
        sa.literal_column("1").label("silences"),
        sa.case((is_followed, 1), else_=0).label("followed"),
        sa.case((is_back, 1), else_=0).label("came_back"),
    ).where(
        rows.c.last_on + days + 1 <= known,
        sa.or_(rows.c.next_on.is_(None), rows.c.next_on > rows.c.last_on + days),
    )


def _is_counted(scope: AccessScope, where: Where, among: str) -> bool:
    return scope.is_everything and not among and all(name in SPLITS for name, _ in where)


def _kept(source: Any, where: Where) -> list[ColumnElement[bool]]:
    return [keeps(source.c[name], values) for name, values in where]


def _member(source: Any, by: str) -> ColumnElement[Any]:
    member: ColumnElement[Any] = source.c[by] if by else sa.literal(None, sa.Text())
    return member.label("member")


def _require(days: int) -> None:
    if days not in SILENCE_DAYS:
        raise UsageError(
            "silence_days",
            f"Silences of {days} days are not counted. Use one of "
            f"{', '.join(map(str, SILENCE_DAYS))}.",
            days=days,
        )
