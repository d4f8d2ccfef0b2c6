"""Charts of the test, and the tables that say the same."""

from typing import Any

import pandas as pd
import streamlit as st

from charts.value import curves, pairs
from ui import figures, rows
from ui.context import PageContext


def tenths(ctx: PageContext, proof: dict[str, Any]) -> None:
    """Draw predicted and actual value by tenth of the prediction."""
    t, f = ctx.t, ctx.formats
    if not proof["tenths"]:
        return
    frame = pd.DataFrame(proof["tenths"])
    groups = pd.DataFrame(
        {
            "label": [str(tenth) for tenth in frame["tenth"]],
            "predicted": frame["predicted_value"],
            "actual": frame["actual_value"],
            "hover": [
                t(
                    "value.tenth_hover",
                    tenth=row["tenth"],
                    n=f.count(row["customers"]),
                    predicted=f.money_compact(row["predicted_value"]),
                    actual=f.money_compact(row["actual_value"]),
                )
                for row in proof["tenths"]
            ],
        }
    )
    st.markdown(f"**{t('value.tenths')}**", help=t("value.tenths_help"))
    names = (t("value.predicted"), t("value.actual"))
    figure = pairs(
        groups, names=names, title=t("value.tenth_axis"), write=f.money_compact, mode=ctx.theme
    )
    figures.draw(figures.spec_of(figure), alt=t("value.tenths"), key="value_tenths")


def weeks(ctx: PageContext, proof: dict[str, Any]) -> None:
    """Draw purchases cumulated over the test."""
    t, f = ctx.t, ctx.formats
    frame = pd.DataFrame(proof["weeks"])
    lines = [
        (str(name), t("value.actual") if name == "actual" else t(f"code.value_kind.{name}"))
        for name in frame.columns
        if name not in ("week", "days")
    ]
    st.markdown(f"**{t('value.weeks')}**", help=t("value.weeks_help"))

    def hover(name: str, week: float, value: float) -> str:
        return t("value.week_hover", name=name, week=f.count(week), value=f.count(value))

    figure = curves(
        frame, lines=lines, title=t("value.week_axis"), write=f.count_compact, hover=hover,
        mode=ctx.theme,
    )  # fmt: skip
    figures.draw(figures.spec_of(figure), alt=t("value.weeks"), key="value_weeks")


def tables(ctx: PageContext, proof: dict[str, Any]) -> None:
    """Draw the charts' twins, and the groups by repeat purchases."""
    for name in ("tenths", "frequencies", "weeks"):
        if proof[name]:
            with st.expander(ctx.t(f"value.table_{name}")):
                shown = pd.DataFrame(proof[name]).astype("float64")
                counts = {
                    column: "int64"
                    for column in ("tenth", "customers", "frequency", "week", "days")
                    if column in shown
                }
                rows.table(ctx, shown.astype(counts), key=f"value_table_{name}")
