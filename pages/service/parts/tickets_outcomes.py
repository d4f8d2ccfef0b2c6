"""The view 'outcomes' of the page Tickets: promises kept, solved at once, reopened, complaints."""

import streamlit as st

from charts.tickets import rate_rows
from pages.service.parts.tickets_groups import (
    download,
    group_choice,
    group_table,
    measure_choice,
)
from ui import rows
from ui import ticket_frames as frames
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.ticket_view import TicketView

_MOST = 30


def part(ctx: PageContext, view: TicketView) -> None:
    """Draw the view."""
    total = frames.rates_table(ctx, view, "")
    if total.empty:
        st.info(ctx.t("tickets.none"), icon=":material/inbox:")
        return
    with st.container(border=True):
        st.subheader(ctx.t("tickets.fcr_title"), anchor=False, help=ctx.t("tickets.fcr_help"))
        rows.table(ctx, frames.fcr_shown(ctx, total), key="tickets_fcr")
        download(ctx, view, total.rename(columns={"count": "met_count", "of": "of_known"}),
                 "tickets.fcr_title", "tickets_outcomes")  # fmt: skip
    with st.container(border=True):
        _groups(ctx, view)


def _groups(ctx: PageContext, view: TicketView) -> None:
    t = ctx.t
    st.subheader(t("tickets.rates_title"), anchor=False, help=t("tickets.rates_help"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        measure = measure_choice(ctx, frames.OUTCOMES)
        group_choice(ctx)
    table = frames.rates_table(ctx, view, view.by)
    points = frames.rate_points(ctx, view, table[table["measure"] == measure])
    overall = frames.rates_table(ctx, view, "")
    rate = float(overall.loc[overall["measure"] == measure, "rate"].iloc[0])
    if points.empty:
        st.info(t("tickets.not_known"), icon=":material/hourglass_empty:")
    else:
        figure = rate_rows(
            points.iloc[:_MOST], overall=rate, write=ctx.formats.share_short, mode=ctx.theme
        )
        draw(spec_of(figure), alt=t("tickets.rates_alt"), key="tickets_rates")
    members = table.drop_duplicates("member")["member"].tolist()
    group_table(ctx, view, frames.rates_shown(ctx, view, table), members, "tickets_rates_table")
    download(ctx, view, table.rename(columns={"count": "met_count", "of": "of_known"}),
             "tickets.rates_title", "tickets_outcomes_by_group")  # fmt: skip
