"""What the page Tickets is asked to show, read from the address."""

from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from crm_data.queries.cohorts import Where
from ui import ticket_loaders as load
from ui import urls
from ui.attribute_filters import (
    attribute_filters,
    described,
    values_offered,
    where_asked,
)
from ui.choices import named_select
from ui.context import PageContext
from ui.defined_tile import Behind
from ui.periods import grain_for
from ui.sales_periods import LEAD_PERIODS, lead_period
from ui.segment_filter import segment_picker
from ui.ticket_drawer import TICKETS
from ui.ticket_loaders import Hours, TicketCut, TicketPick

FILTERS = ("channel", "category", "priority", "team", "agent_id", "region")
GROUPS = ("channel", "category", "priority", "agent_id", "team", "region")
HOURS: tuple[Hours, ...] = ("calendar", "open")


@dataclass(frozen=True)
class TicketView:
    """The choices of the page.

    Attributes
    ----------
    cut : TicketCut
        Tickets created in the period, with the filters.
    start, end : date
        Half-open.
    first, last : date
        Days with news of any ticket.
    hours : str
        ``calendar``, or ``open``: of opening hours.
    by : str
        One of ``GROUPS``.
    unit : str
        Calendar unit of volume and backlog.
    is_dated : bool
        Whether it is known of any ticket when it was created.
    """

    cut: TicketCut
    start: date
    end: date
    first: date
    last: date
    hours: Hours
    by: str
    unit: str
    is_dated: bool

    @property
    def until(self) -> date:
        """Return the first day that is not known."""
        return load.day_after(self.last)

    @property
    def of_all_times(self) -> TicketCut:
        """Return the tickets chosen, whenever they came."""
        return replace(self.cut, start=None, end=None)

    def within(self, member: object) -> TicketCut:
        """Return the tickets of one member of the group."""
        value = member if isinstance(member, str) else None
        others: Where = tuple(one for one in self.cut.where if one[0] != self.by)
        return replace(self.cut, where=(*others, (self.by, (value,))))


def ticket_view(ctx: PageContext) -> TicketView:
    """Draw the choices above the page and return what is chosen; there is a ticket."""
    first, last = load.known_days(ctx.settings, ctx.version)
    last = last or ctx.today
    offered = _offered(ctx)
    where = where_asked(offered)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        # Without a day of creation a ticket is in no period: all times have those, too.
        periods = LEAD_PERIODS if first else ("all_time",)
        period = named_select(ctx, "period", periods, "filter.period", "period.{}")
        hours = named_select(ctx, "hours", HOURS, "tickets.hours", "tickets.hours_{}")
        if offered:
            attribute_filters(ctx, where, offered, names=FILTERS)
        among = segment_picker(ctx)
    until = load.day_after(last)
    start, end = lead_period(period, first or last, until)
    end = max(end, start)
    has_period = period != "all_time"
    cut = TicketCut(start if has_period else None, end if has_period else None, where, among)
    return TicketView(
        cut, start, end, first or last, last,
        "open" if hours == "open" else "calendar", urls.choice("by", groups_for(ctx)),
        grain_for(start, end), first is not None,
    )  # fmt: skip


def groups_for(ctx: PageContext) -> tuple[str, ...]:
    """Return what tickets can be grouped by: by agent only for who may know them all."""
    return GROUPS if ctx.scope.is_everything else tuple(n for n in GROUPS if n != "agent_id")


def behind(ctx: PageContext, view: TicketView) -> Behind:
    """Return what every figure rests on."""
    period = ctx.formats.period(view.start, view.end) if view.end > view.start else ""
    words = described(ctx, view.cut.where, view.cut.among)
    return Behind(period, words, view.last, view.last, TICKETS, "tickets.show")


def ask_member(ctx: PageContext, view: TicketView, name: str, member: object) -> None:
    """Ask for the tickets of one member of the group; for callbacks."""
    from ui.defined_tile import request

    about = behind(ctx, view)
    TICKETS.ask(request(ctx, about, name, "", TicketPick(view.within(member))))


def _offered(ctx: PageContext) -> dict[str, list[str]]:
    found = values_offered(load.options(ctx.settings, ctx.version, ctx.scope), FILTERS)
    if ctx.scope.owner_ids is not None and "agent_id" in found:  # colleagues are not named
        own = [v for v in found.pop("agent_id") if v in ctx.scope.owner_ids]
        found |= {"agent_id": own} if len(own) > 1 else {}
    return found
