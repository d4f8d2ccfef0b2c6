"""The view 'agents' of the page Tickets: who solves for good, beyond chance and luck of the mix."""

import streamlit as st

from charts.team_rates import rate_intervals
from pages.service.parts.tickets_groups import download
from ui import rows
from ui import ticket_frames as frames
from ui import ticket_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.ticket_view import TicketView

_MOST = 60


def part(ctx: PageContext, view: TicketView) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    found = load.agents(ctx.settings, ctx.version, ctx.scope, view.cut)
    table = None if found is None else frames.agent_table(ctx, found)
    if found is None or table is None or table.empty:
        st.info(t("tickets.no_agents"), icon=":material/inbox:")
        return
    with st.container(border=True):
        st.subheader(t("tickets.agents_title"), anchor=False, help=t("tickets.agents_help"))
        prior = found.rates.prior
        if not prior.has_spread:
            st.caption(t("tickets.agents_alike"))
        figure = rate_intervals(
            frames.agent_points(ctx, table).iloc[:_MOST],
            team=prior.mean,
            team_label=t("tickets.rate_of_all", rate=f.share(prior.mean)),
            write=f.share_short,
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("tickets.agents_alt"), key="tickets_agents")
        rows.table(ctx, frames.agents_shown(ctx, table), key="tickets_agents_table")
        st.caption(t("tickets.agents_note"))
        renames = {"low": "shrunk_low", "high": "shrunk_high", "adjusted": "adjusted_rate",
                   "expected": "not_reopened_expected"}  # fmt: skip
        download(ctx, view, table.rename(columns=renames), "tickets.agents_title",
                 "tickets_agents")  # fmt: skip
