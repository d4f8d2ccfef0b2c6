"""One channel of the page Budget: its curve, or why there is none, and the weeks behind it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from charts.budget import CurveLabels, spend_curve
from ui import budget_answers as told
from ui import budget_view as view
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.size_words import of_channel


def part(ctx: PageContext, said: Mapping[str, Any], outcome: str) -> None:
    """Draw the verdict first."""
    t, f = ctx.t, ctx.formats
    name = view.name_of(ctx, said["channel"])
    st.subheader(t("budget.curve", channel=plain(name)), anchor=False, help=t("budget.curve_help"))
    has_curve = said["verdict"] in told.TELLS
    box = st.success if said["verdict"] == "curve" else st.info if has_curve else st.warning
    box(view.refusal(ctx, said), icon=":material/show_chart:" if has_curve else ":material/block:")
    stamp = rows.stamp_of(ctx, subject=t("budget.curve", channel=name), period="", filters=name)
    if has_curve and said["calibration"] is None:
        st.warning(t("budget.observed"), icon=":material/warning:")
    if has_curve:
        curve, weeks = view.curve_rows(ctx, said)
        labels = CurveLabels(
            t("budget.spend_axis"), t("budget.curve_line"), t("response.interval"),
            t("budget.beyond"), t("budget.weeks"), t("budget.now"),
        )  # fmt: skip
        figure = spend_curve(
            curve, weeks, spent_now=said["spent_now"], labels=labels, write=f.money_compact,
            mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("budget.curve_alt"), key="budget_curve")
        st.caption(t("budget.curve_note", carry=f.share(said["carry"], 0)))
        for line in (view.calibrated(ctx, said, outcome), *of_channel(ctx, said)):
            st.caption(line)
        with st.expander(t("leads.as_table"), icon=":material/table:"):
            table = curve.drop(columns="hover")
            rows.table(ctx, table.iloc[::4], key="budget_curve_table")
            rows.download(ctx, table, name="budget_curve", stamp=stamp)
    with st.expander(t("budget.weeks_behind"), icon=":material/table_rows:"):
        weeks = view.week_rows(ctx, said).drop(columns="hover")
        rows.table(ctx, weeks[::-1], key="budget_weeks", money=("spend", "returned"))
        rows.download(ctx, weeks, name="budget_weeks", stamp=stamp)
