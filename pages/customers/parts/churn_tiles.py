"""Rates of the last complete month, with interval, what they rest on, and what a year would be."""

from datetime import date

import streamlit as st

from analytics.churn_rates import Rate, rate_of, yearly_rate
from ui.churn_frames import interval_text, parts_text
from ui.churn_view import Seen, View
from ui.context import PageContext

_LOSSES = ("churn_rate", "revenue_churn_rate")


def tiles(ctx: PageContext, found: Seen, view: View, month: date) -> None:
    """Draw a tile a rate; with silence, also who came back."""
    st.caption(ctx.t("churn.tiles_note", month=ctx.formats.bucket(month, "month")))
    with st.container(horizontal=True, gap="small"):
        for name in found.measures:
            rate = rate_of(found.rates, name, month)
            _tile(ctx, name, rate, parts_text(ctx, rate, name))
        if view.definition == "silence" and found.back is not None:
            back = found.back
            n = back.followed
            share = Rate(back.back_share, back.low, back.high, back.came_back, n, n)
            _tile(ctx, "back_share", share, parts_text(ctx, share, "churn_rate"), days=found.days)
    unvalued = found.levels.set_index("month_on").get("start_unvalued")
    if unvalued is not None and int(unvalued.iloc[-1]):
        st.caption(ctx.t("churn.unvalued", n=ctx.formats.count(int(unvalued.iloc[-1]))))


def _tile(ctx: PageContext, name: str, rate: Rate, parts: str, **fields: int) -> None:
    t, f = ctx.t, ctx.formats
    numbers = {key: f.count(value) for key, value in fields.items()}
    with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
        st.metric(t(f"churn.{name}"), f.share(rate.value), help=t(f"churn.{name}_help", **numbers))
        st.caption(f"{parts} · {interval_text(ctx, rate)}")
        if name in _LOSSES and rate.value is not None:
            year = yearly_rate(rate)
            key = "yearly" if year.low is None else "yearly_between"
            sides = {"low": f.share(year.low), "high": f.share(year.high)}
            st.caption(t(f"churn.{key}", value=f.share(year.value), **sides))
