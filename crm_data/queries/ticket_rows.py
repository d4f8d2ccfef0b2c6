"""The tickets behind a number, a page at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.ticket_measures import TICKET_MEASURES, is_counted, was_open
from crm_data.queries.tickets import TicketCut, kept_tickets
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

_SHOWN = {
    "ticket_id": "ticket_id", "customer_id": "customer_id", "channel": "channel",
    "category": "category", "priority": "priority", "is_complaint": "is_complaint",
    "status": "status", "agent_id": "agent_id", "created_on": "created_on",
    "answered_on": "answered_on", "solved_on": "solved_on",
    "response_minutes": "response_minutes", "solve_minutes": "solve_minutes",
    "sla": "sla", "contacts": "contact_count", "reopenings": "reopened_count",
    "problem": "problem",
}  # fmt: skip
TICKET_ROWS = FrameSpec(
    "ticket_rows",
    "one row per ticket, newest first",
    ("ticket_id",),
    columns_of(
        "ticket_id:text customer_id:text channel:text category:text priority:text "
        "is_complaint:flag status:text agent_id:text created_on:day answered_on:day solved_on:day "
        "response_minutes:count solve_minutes:count sla:text contact_count:count "
        "reopened_count:count problem:text"
    ),
)
_TOTAL = FrameSpec("tickets_total", "one row", (), columns_of("tickets:count"))
KINDS = (
    *TICKET_MEASURES, "answered", "solved", "waiting", "open", "impossible", "timed_tickets",
    "sla_missed", "returned",
)  # fmt: skip


@dataclass(frozen=True)
class TicketPick:
    """Which tickets of a cut. Equal picks are equal cache keys.

    Parameters
    ----------
    kind : str
        One of ``KINDS``: what they have in common. ``waiting`` have no answer and no solution.
    open_on : date or None
        Only those open at the end of that day.
    """

    cut: TicketCut
    kind: str = "tickets"
    open_on: date | None = None


def ticket_rows(
    conn: Connection, pick: TicketPick, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return one page of the tickets: ``TICKET_ROWS``."""
    facts = mart("ticket_facts")
    statement = (
        select(*(_told(facts, column).label(name) for column, name in _SHOWN.items()))
        .where(*_picked(facts, pick, scope))
        .order_by(facts.c.ticket_no.desc())
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, TICKET_ROWS)


def ticket_rows_count(conn: Connection, pick: TicketPick, *, scope: AccessScope) -> int:
    """Return how many tickets there are."""
    facts = mart("ticket_facts")
    statement = select(func.count().label("tickets")).select_from(facts)
    found = read_frame(conn, statement.where(*_picked(facts, pick, scope)), _TOTAL)
    return int(found["tickets"].iloc[0])


def _told(facts: sa.Table, column: str) -> ColumnElement[Any]:
    """Return a column; the minutes of a wait only where it ended."""
    ended = {"response_minutes": facts.c.is_answered, "solve_minutes": facts.c.is_solved}
    return sa.case((ended[column], facts.c[column])) if column in ended else facts.c[column]


def _picked(facts: sa.Table, pick: TicketPick, scope: AccessScope) -> list[ColumnElement[bool]]:
    if pick.kind not in KINDS:
        raise UsageError(
            "unknown_ticket_kind",
            f"Tickets are not picked by '{pick.kind}'. Kinds are: {', '.join(KINDS)}.",
            kind=pick.kind,
            kinds=", ".join(KINDS),
        )
    conditions = kept_tickets(facts, pick.cut, scope)
    if pick.open_on is not None:
        conditions.append(was_open(facts, pick.open_on))
    own: dict[str, ColumnElement[bool]] = {
        "answered": facts.c.is_answered,
        "solved": facts.c.is_solved,
        "waiting": sa.and_(sa.not_(facts.c.is_answered), sa.not_(facts.c.is_solved)),
        "open": sa.and_(sa.not_(facts.c.is_solved), facts.c.problem.is_(None)),
        "impossible": facts.c.problem.is_not(None),
        "timed_tickets": facts.c.response_minutes.is_not(None),
        "sla_missed": facts.c.sla == "missed",
        "returned": facts.c.has_return,
    }
    own_kind = own[pick.kind] if pick.kind in own else is_counted(pick.kind, facts)
    return conditions if pick.kind == "tickets" else [*conditions, own_kind]
