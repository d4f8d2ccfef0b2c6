"""How often a customer orders, and whether this silence is longer than usual."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import pandas as pd
import streamlit as st

from ui import loaders
from ui.context import PageContext

LEAST_ORDER_DAYS = 3


@dataclass(frozen=True)
class Rhythm:
    """Days between orders; those of one day are one. Missing where there are too few."""

    state: Literal["no_orders", "undated", "cannot_tell", "usual", "late", "longest"]
    order_days: int
    days_since: int | None
    median_gap: float | None
    longest_gap: float | None


def rhythm(customer: dict[str, Any], months: pd.DataFrame, watermark: date) -> Rhythm:
    """Hold the days since the last order against the customer's own gaps.

    Parameters
    ----------
    customer : dict
        ``CUSTOMER_PROFILE``.
    months : DataFrame
        ``CUSTOMER_ORDER_MONTHS``.
    watermark : date
        Last day with orders in the data. Never today: what has not been imported is not silence.
    """
    dated = months.dropna(subset="month_on")
    days = int(dated["order_days"].sum())
    last = customer["last_order_on"]
    if last is None:
        return Rhythm("undated" if customer["orders"] else "no_orders", days, None, None, None)
    since = (watermark - last.date()).days
    median = customer["median_gap_days"]
    if days < LEAST_ORDER_DAYS or median is None:
        return Rhythm("cannot_tell", days, since, None, None)
    longest = float(dated["longest_gap_days"].max())
    state = "usual" if since <= median else "late" if since <= longest else "longest"
    return Rhythm(state, days, since, median, longest)  # type: ignore[arg-type]  # one of the three


def part(ctx: PageContext, customer: dict[str, Any], months: pd.DataFrame) -> None:
    """Draw the sentence and the numbers behind it."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("profile.rhythm"), anchor=False)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None:
        st.markdown(t("rhythm.no_orders"))
        return
    found = rhythm(customer, months, horizon.watermark)
    st.markdown(
        t(
            f"rhythm.{found.state}",
            n=f.count(found.order_days),
            days=f.count(found.days_since),
            watermark=f.day(horizon.watermark),
            median=f.number(found.median_gap, 1),
            longest=f.count(found.longest_gap),
        )
    )
    facts = {
        "first_order_on": f.day(customer["first_order_on"]),
        "last_order_on": f.day(customer["last_order_on"]),
        "days_since": f.count(found.days_since),
        "median_gap_days": f.number(customer["median_gap_days"], 1),
        "mean_gap_days": f.number(customer["mean_gap_days"], 1),
        "order_days": f.count(found.order_days),
    }
    with st.container(horizontal=True, gap="medium"):
        for name, value in facts.items():
            with st.container(width=150, gap=None):
                st.caption(t(f"customer.{name}"), help=t(f"customer.{name}.help"))
                st.text(value)
