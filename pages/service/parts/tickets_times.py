"""The view 'times' of the page Tickets: how long until the first answer, and the solution."""

import streamlit as st

from analytics.service_times import wait_curve
from charts.tickets import wait_curves
from pages.service.parts.tickets_groups import download, group_choice, group_table
from ui import ticket_frames as frames
from ui import ticket_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.ticket_figures import hours_words
from ui.ticket_view import TicketView

_TICKS = (0.25, 1.0, 4.0, 24.0, 240.0)


def part(ctx: PageContext, view: TicketView) -> None:
    """Draw the view."""
    with st.container(border=True):
        _curves(ctx, view)
    group_choice(ctx)
    for clock in frames.CLOCKS:
        with st.container(border=True):
            _groups(ctx, view, clock)


def _curves(ctx: PageContext, view: TicketView) -> None:
    t = ctx.t
    st.subheader(t("tickets.curves_title"), anchor=False, help=t("tickets.curves_help"))
    key = (ctx.settings, ctx.version, ctx.scope, view.cut)
    curves = {}
    for clock, name in frames.CLOCKS.items():
        waits = load.waits(*key, clock, view.hours, "")
        if waits["is_ended"].any():
            curves[t(name)] = frames.curve(ctx, wait_curve(waits), view.hours)
    if not curves:
        st.info(t("tickets.no_times"), icon=":material/hourglass_empty:")
        return
    figure = wait_curves(
        curves,
        label=t(f"tickets.axis_{view.hours}"),
        ticks={hours: hours_words(ctx, hours, view.hours) for hours in _TICKS},
        write=ctx.formats.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("tickets.curves_alt"), key="tickets_curves")
    st.caption(t(f"tickets.clock_{view.hours}", hours=_opening(ctx)))


def _groups(ctx: PageContext, view: TicketView, clock: load.Clock) -> None:
    t = ctx.t
    st.subheader(t(f"tickets.by_{clock}_title"), anchor=False, help=t("tickets.by_wait_help"))
    table = frames.waits_table(ctx, view, clock, view.by)
    if table.empty:
        st.info(t("tickets.no_times"), icon=":material/hourglass_empty:")
        return
    shown = frames.waits_shown(ctx, view, table)
    group_table(ctx, view, shown, table["member"].tolist(), f"tickets_{clock}_table")
    renames = {
        "tickets": "timed_tickets", "waiting": "still_waiting", "median": "hours_median",
        "median_low": "hours_median_low", "median_high": "hours_median_high", "p90": "hours_p90",
        "p90_low": "hours_p90_low", "p90_high": "hours_p90_high", "ended": "waits_ended",
    }  # fmt: skip
    download(ctx, view, table.rename(columns=renames), f"tickets.by_{clock}_title",
             f"tickets_{clock}_hours")  # fmt: skip


def _opening(ctx: PageContext) -> str:
    hours = ctx.settings.opening_hours
    ends = [f"{m // 60:02d}:{m % 60:02d}" for m in (hours.opens, hours.closes)]
    days = [ctx.t(f"tickets.weekday_{day}") for day in range(1, 8) if hours.week[day - 1] == "1"]
    return f"{ends[0]}–{ends[1]}, {ctx.t('filter.separator').join(days)}"
