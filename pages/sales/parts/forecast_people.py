"""The view 'people' of the Forecast page: who said what would be won, and how right that was."""

import pandas as pd
import streamlit as st

from pages.sales.parts import forecast_people_board, forecast_people_form
from ui import forecast_people_frames as frames
from ui import forecast_people_loaders as load
from ui import rows
from ui.choices import segmented
from ui.context import PageContext
from ui.errors import guarded
from ui.forecast_view import ForecastView
from ui.pipeline_forecast_tiles import stamp

_HISTORY = ("this", "all")
_MONEY = ("commit_amount", "best_amount", "won_in_period")


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    t = ctx.t
    results = load.results(ctx, view.until, is_now=view.is_now)
    with st.container(border=True):
        guarded(t, forecast_people_form.part)(ctx, view, results)
    with st.container(border=True):
        st.subheader(
            t("forecast_people.history"), anchor=False, help=t("forecast_people.history_help")
        )
        if results.empty:
            st.info(t("forecast_people.none"), icon=":material/inbox:")
        else:
            _history(ctx, view, results)
    with st.container(border=True):
        forecast_people_board.part(ctx, view, results)


def _history(ctx: PageContext, view: ForecastView, results: pd.DataFrame) -> None:
    """Draw what was submitted when, of the period under review or of all."""
    t = ctx.t
    found = frames.history(ctx, results)
    if segmented(ctx, "history", _HISTORY, "forecast_people.which") == "this":
        found = found[found["forecast_period"] == ctx.formats.period(view.start, view.end)]
    if found.empty:
        st.info(t("forecast_people.none_in_period"), icon=":material/inbox:")
        return
    shown = frames.history_shown(ctx, found)
    rows.table(
        ctx, shown, key="forecast_people_history",
        money=[name for name in _MONEY if name in shown],
        widths={"submitted_at": 175, "forecast_subject": 150},
    )  # fmt: skip
    about = stamp(ctx, view, "forecast_people.history")
    rows.download(ctx, found, name="forecast_submissions", stamp=about)
