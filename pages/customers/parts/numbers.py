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
_ROWS = (
    ("net_amount", "gross_amount", "returned_amount", "margin"),
    ("average_order_value", "net_amount_365d", "orders"),
)


def tiles(ctx: PageContext, customer: dict[str, Any], months: pd.DataFrame) -> None:
    """Draw value and orders, each with its definition: two rows, on a telephone two in a row."""
    f = ctx.formats
    known, orders = amounts(customer, months), int(customer["orders"])
    with_cost = int(months["orders_with_cost"].sum())
    notes = {
        "returned_amount": ctx.t("profile.n_orders", n=f.count(customer["returned_orders"])),
        "margin": ctx.t("profile.cost_known", n=f.count(with_cost), orders=f.count(orders)),
        "average_order_value": _interval(ctx, months),
        "net_amount_365d": ctx.t("profile.n_orders", n=f.count(customer["orders_365d"])),
        "orders": ctx.t("profile.paid_orders", n=f.count(customer["paid_orders"])),
    }
    for names in _ROWS:
        with st.container(horizontal=True, gap="small"):
            for name in names:
                is_count = name == "orders"
                value = f.count(orders) if is_count else f.value_short(known[name], "money")
                _tile(ctx, name, value, notes.get(name, "") if orders else "")


def amounts(customer: dict[str, Any], months: pd.DataFrame) -> dict[str, float | None]:
    """Return the amounts of the tiles: 0 where there are no such orders, None where unknown.

    Unknown is the sum of orders none of which has an amount; the margin of orders none of which
    has a cost; the last 365 days when some orders have no day and the others are older.
    """
    orders = int(customer["orders"])
    undated = int(months.loc[months["month_on"].isna(), "orders"].sum())
    with_cost = int(months["orders_with_cost"].sum())
    value = _sum(customer["net_amount"], orders)
    return {
        "net_amount": value,
        "gross_amount": _sum(customer["gross_amount"], int(customer["paid_orders"])),
        "returned_amount": _sum(customer["returned_amount"], int(customer["returned_orders"])),
        "margin": _sum(float(months["margin"].sum()) if with_cost else None, orders),
        "average_order_value": value / orders if orders and value is not None else None,
        "net_amount_365d": _sum(
            customer["net_amount_365d"], int(customer["orders_365d"]) + undated
        ),
    }


def _sum(amount: float | None, orders: int) -> float | None:
    """Return the sum over so many orders; of none it is 0."""
    return 0.0 if amount is None and orders == 0 else amount


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
    with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
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
