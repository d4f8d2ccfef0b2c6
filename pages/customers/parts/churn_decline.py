"""The view 'decline' of the Churn page: who uses, holds or buys much less than they did."""

import pandas as pd
import streamlit as st

from pages.customers.parts import churn_decline_form, churn_decline_list
from ui import decline_loaders as load
from ui import decline_view as view
from ui import loaders
from ui.attribute_filters import attribute_filters
from ui.churn_view import FILTERS, kept_filters, offered_filters
from ui.context import PageContext
from ui.frames import records
from ui.segment_filter import segment_picker


def render(ctx: PageContext) -> None:
    """Draw the view; without a rule, or a value to follow, what to set or to import."""
    t, rules = ctx.t, view.current_rules(ctx)
    fields = load.fields(ctx.settings, ctx.version)
    if rules.field is None:
        st.info(t("decline.unset" if fields else "decline.nothing"), icon=":material/inbox:")
        churn_decline_form.part(ctx, rules, fields)
        return
    among = segment_picker(ctx)
    offered = offered_filters(loaders.offered(ctx.settings, ctx.version, ctx.scope))
    where = kept_filters(offered)
    if offered:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            attribute_filters(ctx, where, offered, names=FILTERS)
    st.markdown(
        f"**{t('decline.declined_is')}** "
        + t(
            f"decline.is_{rules.measure}",
            field=view.field_name(ctx, rules.field),
            fall=ctx.formats.share(rules.fall, 0),
        )
    )
    found = view.seen(ctx, rules, rules.field, where, among)
    if found.month is None:
        st.info(t("decline.too_young"), icon=":material/hourglass_empty:")
    else:
        _tile(ctx, found, found.month)
        if not load.is_kept(ctx.settings, ctx.version, found.cut):
            st.caption(t("decline.not_kept"))
        with st.container(border=True):
            churn_decline_list.trend(ctx, found)
        with st.container(border=True):
            churn_decline_list.customers(ctx, found, found.month)
    churn_decline_form.part(ctx, rules, fields)


def _tile(ctx: PageContext, found: view.Seen, month: pd.Timestamp) -> None:
    t, f = ctx.t, ctx.formats
    row = records(found.rates[found.rates["month_on"] == month])[0]
    st.caption(t("churn.tiles_note", month=f.bucket(month, "month")))
    with st.container(horizontal=True, gap="small"):
        with st.container(border=True, key="tile_decline_rate", gap="xxsmall"):
            st.metric(t("decline.rate"), f.share(row["decline_rate"]), help=t("decline.rate_help"))
            sides = {"low": f.share(row["low"]), "high": f.share(row["high"])}
            parts = f"{f.count(row['declined'])} ÷ {f.count(row['compared'])}"
            st.caption(f"{parts} · {t('tile.interval', n=f.count(row['compared']), **sides)}")
        with st.container(border=True, key="tile_rise_rate", gap="xxsmall"):
            st.metric(t("decline.rise"), f.share(row["rise_rate"]), help=t("decline.rise_help"))
            st.caption(f"{f.count(row['rose'])} ÷ {f.count(row['compared'])}")
