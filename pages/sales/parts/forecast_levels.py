"""The view 'levels' of the Forecast page: the total and its parts, adding up."""

import streamlit as st

from charts.forecast_parts import sum_bars
from ui import forecast_levels as frames
from ui import forecast_loaders as load
from ui import forecast_words, rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.forecast_figures import stamp
from ui.forecast_view import ForecastView


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    t = ctx.t
    by = frames.chosen_dimension(ctx, view)
    with st.spinner(t("forecast.working")):
        cut = view.series_cut(by)
        key = (ctx.settings, ctx.version, ctx.scope)
        found = load.levels(*key, cut, view.horizon)
        whole = load.answer(*key, view.series_cut(), view.horizon)
    if found is None:
        st.info(t("forecast.no_levels"), icon=":material/account_tree:")
        return
    name = t(f"dimension.{by}")
    with st.container(border=True):
        title = t("forecast.levels_title", dimension=name)
        st.subheader(title, anchor=False, help=t("forecast.levels_help"))
        bars = frames.part_bars(ctx, view, by, found)
        figure = sum_bars(
            bars, names=(t("forecast.ahead"), t("forecast.year_before")),
            write=lambda v: forecast_words.value(ctx, view, v), mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("forecast.levels_alt"), key="forecast_levels")
        rows.table(ctx, frames.parts_shown(ctx, view, by, found), key="forecast_parts")
        st.caption(frames.adding_up(ctx, view, found))
        if note := frames.to_number(ctx, view, found, whole):
            st.caption(note)
        table = frames.level_rows(ctx, by, found)
        rows.download(ctx, table, name="forecast_levels", stamp=stamp(ctx, view, title))
    with st.container(border=True):
        title = t("forecast.level_errors_title")
        st.subheader(title, anchor=False, help=t("forecast.level_errors_help"))
        rows.table(ctx, frames.errors_shown(ctx, found), key="forecast_level_errors")
        rows.download(
            ctx, found.errors, name="forecast_level_errors", stamp=stamp(ctx, view, title)
        )
