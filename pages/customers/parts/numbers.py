"""What a customer is worth: tiles, and orders over time."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.stats import mean_interval_from_sums
from charts.customers import order_months
from ui import loaders
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import is_missing

FEW_ORDERS = 100


def tiles(ctx: PageContext, customer: dict[str, Any], months: pd.DataFrame) -> None:
    """Draw value and orders, each with its definition."""
    f = ctx.formats
    value, orders = customer["net_amount"], int(customer["orders"])
    with_cost = int(months["orders_with_cost"].sum())
    average = value / orders if orders and value is not None else None
    noted = {
        "net_amount": (value, ""),
        "gross_amount": (customer["gross_amount"], ""),
        "returned_amount": (
            customer["returned_amount"],
            ctx.t("profile.n_orders", n=f.count(customer["returned_orders"])),
        ),
        "margin": (
            months["margin"].sum() if with_cost else None,
            ctx.t("profile.cost_known", n=f.count(with_cost), orders=f.count(orders)),
        ),
        "average_order_value": (average, _interval(ctx, months)),
        "net_amount_365d": (
            customer["net_amount_365d"],
            ctx.t("profile.n_orders", n=f.count(customer["orders_365d"])),
        ),
    }
    with st.container(horizontal=True, gap="small"):
        for name, (amount, note) in noted.items():
            _tile(ctx, name, f.value_short(amount, "money"), note if orders else "")
        _tile(
            ctx,
            "orders",
            f.count(orders),
            ctx.t("profile.paid_orders", n=f.count(customer["paid_orders"])) if orders else "",
        )


def orders_chart(ctx: PageContext, customer: dict[str, Any], months: pd.DataFrame) -> None:
    """Draw net value by month from the first order to the end of the data."""
    t, f = ctx.t, ctx.formats
    st.subheader(
        t("profile.orders_chart"),
        anchor=False,
        help=t("customer.net_amount.help", currency=ctx.settings.currency),
    )
    horizon = loaders.horizon(ctx.settings, ctx.version)
    dated = months.dropna(subset="month_on")
    if horizon is None or dated.empty:
        st.caption(t("profile.no_orders"))
        return
    name = customer["name"] or customer["customer_id"]
    figure = order_months(
        dated,
        watermark=horizon.watermark,
        label=f.month,
        hover=lambda month, orders, amount: t(
            "profile.month_hover", month=f.month(month), n=f.count(orders), amount=f.money(amount)
        ),
        write=f.money_compact,
        names=(t("profile.finished"), t("profile.unfinished")),
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("profile.orders_alt", name=name), key="profile_orders")
    notes = [t("profile.chart_note", watermark=f.day(horizon.watermark))]
    undated = int(months["orders"].sum() - dated["orders"].sum())
    if undated:
        notes.append(t("profile.undated", n=f.count(undated)))
    st.caption(" ".join(notes))


def _tile(ctx: PageContext, name: str, value: str, note: str) -> None:
    with st.container(border=True, width=168, gap="xxsmall"):
        explained = ctx.t(f"customer.{name}.help", currency=ctx.settings.currency)
        st.metric(ctx.t(f"customer.{name}"), value, help=explained)
        if note:
            st.caption(note)


def _interval(ctx: PageContext, months: pd.DataFrame) -> str:
    """Return the 95 % interval of the average order where orders are few."""
    sums = months[["orders", "net_amount", "net_amount_sq"]].sum()
    n = int(sums["orders"])
    low, high = mean_interval_from_sums(n, sums["net_amount"], sums["net_amount_sq"])
    if n >= FEW_ORDERS or is_missing(float(low)):
        return ""
    written = [ctx.formats.value_short(float(side), "money") for side in (low, high)]
    return ctx.t("tile.interval", low=written[0], high=written[1], n=ctx.formats.count(n))
