"""How large a segment was at month ends, as far as the data of today can tell.

Orders carry their day, so what follows from them is worked out anew for each month end. Segments
and stages are read from their histories. Other fields are as they are today, and said to be so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, literal, or_, select, true

from crm_data.frames import Column, FrameSpec
from crm_data.queries.order_facts_on import ON_A_DAY, facts_on_days
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import Compare, Node, SegmentField, leaves, matches, parse, source_of
from crm_data.segments.compile import column, watermark
from crm_data.tables import mart

SIZES_BY_MONTH = FrameSpec(
    "segment_sizes_by_month",
    "one row per month end, oldest first; the last row is the day the data ends",
    ("on",),
    (
        Column("on", "day"),
        Column("customers", "count"),
        Column("entered", "count", "Members who were none in the row before; missing in the first"),
        Column("left", "count", "Members in the row before who are none; missing in the first"),
    ),
)
_HISTORY = {"rfm_segment": "rfm_history", "stage": "stage_history"}
_NEVER_CHANGE = ("customer_id", "created_at", "birth_on")
Letters = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class SegmentHistory:
    """Sizes at month ends (``SIZES_BY_MONTH``), and the fields that were taken as today."""

    sizes: pd.DataFrame
    as_today: tuple[str, ...]


def month_ends(last: date, months: int) -> list[date]:
    """Return ``months`` days, oldest first: month ends before ``last``, and ``last``."""
    days = [last]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def segment_sizes_by_month(
    conn: Connection,
    scope: AccessScope,
    tree_json: str,
    months: int = 12,
    letters: Letters | None = None,
) -> SegmentHistory:
    """Return how large a segment was at the last month ends.

    A customer is there from the day of creation or of the first order on, whichever is earlier;
    without either, always. Orders without a day are in no past month.

    Parameters
    ----------
    months : int
        How many rows; the last one is the day the data ends, and equals ``segment_size``.
    letters : mapping or None
        What the letters in ``rfm_history`` and ``stage_history`` mean: field, then letter to
        value. A field that is absent is taken as today.
    """
    node = parse(tree_json)
    last: date | None = conn.scalar(select(watermark()))
    if last is None:
        return SegmentHistory(_frame([], [], []), _as_today(node, letters or {}))
    days = month_ends(last, months)
    facts = mart("customer_facts")
    source, columns_on = _past(node, days[:-1], letters or {})
    flags = []
    for at, day in enumerate(days):
        is_in = matches(node, day, columns_on[at]) if at < len(columns_on) else matches(node, day)
        known = true() if day == last else _is_there(day)
        flags.append(sa.case((and_(is_in, known), 1), else_=0).label(f"in_{at}"))
    each = (
        select(*flags).select_from(source).where(visible_to(scope, facts.c.owner_id)).subquery("c")
    )
    now = [each.c[f"in_{at}"] for at in range(len(days))]
    both = [one * other for one, other in zip(now[1:], now, strict=False)]
    row = conn.execute(select(*(func.coalesce(func.sum(one), 0) for one in (*now, *both)))).one()
    whole = [int(value) for value in row]
    return SegmentHistory(
        _frame(days, whole[: len(days)], whole[len(days) :]), _as_today(node, letters or {})
    )


def _past(node: Node, days: list[date], letters: Letters) -> tuple[FromClause, list[Any]]:
    """Return the source with what orders said on each day, and each day's columns."""
    asked = {leaf.field for leaf in leaves(node) if isinstance(leaf, Compare)}
    names = tuple(sorted(asked & set(ON_A_DAY)))
    source = source_of(node)
    by_day: list[dict[str, ColumnElement[Any]]] = [{} for _ in days]
    if names and days:
        past, by_day = facts_on_days(names, days)
        facts = mart("customer_facts")
        source = source.outerjoin(past, past.c.customer_no == facts.c.customer_no)

    def columns(at: int) -> Any:
        def column_of(about: SegmentField) -> ColumnElement[Any]:
            if about.name in by_day[at]:
                return by_day[at][about.name]
            if about.name in _HISTORY and about.name in letters:
                return _letter(about, len(days) - at, letters[about.name])
            return column(about)

        return column_of

    return source, [columns(at) for at in range(len(days))]


def _letter(about: SegmentField, back: int, meanings: Mapping[str, str]) -> ColumnElement[Any]:
    """Return the value ``back`` letters before the last one; missing where history is shorter."""
    history = mart("customer_scores").c[_HISTORY[about.name]]
    length = func.length(history)
    letter = sa.case((length > back, func.substr(history, length - back, 1)), else_=sa.null())
    pairs = [
        (letter == literal(key, sa.Text()), literal(value, sa.Text()))
        for key, value in meanings.items()
    ]
    return sa.case(*pairs, else_=sa.cast(sa.null(), sa.Text()))


def _is_there(day: date) -> ColumnElement[bool]:
    facts = mart("customer_facts")
    made, bought = facts.c.created_at, facts.c.first_order_on
    return or_(
        made < literal(day + timedelta(days=1), sa.Date()),
        bought <= literal(day, sa.Date()),
        and_(made.is_(None), bought.is_(None)),
    )


def _as_today(node: Node, letters: Letters) -> tuple[str, ...]:
    asked = dict.fromkeys(leaf.field for leaf in leaves(node) if isinstance(leaf, Compare))
    told = {*ON_A_DAY, *_NEVER_CHANGE, *(name for name in _HISTORY if name in letters)}
    return tuple(name for name in asked if name not in told)


def _frame(days: list[date], sizes: list[int], stayed: list[int]) -> pd.DataFrame:
    before = sizes[:-1]
    frame = pd.DataFrame(
        {
            "on": days,
            "customers": sizes,
            "entered": [None, *(n - s for n, s in zip(sizes[1:], stayed, strict=True))][
                : len(days)
            ],
            "left": [None, *(n - s for n, s in zip(before, stayed, strict=True))][: len(days)],
        }
    )
    return SIZES_BY_MONTH.conform(frame)
