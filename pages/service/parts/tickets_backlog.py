"""The view 'backlog' of the page Tickets: what lay open when, and how old it is now."""

import streamlit as st

from charts.tickets import age_bars, backlog_line
from pages.service.parts.tickets_groups import download
from ui import rows
from ui import ticket_frames as frames
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.ticket_view import TicketView


def part(ctx: PageContext, view: TicketView) -> None:
    """Draw the view."""
    if not view.is_dated:
        st.info(ctx.t("tickets.undated"), icon=":material/event_busy:")
        return
    t, f = ctx.t, ctx.formats
    with st.container(border=True):
        st.subheader(t("tickets.backlog_title"), anchor=False, help=t("tickets.backlog_help"))
        table = frames.volume(ctx, view)
        if table.empty:
            st.info(t("tickets.none"), icon=":material/inbox:")
            return
        figure = backlog_line(table, write=f.count_compact, mode=ctx.theme)
        draw(spec_of(figure), alt=t("tickets.backlog_alt"), key="tickets_backlog")
        names = {"created": "tickets_created", "solved": "tickets_solved", "open": "tickets_open"}
        shown = table.drop(columns=["label", "hover"]).rename(columns=names)
        with st.expander(t("tickets.as_table"), icon=":material/table:"):
            rows.table(ctx, shown.iloc[::-1], key="tickets_backlog_table")
            download(ctx, view, shown, "tickets.backlog_title", "tickets_backlog")
    with st.container(border=True):
        day = f.day(view.last)
        st.subheader(t("tickets.ages_title", day=day), anchor=False, help=t("tickets.ages_help"))
        ages = frames.ages(ctx, view)
        if not ages["tickets"].sum():
            st.info(t("tickets.none_open"), icon=":material/check_circle:")
            return
        figure = age_bars(ages, write=f.count_compact, mode=ctx.theme)
        draw(spec_of(figure), alt=t("tickets.ages_alt"), key="tickets_ages")
        table = ages[["from_days", "to_days", "tickets"]]
        with st.expander(t("tickets.as_table"), icon=":material/table:"):
            rows.table(ctx, table, key="tickets_ages_table", digits=0)
            download(ctx, view, table, "tickets.view_backlog", "tickets_ages")
