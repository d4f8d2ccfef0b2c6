"""Tickets counted by group, in the database: what metrics of them are divided from."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import groups_of
from crm_data.queries.measured_groups import read_groups
from crm_data.queries.tickets import Clock, Hours, TicketCut, kept_tickets, waited
from crm_data.scope import AccessScope
from crm_data.tables import mart

TICKET_MEASURES = (
    "tickets", "complaints", "contacts_known", "one_contact", "reopenings_known", "not_reopened",
    "reopened", "returns_known", "no_return", "sla_met", "sla_told", "costed",
)  # fmt: skip
COST_MEASURES = ("ticket_cost", "ticket_cost_sq")


def ticket_measures(
    conn: Connection, tickets: TicketCut, cut: Cut, *, scope: AccessScope
) -> pd.DataFrame:
    """Return ``TICKET_MEASURES`` of the tickets created in a period, by group of ``cut.by``.

    ``…_known`` are those of which it is known: solved ones with a number of contacts, of
    reopenings, or with seven days after the solution. ``sla_told``: met or missed, those open and
    overdue among the missed. ``costed``: whose cost is known; ``ticket_cost`` is the sum of these
    costs and ``ticket_cost_sq`` that of their squares.

    Returns
    -------
    DataFrame
        The names in ``cut.by`` and the measures. Without groups one row.
    """
    facts = mart("ticket_facts")
    groups = groups_of(cut, facts)
    measures = [func.count().filter(is_counted(name, facts)).label(name)
                for name in TICKET_MEASURES]  # fmt: skip
    cost: ColumnElement[Any] = sa.cast(facts.c.cost, sa.Double())
    measures += [func.sum(one).label(name)
                 for name, one in zip(COST_MEASURES, (cost, cost * cost), strict=True)]  # fmt: skip
    statement = (
        select(*groups.values(), *measures)
        .where(facts.c.created_on.is_not(None), *kept_tickets(facts, tickets, scope))
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    sums = [Column(name, "number") for name in COST_MEASURES]
    return read_groups(
        conn,
        statement,
        cut,
        "ticket_measures",
        [*(Column(n, "count") for n in TICKET_MEASURES), *sums],
    )


def open_at(
    conn: Connection, tickets: TicketCut, cut: Cut, *, day: date, scope: AccessScope
) -> pd.DataFrame:
    """Return ``open_tickets`` at the end of a day, by group; the period does not apply."""
    facts = mart("ticket_facts")
    groups = groups_of(cut, facts)
    every = TicketCut(where=tickets.where, among=tickets.among)
    statement = (
        select(*groups.values(), func.count().label("open_tickets"))
        .where(was_open(facts, day), *kept_tickets(facts, every, scope))
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    return read_groups(conn, statement, cut, "ticket_measures", [Column("open_tickets", "count")])


def waits_by_group(
    conn: Connection, tickets: TicketCut, cut: Cut, *, clock: Clock, hours: Hours,
    scope: AccessScope,
) -> pd.DataFrame:  # fmt: skip
    """Return ``minutes``, ``is_ended`` and ``tickets``, alike ones together, with their groups."""
    facts = mart("ticket_facts")
    groups = groups_of(cut, facts)
    minutes, ended = waited(facts, clock, hours)
    keys: list[ColumnElement[Any]] = [*groups.values(), minutes, ended]
    statement = (
        select(
            *groups.values(), minutes.label("minutes"), ended.label("is_ended"),
            func.count().label("tickets"),
        )
        .where(minutes.is_not(None), facts.c.created_on.is_not(None),
               *kept_tickets(facts, tickets, scope))
        .group_by(*keys)
        .order_by(*(key.nulls_last() for key in keys))
    )  # fmt: skip
    columns = [Column("minutes", "count"), Column("is_ended", "flag"), Column("tickets", "count")]
    return read_groups(conn, statement, cut, "ticket_measures", columns)


def was_open(facts: sa.FromClause, day: date) -> ColumnElement[bool]:
    """Return whether a ticket was open at the end of a day; its times are possible."""
    return sa.and_(
        facts.c.problem.is_(None),
        facts.c.created_on <= day,
        sa.or_(facts.c.solved_on.is_(None), facts.c.solved_on > day),
    )


def is_counted(name: str, facts: sa.FromClause) -> ColumnElement[bool]:
    """Return whether a ticket counts in a measure of ``TICKET_MEASURES``."""
    solved = facts.c.is_solved
    known: dict[str, ColumnElement[bool]] = {
        "tickets": sa.true(),
        "complaints": facts.c.is_complaint,
        "contacts_known": sa.and_(solved, facts.c.contacts.is_not(None)),
        "one_contact": sa.and_(solved, facts.c.contacts == 1),
        "reopenings_known": sa.and_(solved, facts.c.reopenings.is_not(None)),
        "not_reopened": sa.and_(solved, facts.c.reopenings == 0),
        "reopened": sa.and_(solved, facts.c.reopenings > 0),
        "returns_known": facts.c.has_return.is_not(None),
        "no_return": sa.not_(facts.c.has_return),
        "sla_met": facts.c.sla == "met",
        "sla_told": facts.c.sla.in_(("met", "missed")),
        "costed": facts.c.cost.is_not(None),
    }
    return known[name]
