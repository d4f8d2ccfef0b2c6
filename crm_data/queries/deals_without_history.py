"""Deals open on a past day of which no history tells: what is said of them is of later."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

_COUNTS = FrameSpec("deals_closed_since", "one row", (), columns_of("closed:count untold:count"))


@dataclass(frozen=True)
class ClosedSince:
    """Deals open on a past day that are closed now, and how many of these have no history."""

    closed: int
    untold: int

    @property
    def is_hindsight(self) -> bool:
        """Return whether most of what is said of that day is of later."""
        return 2 * self.untold > self.closed


def closed_since(conn: Connection, cut: DealCut, *, scope: AccessScope) -> ClosedSince:
    """Return how many deals open on the day of a cut are closed now, and without a history.

    Of such a deal the amount that it closed with is all that is known, on every day before, too.
    """
    source, now = deal_source(cut, scope, only_open=True), mart("deal_facts")
    columns: list[ColumnElement[Any]] = [
        func.count().label("closed"),
        func.count().filter(sa.not_(source.c.has_history)).label("untold"),
    ]
    statement = (
        select(*columns)
        .select_from(source.join(now, now.c.opportunity_no == source.c.opportunity_no))
        .where(now.c.outcome.is_not(None))
    )
    found = read_frame(conn, statement, _COUNTS).iloc[0]
    return ClosedSince(int(found["closed"]), int(found["untold"]))
