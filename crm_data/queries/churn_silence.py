"""Who had no paid order for too long: by month, by gap between orders, and who came back."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import Where, keeps, members, watermark
from crm_data.scope import AccessScope, visible_to
from crm_data.silence import FOLLOWED, SHORT, SILENCE_DAYS
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart

FILTERS: tuple[str, ...] = ("region", "source")
SPLITS: tuple[str, ...] = ("region", "source", "first_category", "kind")
_FOLLOWED_BITS, _SHORT_BITS = (  # as part of the text: one engine shifts by small numbers only
    sa.literal_column(str(held.bit_length() - 1), sa.Integer())
    for held in (FOLLOWED * SHORT, SHORT)
)
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

    Read from ``silence_flows``; a saved segment and other filters from ``order_pauses``.

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
    anybody else, and a saved segment, each pause.
    """
    if _is_counted(scope, where, among):
        gaps = mart("silence_gaps")
        length: ColumnElement[Any] = gaps.c.gap_days
        amount: ColumnElement[Any] = func.sum(gaps.c.gaps)
        member = _member(gaps, by)
        statement = select(member, length, amount.label("gaps")).where(*_kept(gaps, where))
        group: Any = gaps
    else:
        pauses, own = mart("order_pauses"), members(scope, where, among, *([by] if by else []))
        length, member = pauses.c.gap_days, _member(own, by)
        statement = (
            select(member, length.label("gap_days"), func.count().label("gaps"))
            .join(own, own.c.customer_no == pauses.c.customer_no)
            .where(length.is_not(None))
        )
        group = own
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
        source, conditions = _ends_of_customers(scope, by, where, among), []
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


def _flows_of_customers(scope: AccessScope, days: int, where: Where, among: str) -> sa.Subquery:
    """Return comings and goings as the mart would count them, pauses alike counted together.

    A pause counts where its customer was silent when a month ended: one lost in the month of the
    first silent day, and one who returned in the month of the order that ended it.
    """
    pauses, own = mart("order_pauses"), members(scope, where, among)
    firsts = members(scope, where, among, "first_paid_on")
    alike = (
        select(pauses.c.from_on, pauses.c.until_month_on, func.count().label("customers"))
        .join(own, own.c.customer_no == pauses.c.customer_no)
        .where(pauses.c.pause_days > days)
        .group_by(pauses.c.from_on, pauses.c.until_month_on)
        .cte("alike")
        .prefix_with("MATERIALIZED")
    )
    nobody: ColumnElement[int] = sa.literal_column("0")
    silent_on, back_on, many = alike.c.from_on + days + 1, alike.c.until_month_on, alike.c.customers
    silent_in = bucket_start(silent_on, "month")
    came_in = bucket_start(firsts.c.first_paid_on, "month")
    news = (
        select(
            came_in.label("month_on"),
            func.count().label("new_customers"),
            nobody.label("returned_customers"),
            nobody.label("lost_customers"),
        )
        .where(firsts.c.first_paid_on <= watermark())
        .group_by(came_in)
    )
    returns = select(back_on, nobody, many, nobody).where(silent_in < back_on)
    losses = select(silent_in, nobody, nobody, many).where(
        silent_on <= watermark(), sa.or_(back_on.is_(None), silent_in < back_on)
    )
    return sa.union_all(news, returns, losses).subquery("flows")


def _ends_of_customers(scope: AccessScope, by: str, where: Where, among: str) -> sa.Subquery:
    """Return silences by days, and how many ended, as the mart would count them.

    Pauses are counted by their code, and the counts spread out over the days at the end.
    """
    pauses, own = mart("order_pauses"), members(scope, where, among, *([by] if by else []))
    member = _member(own, by)
    cells = (
        select(pauses.c.silence_code, member, func.count().label("pauses"))
        .join(own, own.c.customer_no == pauses.c.customer_no)
        .group_by(pauses.c.silence_code, *((own.c[by],) if by else ()))
        .subquery("cells")
    )
    candidates = sa.values(
        sa.column("place", sa.Integer()), sa.column("silence_days", sa.Integer()), name="candidates"
    ).data(list(enumerate(SILENCE_DAYS, start=1)))
    place, many, code = candidates.c.place, cells.c.pauses, cells.c.silence_code
    # powers of two: engines divide whole numbers otherwise than each other
    lasts, known = (code.bitwise_rshift(bits) for bits in (_FOLLOWED_BITS, _SHORT_BITS))
    is_followed = place <= known.bitwise_and(FOLLOWED - 1)
    is_back = sa.and_(is_followed, place > code.bitwise_and(SHORT - 1))
    ends = select(
        *([cells.c.member.label(by)] if by else []),
        candidates.c.silence_days,
        many.label("silences"),
        sa.case((is_followed, many), else_=0).label("followed"),
        sa.case((is_back, many), else_=0).label("came_back"),
    ).select_from(cells.join(candidates, place <= lasts))
    return ends.subquery("ends")


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
