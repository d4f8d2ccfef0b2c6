"""Open deals by what they add to the forecast, each with its way into the drawer."""

from typing import Any

import streamlit as st

from ui import deal_loaders, rows
from ui import pipeline_forecast_frames as frames
from ui.context import PageContext
from ui.deal_drawer import DEALS
from ui.defined_tile import request
from ui.forecast_view import ForecastView
from ui.pipeline_forecast_answers import Outlook
from ui.pipeline_forecast_tiles import behind, stamp

MOST = 200
_KEY = "pipe_forecast_deals"


def part(ctx: PageContext, view: ForecastView, found: Outlook) -> None:
    """Draw the deals that add the most."""
    t, every = ctx.t, found.forecast.per_deal
    st.subheader(t("pipe_forecast.deals"), anchor=False, help=t("pipe_forecast.deals_help"))
    if every.empty:
        st.info(t("pipe_forecast.no_open"), icon=":material/inbox:")
        return
    table = frames.deals(found.forecast)
    shown = rows.with_shares(ctx, table.iloc[:MOST], "period_chance")
    basis = table["chance_basis"].iloc[:MOST]
    shown["chance_basis"] = [t(f"pipe_forecast.basis_{one}") for one in basis]
    shown["in_stage"] = frames.stage_names(ctx, shown["in_stage"])
    ids = every["opportunity_id"].iloc[:MOST].tolist()
    rows.table(
        ctx, shown, key=_KEY, money=("contribution", "amount"), named=("forecast_category",),
        widths={"open_deal": 180}, on_select=lambda: _open(ctx, view, ids),
        selection_mode="single-row",
    )  # fmt: skip
    st.caption(t("pipe_forecast.deals_hint"))
    if len(every) > MOST:
        n = ctx.formats.count(MOST)
        st.caption(t("pipe_forecast.first_deals", n=n, all=ctx.formats.count(len(every))))
    about = stamp(ctx, view, "pipe_forecast.deals")
    rows.download(ctx, table, name="forecast_deals", stamp=about)


def _open(ctx: PageContext, view: ForecastView, ids: list[str]) -> None:
    """Ask for the drawer with the deal that was chosen."""
    state: Any = st.session_state.get(_KEY) or {}
    chosen = state.get("selection", {}).get("rows", [])
    if not chosen or chosen[0] >= len(ids):
        return
    pick = deal_loaders.DealPick(view.deal_cut, ids=(str(ids[chosen[0]]),))
    subject = ctx.t("pipe_forecast.deal")
    DEALS.ask(request(ctx, behind(ctx, view), subject, "", pick))
