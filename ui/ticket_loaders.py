"""Cached reads about tickets; the rules of ``ui.loaders`` hold here too."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from analytics.metric_registry import metric
from analytics.metrics import Window, evaluate
from analytics.service_flow import AHEAD_WEEKS, FEWEST_WEEKS, QUICK, weekly
from analytics.service_outcomes import AgentOutcomes, agent_outcomes, backlog
from analytics.service_times import waiting_times
from crm_data.queries import forecasts, sales_options, ticket_rows, tickets
from crm_data.queries.cut import Cut
from crm_data.queries.model_cards import model_card
from crm_data.queries.ticket_measures import ticket_measures
from crm_data.queries.ticket_rows import TicketPick
from crm_data.queries.tickets import Clock, Hours, TicketCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from forecasting.sales import known_of
from ui.forecast_answers import Answer, answer_of
from ui.loaders import TTL, reading

if TYPE_CHECKING:
    from forecasting import Forecast

__all__ = ["FEWEST_WEEKS", "Clock", "Hours", "TicketCut", "TicketPick"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def known_days(settings: Settings, version: str) -> tuple[date | None, date | None]:
    """Return the first and last day with news of any ticket: a fact of the data, nobody's."""
    with reading(settings, version) as conn:
        return tickets.ticket_days(conn, scope=EVERYTHING)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def options(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return what tickets can be filtered by: ``SALES_OPTIONS``."""
    with reading(settings, version) as conn:
        return sales_options.sales_options(conn, "ticket_facts", scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def counts(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut, by: str
) -> pd.DataFrame:
    """Return tickets, customers and outcomes by member: ``TICKET_COUNTS``."""
    with reading(settings, version) as conn:
        return tickets.ticket_counts(conn, cut, scope=scope, by=by)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def waits(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut, clock: Clock,
    hours: Hours, by: str,
) -> pd.DataFrame:  # fmt: skip
    """Return how long tickets waited, alike ones together: ``TICKET_WAITS``."""
    with reading(settings, version) as conn:
        return tickets.ticket_waits(conn, cut, scope=scope, clock=clock, hours=hours, by=by)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def hours_of(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut, clock: Clock,
    hours: Hours, by: str,
) -> pd.DataFrame:  # fmt: skip
    """Return median and P90 by member: ``analytics.service_times.waiting_times``."""
    return waiting_times(waits(settings, version, scope, cut, clock, hours, by))


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def cost(settings: Settings, version: str, scope: AccessScope, cut: TicketCut) -> pd.Series:
    """Return ``cost_per_ticket`` of a cut: value, interval, parts and n."""
    one = metric("cost_per_ticket")
    with reading(settings, version) as conn:
        found = ticket_measures(conn, cut, Cut(clock=one.clock_column), scope=scope)
    row: pd.Series = evaluate(one, found, window=Window(None, None, None, None)).iloc[0]
    return row


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def days(settings: Settings, version: str, scope: AccessScope, cut: TicketCut) -> pd.DataFrame:
    """Return created, solved and open by day, since the first: ``backlog``."""
    with reading(settings, version) as conn:
        return backlog(tickets.ticket_flow(conn, cut, scope=scope))


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def arrivals(settings: Settings, version: str, scope: AccessScope, cut: TicketCut) -> pd.DataFrame:
    """Return when tickets came: ``TICKET_ARRIVALS``."""
    with reading(settings, version) as conn:
        return tickets.ticket_arrivals(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def still_open(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut
) -> pd.DataFrame:
    """Return tickets open now by the day they came: ``OPEN_TICKETS``."""
    with reading(settings, version) as conn:
        return tickets.open_tickets(conn, cut, scope=scope)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def agents(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut
) -> AgentOutcomes | None:
    """Return agents by solved tickets that were not reopened; None where nobody is known."""
    with reading(settings, version) as conn:
        strata = tickets.ticket_strata(conn, cut, scope=scope)
    return agent_outcomes(strata) if strata["agent_id"].notna().any() else None


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def ahead(
    settings: Settings, version: str, scope: AccessScope, cut: TicketCut, until: date
) -> Answer | None:
    """Return the forecast of tickets by week; None with too few weeks.

    That of all tickets is kept by the version; a part, or a version without models, is fitted.
    """
    found = weekly(days(settings, version, scope, cut), until)
    if int(found["is_complete"].sum()) < FEWEST_WEEKS:
        return None
    from forecasting import Events  # only where something is forecast

    if not cut.where and not cut.among:
        known = known_of(found)
        made = _kept(settings, version, scope, known.over)
        if made is not None:
            return Answer(known, made, Events())
    return answer_of(found, Events(), AHEAD_WEEKS, "week", QUICK)


def _kept(
    settings: Settings, version: str, scope: AccessScope, over: "pd.Series[float]"
) -> "Forecast | None":
    """Return the forecast that the version keeps of exactly these weeks; else None."""
    from forecasting.stored import from_stored

    with reading(settings, version) as conn:
        rows = forecasts.kept_forecast(conn, "tickets", "week", scope=scope)
        card = model_card(conn, "ticket_forecast")
    if rows is None or card is None or card["horizon"] != AHEAD_WEEKS:
        return None
    return from_stored(over, "week", rows.ahead, rows.tests, card)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def total(settings: Settings, version: str, scope: AccessScope, pick: TicketPick) -> int:
    """Return how many tickets are behind a number."""
    with reading(settings, version) as conn:
        return ticket_rows.ticket_rows_count(conn, pick, scope=scope)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def some(
    settings: Settings, version: str, scope: AccessScope, pick: TicketPick, limit: int, offset: int
) -> pd.DataFrame:
    """Return one page of the tickets behind a number: ``TICKET_ROWS``."""
    with reading(settings, version) as conn:
        return ticket_rows.ticket_rows(conn, pick, scope=scope, limit=limit, offset=offset)


def everyone(
    settings: Settings, version: str, scope: AccessScope, pick: TicketPick, *, limit: int
) -> pd.DataFrame:
    """Return the tickets behind a number for an export; not cached."""
    with reading(settings, version) as conn:
        return ticket_rows.ticket_rows(conn, pick, scope=scope, limit=limit)


def day_after(last: date) -> date:
    """Return the first day that is not known."""
    return last + timedelta(days=1)
