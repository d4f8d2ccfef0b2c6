"""The customers of a cell, a segment, a stage, or a move between them, from the scores."""

from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.few_rows import numbers_of, of_customers
from crm_data.queries.segment_map_cells import fm_score, seen_scores
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

SCORED_LIST = FrameSpec(
    "scored_list",
    "one row per customer, largest net value first",
    ("customer_id",),
    columns_of(
        "customer_id:text name:text rfm_segment:text stage:text net_amount:money orders:count "
        "days_since_last_order:count rhythm_days:number r:count f:count m:count owner_id:text"
    ),
)
_HISTORIES = ("rfm_history", "stage_history")


class Is(NamedTuple):
    """One test of a group of customers.

    Attributes
    ----------
    field : str
        ``rfm_segment``, ``stage``, ``r``, ``fm``, or one of the histories.
    value : str or int
        What it is; of a history, the letter at ``place``.
    place : int
        Of a history: counted from 1, the oldest; negative: from the end, -1 is today.
    """

    field: str
    value: str | int
    place: int = 0


Group = tuple[Is, ...]


def scored_count(conn: Connection, *, scope: AccessScope, group: Group, among: str = "") -> int:
    """Return how many rows ``scored_list`` has in all."""
    own = mart("customer_scores")
    found = select(func.count()).select_from(own).where(*_in_group(scope, group, among))
    return int(conn.scalar(found) or 0)


def scored_list(
    conn: Connection,
    *,
    scope: AccessScope,
    group: Group,
    limit: int,
    offset: int = 0,
    among: str = "",
) -> pd.DataFrame:
    """Return the customers of a group: ``SCORED_LIST``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    group : tuple of Is
        What holds for each of them; no test is everybody.
    limit, offset : int
        Which part of the list.
    among : str
        Conditions of a segment as JSON; empty is everybody.
    """
    own, facts = mart("customer_scores"), mart("customer_facts")
    held = {**dict(facts.c), **dict(own.c), "orders": facts.c.paid_orders}
    both = own.join(facts, own.c.customer_no == facts.c.customer_no)
    order = (facts.c.net_amount.desc().nulls_last(), own.c.customer_no)
    # Numbers first: what is shown is read of the rows of the page only.
    page = select(own.c.customer_no).select_from(both).where(*_in_group(scope, group, among))
    numbers = numbers_of(conn, page.order_by(*order), limit=limit, offset=offset)
    found = (
        select(*(held[name].label(name) for name in SCORED_LIST.column_names))
        .select_from(both)
        .where(of_customers(conn, own, numbers), of_customers(conn, facts, numbers))
        .order_by(*order)
    )
    return read_frame(conn, found, SCORED_LIST)


def _in_group(scope: AccessScope, group: Group, among: str) -> list[ColumnElement[bool]]:
    return [*(_holds(one) for one in group), *seen_scores(scope, among)]


def _holds(one: Is) -> ColumnElement[bool]:
    own = mart("customer_scores")
    if one.field in _HISTORIES:
        history = own.c[one.field]
        place = one.place if one.place > 0 else func.length(history) + 1 + one.place
        return func.substr(history, sa.cast(place, sa.Integer()), 1) == str(one.value)
    fields = {"r": own.c.r, "fm": fm_score(), "rfm_segment": own.c.rfm_segment}
    return (fields | {"stage": own.c.stage})[one.field] == one.value
