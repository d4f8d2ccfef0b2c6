"""Sales forecast: what will be sold, how sure is that, and how right were such forecasts before?

Each view is a part of its own: ``pages/sales/parts/forecast_<name>.py`` with ``part(ctx, view)``,
where ``view`` is a ``ui.forecast_view.ForecastView``: the period under review (``start``, ``end``),
the series (``metric``, ``frequency``, ``horizon``), filters (``where``, ``among``; of deals in the
views of ``DEAL_VIEWS`` and for metrics of deals) and the day at whose end things are seen
(``as_of``, ``until``). A new view is one name in ``VIEWS`` and a label ``forecast.view_<name>``.
"""

from importlib import import_module

import streamlit as st

from ui.choices import segmented
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.forecast_choices import forecast_view, metrics_known

VIEWS = ("number", "backtest", "components", "levels", "pipeline", "people", "scenarios")


def render(ctx: PageContext) -> None:
    """Draw the choice of the view, its choices, and the view."""
    st.title(ctx.t("page.forecast"), anchor=False)
    if not metrics_known(ctx):
        st.info(ctx.t("forecast.no_data"), icon=":material/inbox:")
        return
    name = segmented(ctx, "view", VIEWS, "forecast.view")
    view = forecast_view(ctx, name)
    if view is None:
        st.info(ctx.t("forecast.no_data"), icon=":material/inbox:")
        return
    import_module(f"pages.sales.parts.forecast_{name}").part(ctx, view)
    DEALS.show_asked(ctx)
