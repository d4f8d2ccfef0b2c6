"""The scoreboard by lead time: bias and spread of people and of models."""

import pandas as pd
import streamlit as st

from charts.forecast_people import biases
from forecasting.lead_times import LEADS, lead_of
from ui import forecast_people_frames as frames
from ui import pipeline_forecast_loaders, rows
from ui.choices import segmented
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.forecast_people_answers import MEASURES, Measure, board
from ui.forecast_view import ForecastView
from ui.pipeline_forecast_tiles import stamp

_LEADS = tuple(str(weeks) for weeks in LEADS)
_MOST_DRAWN = 40


def part(ctx: PageContext, view: ForecastView, results: pd.DataFrame) -> None:
    """Draw the board, or say what it needs."""
    t = ctx.t
    st.subheader(t("forecast_people.board"), anchor=False, help=t("forecast_people.board_help"))
    past = pipeline_forecast_loaders.past(
        ctx.settings, ctx.version, ctx.scope, view.deal_cut, view.until
    )
    lead = str(lead_of((view.end - view.until).days))
    weeks = int(segmented(ctx, "lead", _LEADS, "pipe_forecast.lead", default=lead))
    measure = segmented(ctx, "measure", MEASURES, "forecast_people.measure")
    every = board(results, past, _measure(measure), period=(view.start, view.end))
    found = every[every["lead_weeks"] == weeks]
    if found.empty:
        st.info(t("forecast_people.no_board"), icon=":material/inbox:")
        return
    if found["level"].isna().all():
        st.info(t("forecast_people.only_models"), icon=":material/info:")
    drawn = frames.board_rows(ctx, found)
    figure = biases(
        drawn.iloc[:_MOST_DRAWN], write=lambda one: ctx.formats.share(one, 0), mode=ctx.theme
    )
    draw(spec_of(figure), alt=t("forecast_people.board_alt"), key="forecast_people_biases")
    rows.table(
        ctx, frames.board_shown(ctx, drawn), key="forecast_people_board",
        widths={"forecaster": 190},
    )  # fmt: skip
    st.caption(t("forecast_people.board_note"))
    about = stamp(ctx, view, "forecast_people.board")
    rows.download(
        ctx, lambda: frames.board_table(every), name="forecast_scoreboard", stamp=about
    )  # fmt: skip


def _measure(name: str) -> Measure:
    return "best" if name == "best" else "commit"
