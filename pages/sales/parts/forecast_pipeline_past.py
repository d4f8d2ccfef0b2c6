"""How such forecasts did: past quarters, as they were seen so many weeks before their end."""

import pandas as pd
import streamlit as st

from charts.pipeline_forecast import PastLabels, past_quarters
from forecasting.lead_times import LEADS, lead_of
from forecasting.pipeline_record import held_of
from ui import pipeline_forecast_frames as frames
from ui import rows
from ui.choices import segmented
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.forecast_view import ForecastView
from ui.pipeline_forecast_tiles import stamp

_LEADS = tuple(str(weeks) for weeks in LEADS)


def part(ctx: PageContext, view: ForecastView, past: pd.DataFrame) -> None:
    """Draw the past of the deals chosen, or say why there is none."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("pipe_forecast.past"), anchor=False, help=t("pipe_forecast.past_help"))
    if past.empty:
        key = "no_past_filtered" if view.where or view.among else "no_past"
        st.info(t(f"pipe_forecast.{key}"), icon=":material/inbox:")
        return
    lead = str(lead_of((view.end - view.until).days))  # that of the band above
    weeks = int(segmented(ctx, "lead", _LEADS, "pipe_forecast.lead", default=lead))
    seen = frames.quarters(ctx, past, weeks)
    if seen.empty:
        st.info(t("pipe_forecast.no_past"), icon=":material/inbox:")
        return
    labels = PastLabels(*(t(f"pipe_forecast.past_{n}") for n in ("band", "expected", "weighted",
                                                                   "won")))  # fmt: skip
    figure = past_quarters(seen, labels=labels, write=f.money_compact, mode=ctx.theme)
    draw(spec_of(figure), alt=t("pipe_forecast.past_alt"), key="pipe_forecast_past")
    held = held_of(seen)
    if held.quarters:
        st.caption(
            t("pipe_forecast.past_held", held=f.count(held.held), n=f.count(held.quarters),
              weeks=f.count(weeks))
        )  # fmt: skip
    table = frames.ways(ctx, past)
    rows.table(ctx, table, key="pipe_forecast_ways")
    if past["committed"].isna().all():
        st.caption(t("pipe_forecast.no_categories"))
    rows.download(
        ctx, lambda: frames.past_rows(past), name="forecast_past",
        stamp=stamp(ctx, view, "pipe_forecast.past"),
    )  # fmt: skip
