"""Declines by month, and who they were in the last complete one."""

from typing import Any

import pandas as pd
import streamlit as st

from charts.churn import RateLabels, rate_trend
from pages.customers.parts.table_export import table_export
from ui import decline_loaders as load
from ui import rows
from ui.attribute_filters import described
from ui.context import PageContext
from ui.decline_view import Seen
from ui.figures import draw, spec_of
from ui.formats import is_missing
from ui.frames import records

_SHOWN = 50


def trend(ctx: PageContext, found: Seen) -> None:
    """Draw the share by month with its interval, and the twin table."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("decline.by_month"), anchor=False, help=t("decline.rate_help"))
    table = found.rates
    points = pd.DataFrame(
        {
            "label": [f.month_short(day) for day in table["month_on"]],
            "value": table["decline_rate"],
            "low": table["low"],
            "high": table["high"],
            "is_complete": True,
            "hover": [_hover(ctx, row) for row in records(table)],
        }
    )
    figure = rate_trend(
        points,
        labels=RateLabels(t("decline.rate"), t("churn.interval"), "", t("churn.unknown")),
        write=lambda value: f.share(value, 0 if points["value"].max() > 0.1 else 1),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("decline.by_month"), key="churn_decline_trend")
    newest = table.iloc[::-1].reset_index(drop=True)
    with st.expander(t("churn.as_table"), icon=":material/table:"):
        shares = ("decline_rate", "low", "high", "rise_rate")
        rows.table(ctx, rows.with_shares(ctx, newest, *shares), key="churn_decline_months")
    table_export(
        ctx, newest, name="decline_months", subject=t("decline.by_month"),
        filters=described(ctx, found.cut.where, found.cut.among),
    )  # fmt: skip


def customers(ctx: PageContext, found: Seen, month: pd.Timestamp) -> None:
    """Draw who declined in a month, the greatest fall first."""
    t, f = ctx.t, ctx.formats
    name = f.bucket(month, "month")
    st.subheader(t("decline.who", month=name), anchor=False, help=t("decline.who_help"))
    key = (ctx.settings, ctx.version, ctx.scope, found.cut, month)
    shown = load.customers(*key, _SHOWN)
    if shown.empty:
        st.info(t("decline.nobody"), icon=":material/inbox:")
        return
    rows.table(ctx, shown, key="churn_decline_customers", digits=1)
    counts = found.rates.set_index("month_on")["declined"]
    if counts[month] > len(shown):
        st.caption(t("decline.some", n=f.count(len(shown)), total=f.count(int(counts[month]))))
    table_export(
        ctx, lambda: load.customers(*key, rows.EXPORT_ROWS), name="declined_customers",
        subject=t("decline.who", month=name),
        filters=described(ctx, found.cut.where, found.cut.among),
    )  # fmt: skip


def _hover(ctx: PageContext, row: dict[str, Any]) -> str:
    f = ctx.formats
    title = f"<b>{f.bucket(pd.Timestamp(str(row['month_on'])), 'month')}</b>"
    if is_missing(row["decline_rate"]):
        return title
    numbers = {name: f.share(row[name]) for name in ("decline_rate", "low", "high", "rise_rate")}
    counts = {name: f.count(row[name]) for name in ("declined", "compared")}
    return f"{title}<br>" + ctx.t("decline.hover", **numbers, **counts)
