"""Why contracts ended, over the last twelve complete months."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.stats import wilson_interval
from ui import churn_loaders as load
from ui import rows
from ui.attribute_filters import described
from ui.churn_view import View
from ui.context import PageContext

MONTHS = 12


def part(ctx: PageContext, view: View, month: date) -> None:
    """Draw the reasons of those lost, most first, with their shares."""
    t = ctx.t
    st.subheader(t("churn.reasons"), anchor=False, help=t("churn.reasons_help"))
    last = pd.Timestamp(month)
    first = last - pd.DateOffset(months=MONTHS - 1)
    by_month = load.contract_reasons(ctx.settings, ctx.version, ctx.scope, view.where, view.among)
    recent = by_month[by_month["month_on"].between(first, last)]
    if recent.empty:
        st.info(t("churn.nobody_lost"), icon=":material/info:")
        return
    table = recent.groupby("end_reason", dropna=False)[["lost_customers", "lost_amount"]].sum()
    table = table.sort_values("lost_customers", ascending=False).reset_index()
    total = int(table["lost_customers"].sum())
    low, high = wilson_interval(table["lost_customers"], total)
    table = table.assign(share=table["lost_customers"] / total, low=low, high=high)
    shown = rows.with_shares(ctx, table, "share", "low", "high")
    rows.table(ctx, shown, key="churn_reasons", named=("end_reason",))
    st.caption(t("churn.reasons_note", n=ctx.formats.count(total)))
    end = last + pd.DateOffset(months=1)
    stamp = rows.stamp_of(
        ctx,
        subject=t("churn.reasons"),
        period=ctx.formats.period(first.date(), end.date()),
        filters=described(ctx, view.where, view.among),
    )
    rows.download(ctx, table, name="churn_reasons", stamp=stamp)
