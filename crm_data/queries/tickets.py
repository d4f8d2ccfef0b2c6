"""Tickets, counted: waits, outcomes, arrivals, flow and backlog. Scoped by the customer's owner.

Alike tickets are counted together in the database: two million become a few thousand rows. A
ticket without a customer is seen by those who see everything, and by nobody else.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import NOT, Where, passes
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import NEVER
from crm_data.tables.service_marts import OUTCOMES

TICKET_FIELDS: tuple[str, ...] = (
    "channel", "category", "priority", "agent_id", "team", "region", "owner_id", "status",
)  # fmt: skip
Clock = Literal["response", "solve", "handling"]
Hours = Literal["calendar", "open"]

TICKET_WAITS = FrameSpec(
    "ticket_waits",
    "one row per member, minutes, and whether the wait ended",
    ("member", "minutes", "is_ended"),
    columns_of("member:text minutes:count is_ended:flag tickets:count"),
)
TICKET_COUNTS = FrameSpec(
    "ticket_counts",
    "one row per member",
    ("member",),
    columns_of(
        "member:text tickets:count customers:count complaints:count impossible:count "
        "answered:count solved:count sla_met:count sla_missed:count sla_running:count "
        "contacts_known:count one_contact:count reopenings_known:count not_reopened:count "
        "returns_known:count no_return:count"
    ),
)
_CELLS = FrameSpec(
    "ticket_cells",
    "one row per member and outcome",
    ("member", "outcome"),
    columns_of("member:text outcome:count tickets:count customers:count"),
)
_PEOPLE = FrameSpec("ticket_people", "one row per member", ("member",),
                    columns_of("member:text customers:count"))  # fmt: skip
TICKET_FLOW = FrameSpec(
    "ticket_flow", "one row per day with a ticket that came or was solved", ("day_on",),
    columns_of("day_on:day created:count solved:count"),
)  # fmt: skip
TICKET_ARRIVALS = FrameSpec(
    "ticket_arrivals", "one row per weekday (1: Monday) and hour with a ticket",
    ("weekday", "hour"), columns_of("weekday:count hour:count tickets:count"),
)  # fmt: skip
OPEN_TICKETS = FrameSpec(
    "open_tickets", "one row per day on which tickets came that are open", ("created_on",),
    columns_of("created_on:day tickets:count"),
)  # fmt: skip
TICKET_STRATA = FrameSpec(
    "ticket_strata",
    "one row per agent, category, priority and channel with a solved ticket",
    ("agent_id", "category", "priority", "channel"),
    columns_of(
        "agent_id:text category:text priority:text channel:text known:count good:count"
    ),
)  # fmt: skip
TICKET_DAYS = FrameSpec("ticket_days", "one row", (), columns_of("first_on:day last_on:day"))


@dataclass(frozen=True)
class TicketCut:
    """Which tickets: created in [start, end), with these values of ``TICKET_FIELDS``.

    ``among`` is a saved segment that the customers are in, as JSON; empty for all.
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    among: str = ""


def ticket_waits(
    conn: Connection, cut: TicketCut, *, scope: AccessScope, clock: Clock = "response",
    hours: Hours = "calendar", by: str = "",
) -> pd.DataFrame:  # fmt: skip
    """Return how long tickets waited, alike ones together: ``TICKET_WAITS``.

    Parameters
    ----------
    clock : str
        ``response`` or ``solve`` since creation, ``handling`` from first answer to solution.
    hours : str
        ``calendar``, or ``open``: of opening hours (settings). Handling has calendar hours only.
    by : str
        One of ``TICKET_FIELDS``, or empty.
    """
    facts = mart("ticket_facts")
    minutes, ended = waited(facts, clock, hours)
    member = _member(facts, by)
    statement = (
        select(
            member, minutes.label("minutes"), ended.label("is_ended"),
            func.count().label("tickets"),
        )
        .where(minutes.is_not(None), *kept_tickets(facts, cut, scope))
        .group_by(member, minutes, ended)
        .order_by(member, minutes, ended)
    )  # fmt: skip
    return read_frame(conn, statement, TICKET_WAITS)


