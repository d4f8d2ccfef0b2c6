"""The deals behind a number of the pipeline, a page at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, or_, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import keeps
from crm_data.queries.deal_stages import visited_by
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

DEAL_ROWS = FrameSpec(
    "deal_rows",
    "one row per deal, largest amount first",
    ("opportunity_id",),
    columns_of(
        "opportunity_id:text deal_name:text customer_id:text customer_name:text pipeline:text "
        "deal_stage:text amount:money outcome:text owner_id:text created_on:day "
        "expected_close_on:day closed_on:day pushes:count loss_reason:text"
    ),
)
_TOTAL = FrameSpec("deals_total", "one row", (), columns_of("deals:count"))
# What no day changes is read of the page's deals only: text of every deal took half of the time.
_OF_THE_PAGE = ("opportunity_id", "name", "customer_id", "pipeline", "owner_id", "created_on")
Period = tuple[date, date]


@dataclass(frozen=True)
class DealPick:
    """Which deals of a cut. Equal picks are equal cache keys.

    Parameters
    ----------
    outcomes : tuple
        Kept, None for open; empty for all.
    closed, created, expected : (start, end), optional
        Half-open periods of these days.
    reached : tuple of int
        Only deals that were in one of these stages, or were won; empty for all.
    short_of : tuple of int
        Only deals that were in none of these stages, and were not won.
    reasons : tuple
        Loss reasons kept, None for none given; empty for all.
    ids : tuple of str
        Deals kept, by ``opportunity_id``; empty for all.
    """

    cut: DealCut
    outcomes: tuple[str | None, ...] = ()
    closed: Period | None = None
    created: Period | None = None
    expected: Period | None = None
    reached: tuple[int, ...] = ()
    short_of: tuple[int, ...] = ()
    reasons: tuple[str | None, ...] = ()
    ids: tuple[str, ...] = ()


def deal_rows(
    conn: Connection, pick: DealPick, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return one page of the deals: ``DEAL_ROWS``."""
    source = _source(pick, scope)
    joined, conditions = _picked(source, pick)
    own = {name: name for name in DEAL_ROWS.column_names if name != "customer_name"}
    own |= {"deal_name": "name", "deal_stage": "stage"}
    order = ("amount", "opportunity_no")
    page = (
        select(
            *(source.c[name] for name in sorted({*own.values(), *order}.difference(_OF_THE_PAGE)))
        )
        .select_from(joined)
        .where(*conditions)
        .order_by(source.c.amount.desc().nulls_last(), source.c.opportunity_no)
        .limit(limit)
        .offset(offset)
        .subquery("page")
    )
    facts, people = mart("deal_facts"), mart("customer_facts")
    columns = [
        (facts if column in _OF_THE_PAGE else page).c[column].label(name)
        for name, column in own.items()
    ]
    statement = (
        select(*columns, people.c.name.label("customer_name"))
        .select_from(
            page.join(facts, facts.c.opportunity_no == page.c.opportunity_no).outerjoin(
                people, people.c.customer_id == facts.c.customer_id
            )
        )
        .order_by(page.c.amount.desc().nulls_last(), page.c.opportunity_no)
    )
    return read_frame(conn, statement, DEAL_ROWS)


def deal_rows_count(conn: Connection, pick: DealPick, *, scope: AccessScope) -> int:
    """Return how many deals there are."""
    joined, conditions = _picked(_source(pick, scope), pick)
    statement = select(func.count().label("deals")).select_from(joined).where(*conditions)
    return int(read_frame(conn, statement, _TOTAL)["deals"].iloc[0])


def _source(pick: DealPick, scope: AccessScope) -> sa.Subquery:
    return deal_source(pick.cut, scope, only_open=pick.outcomes == (None,))


def _picked(source: sa.Subquery, pick: DealPick) -> tuple[sa.FromClause, list[ColumnElement[bool]]]:
    blank = func.nullif(func.trim(source.c.loss_reason), "")
    conditions = [
        keeps(column, values)
        for column, values in (
            (source.c.outcome, pick.outcomes),
            (source.c.opportunity_id, pick.ids),
            (blank, pick.reasons),
        )
        if values
    ]
    for period, day in (
        (pick.closed, source.c.closed_on),
        (pick.created, source.c.created_on),
        (pick.expected, source.c.expected_close_on),
    ):
        if period is not None:
            conditions += [day >= period[0], day < period[1]]
    joined: sa.FromClause = source
    visited: ColumnElement[Any] = source.c.visited
    if pick.cut.as_of is not None and (pick.reached or pick.short_of):
        been = visited_by(pick.cut.as_of, pick.cut)
        joined = source.outerjoin(been, been.c.opportunity_no == source.c.opportunity_no)
        visited = func.coalesce(been.c.visited, 0)
    if pick.reached:
        conditions.append(_was_in(source, visited, pick.reached))
    if pick.short_of:
        conditions.append(sa.not_(_was_in(source, visited, pick.short_of)))
    return joined, conditions


def _was_in(
    source: sa.Subquery, visited: ColumnElement[Any], stages: tuple[int, ...]
) -> ColumnElement[bool]:
    """Whether a deal was ever in one of the stages, is there, or was won; never unknown."""
    mask = sa.literal(sum(1 << number for number in stages), sa.BigInteger())
    been = sa.cast(visited, sa.BigInteger()).bitwise_and(mask) != 0
    here = func.coalesce(source.c.stage_no.in_(stages), sa.false())
    return or_(been, here, func.coalesce(source.c.outcome == "won", sa.false()))
