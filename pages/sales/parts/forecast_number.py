"""The view 'number' of the Forecast page."""

import streamlit as st

from ui import forecast_loaders as load
from ui import rows
from ui.context import PageContext
from ui.forecast_view import ForecastView


def part(ctx: PageContext, view: ForecastView) -> None:
    """Draw the view."""
    found = load.metric_series(ctx.settings, ctx.version, ctx.scope, view.series_cut())
    if found.empty:
        st.info(ctx.t("forecast.no_data"), icon=":material/inbox:")
        return
    rows.table(ctx, found[["period_on", "value"]], key="forecast_table")