def ticket_counts(
    conn: Connection, cut: TicketCut, *, scope: AccessScope, by: str = ""
) -> pd.DataFrame:
    """Return tickets, distinct customers and outcomes: ``TICKET_COUNTS``."""
    facts = mart("ticket_facts")
    member, kept = _member(facts, by), kept_tickets(facts, cut, scope)
    known = {by} | {name.removesuffix(NOT) for name, _ in cut.where}
    is_plain = known <= {"", "region", "owner_id"}  # filters on the customer: decision 0004
    since = facts.c.previous_on < cut.start if cut.start else facts.c.previous_on <= NEVER
    cells = read_frame(
        conn,
        select(
            member, facts.c.outcome, func.count().label("tickets"),
            func.count().filter(since).label("customers"),
        )
        .where(*kept)
        .group_by(member, facts.c.outcome),
        _CELLS,
    )  # fmt: skip
    code = cells["outcome"].astype("int64")
    held = {
        name: cells["tickets"].where((code // 2**bit) % 2 == 1, 0)
        for bit, name in enumerate(OUTCOMES)
    }
    sums = cells[["member", "tickets", "customers"]].assign(**held)
    sums = sums.groupby("member", dropna=False, sort=True).sum().reset_index()
    if not is_plain:
        exact = func.count(sa.distinct(facts.c.person_no)).label("customers")
        people = read_frame(conn, select(member, exact).where(*kept).group_by(member), _PEOPLE)
        sums = sums.drop(columns="customers").merge(people, on="member", how="left")
    return TICKET_COUNTS.conform(sums)


def ticket_flow(conn: Connection, cut: TicketCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return tickets created and solved by day: ``TICKET_FLOW``.

    The period of the cut does not apply: the backlog of a day needs every day before it. Tickets
    with impossible times are left out: one solved before it came would leave fewer than none open.
    """
    facts = mart("ticket_facts")
    kept = kept_tickets(facts, TicketCut(where=cut.where, among=cut.among), scope)
    kept.append(facts.c.problem.is_(None))
    came = (
        select(facts.c.created_on.label("day_on"), func.count().label("n"))
        .where(facts.c.created_on.is_not(None), *kept)
        .group_by(facts.c.created_on)
        .subquery()
    )
    went = (
        select(facts.c.solved_on.label("day_on"), func.count().label("n"))
        .where(facts.c.created_on.is_not(None), facts.c.solved_on.is_not(None), *kept)
        .group_by(facts.c.solved_on)
        .subquery()
    )
    day = func.coalesce(came.c.day_on, went.c.day_on)
    statement = (
        select(
            day.label("day_on"),
            func.coalesce(came.c.n, 0).label("created"),
            func.coalesce(went.c.n, 0).label("solved"),
        )
        .select_from(came.join(went, came.c.day_on == went.c.day_on, full=True))
        .order_by(day)
    )
    return read_frame(conn, statement, TICKET_FLOW)


def ticket_arrivals(conn: Connection, cut: TicketCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return when tickets came, by weekday and hour of the company's day: ``TICKET_ARRIVALS``."""
    facts = mart("ticket_facts")
    parts = (facts.c.weekday, facts.c.hour)
    statement = (
        select(*parts, func.count().label("tickets"))
        .where(facts.c.created_on.is_not(None), *kept_tickets(facts, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, TICKET_ARRIVALS)


def open_tickets(conn: Connection, cut: TicketCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return tickets that are open now, by the day they came: ``OPEN_TICKETS``.

    Those with impossible times are left out, as in ``ticket_flow``.
    """
    facts = mart("ticket_facts")
    statement = (
        select(facts.c.created_on, func.count().label("tickets"))
        .where(
            sa.not_(facts.c.is_solved),
            facts.c.problem.is_(None),
            facts.c.created_on.is_not(None),
            *kept_tickets(facts, cut, scope),
        )
        .group_by(facts.c.created_on)
        .order_by(facts.c.created_on)
    )
    return read_frame(conn, statement, OPEN_TICKETS)


def ticket_strata(conn: Connection, cut: TicketCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return solved tickets and those not reopened, by agent and kind of ticket."""
    facts = mart("ticket_facts")
    parts = [facts.c[name] for name in ("agent_id", "category", "priority", "channel")]
    statement = (
        select(
            *parts,
            func.count().label("known"),
            func.count().filter(facts.c.reopenings == 0).label("good"),
        )
        .where(facts.c.is_solved, facts.c.reopenings.is_not(None), *kept_tickets(facts, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, TICKET_STRATA)


def ticket_days(conn: Connection, *, scope: AccessScope) -> tuple[date | None, date | None]:
    """Return the first and the last day with news of a ticket; None without any."""
    facts = mart("ticket_facts")
    last = sa.func.greatest(
        func.max(facts.c.created_on), func.max(facts.c.answered_on), func.max(facts.c.solved_on)
    )
    statement = select(func.min(facts.c.created_on).label("first_on"), last.label("last_on")).where(
        visible_to(scope, facts.c.owner_id)
    )
    first, latest = read_frame(conn, statement, TICKET_DAYS).iloc[0]
    return tuple(None if pd.isna(one) else one.date() for one in (first, latest))  # type: ignore[return-value]  # two


def _member(facts: sa.Table, by: str) -> ColumnElement[Any]:
    if by:
        _known(by)
        return facts.c[by].label("member")
    return sa.cast(sa.null(), sa.Text()).label("member")


def waited(
    facts: sa.FromClause, clock: Clock, hours: Hours
) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the minutes of a wait, and whether it ended. Handling has calendar hours only."""
    is_open = hours == "open" and clock != "handling"
    name = f"{clock}_open_minutes" if is_open else f"{clock}_minutes"
    return facts.c[name], facts.c.is_answered if clock == "response" else facts.c.is_solved


def kept_tickets(facts: sa.Table, cut: TicketCut, scope: AccessScope) -> list[ColumnElement[bool]]:
    """Return the conditions of a cut on ``ticket_facts``."""
    conditions = [visible_to(scope, facts.c.owner_id)]
    conditions += [] if cut.start is None else [facts.c.created_on >= cut.start]
    conditions += [] if cut.end is None else [facts.c.created_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        _known(name)
        conditions.append(passes(facts.c[name], given, values))
    if cut.among:
        conditions.append(in_segment(facts.c.customer_no, cut.among))
    return conditions


def _known(field: str) -> None:
    if field not in TICKET_FIELDS:
        raise UsageError(
            "unknown_ticket_field",
            f"Tickets have no field '{field}'. Fields are: {', '.join(TICKET_FIELDS)}.",
            field=field,
            fields=", ".join(TICKET_FIELDS),
        )
