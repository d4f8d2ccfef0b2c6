"""The view 'volume' of the page Tickets: came and solved, when they come, how many will come."""

import streamlit as st

from charts.forecast import ForecastLabels, forecast_lines
from charts.tickets import FlowLabels, arrival_heat, flow_bars
from pages.service.parts.tickets_groups import download
from ui import forecast_words, rows
from ui import ticket_frames as frames
from ui import ticket_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.ticket_view import TicketView


def part(ctx: PageContext, view: TicketView) -> None:
    """Draw the view."""
    if not view.is_dated:
        st.info(ctx.t("tickets.undated"), icon=":material/event_busy:")
        return
    with st.container(border=True):
        _flow(ctx, view)
    with st.container(border=True):
        _arrivals(ctx, view)
    with st.container(border=True):
        _ahead(ctx, view)


def _flow(ctx: PageContext, view: TicketView) -> None:
    t = ctx.t
    st.subheader(t("tickets.flow_title"), anchor=False, help=t("tickets.flow_help"))
    table = frames.volume(ctx, view)
    if table.empty:
        st.info(t("tickets.none"), icon=":material/inbox:")
        return
    figure = flow_bars(
        table,
        labels=FlowLabels(t("tickets.created"), t("tickets.solved")),
        write=ctx.formats.count_compact,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("tickets.flow_alt"), key="tickets_flow")
    made, done = int(table["created"].sum()), int(table["solved"].sum())
    if made:
        f = ctx.formats
        told = {"created": f.count(made), "solved": f.count(done), "share": f.share(done / made)}
        st.caption(t("tickets.ratio", **told))
    with st.expander(t("tickets.as_table"), icon=":material/table:"):
        shown = table[["period_on", "created", "solved", "open", "is_complete"]]
        shown = shown.rename(columns={"created": "tickets_created", "solved": "tickets_solved",
                                      "open": "tickets_open"})  # fmt: skip
        rows.table(ctx, shown.iloc[::-1], key="tickets_flow_table")
        download(ctx, view, shown, "tickets.flow_title", "tickets_by_period")


def _arrivals(ctx: PageContext, view: TicketView) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("tickets.arrivals_title"), anchor=False, help=t("tickets.arrivals_help"))
    grid = frames.arrival_grid(ctx, view)
    days = [t(f"tickets.weekday_{day}") for day in range(1, 8)]
    figure = arrival_heat(
        grid,
        weekdays=days,
        hover=lambda day, hour, n: t(
            "tickets.arrival_hover", day=days[day - 1], hour=hour, n=f.count(n)
        ),
        label=t("tickets.hour_axis"),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("tickets.arrivals_alt"), key="tickets_arrivals")
    with st.expander(t("tickets.as_table"), icon=":material/table:"):
        table = load.arrivals(ctx.settings, ctx.version, ctx.scope, view.cut)
        table = table.rename(columns={"hour": "hour_of_day"})
        rows.table(ctx, table, key="tickets_arrivals_table")
        download(ctx, view, table, "tickets.arrivals_title", "tickets_by_hour")


def _ahead(ctx: PageContext, view: TicketView) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("tickets.ahead_title"), anchor=False, help=t("tickets.ahead_help"))
    key = (ctx.settings, ctx.version, ctx.scope, view.of_all_times, view.until)
    with st.spinner(t("tickets.ahead_wait")):
        made = load.ahead(*key)
    if made is None:
        st.info(t("tickets.ahead_few", n=f.count(load.FEWEST_WEEKS)), icon=":material/timeline:")
        return
    words = ForecastLabels(*(t(f"tickets.ahead_{name}") for name in
                             ("actual", "running", "forecast", "inner", "outer")))  # fmt: skip
    figure = forecast_lines(
        frames.ahead_points(ctx, made), labels=words, write=f.count_compact, mode=ctx.theme
    )
    draw(spec_of(figure), alt=t("tickets.ahead_alt"), key="tickets_ahead")
    words_of_bands = forecast_words.coverage_words(ctx, made.made, "week")
    st.caption(" ".join([t("tickets.ahead_note"), *words_of_bands]))
    with st.expander(t("tickets.as_table"), icon=":material/table:"):
        table = frames.ahead_table(made)
        rows.table(ctx, table, key="tickets_ahead_table", digits=0)
        download(ctx, view, table, "tickets.ahead_title", "tickets_forecast")
