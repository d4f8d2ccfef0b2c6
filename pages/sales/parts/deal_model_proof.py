"""How true chances of deals were: reliability, the ways beside each other, averages of stages."""

from typing import Any

import streamlit as st

from charts.calibration import CalibrationLabels, calibration_plot
from ui import deal_model_frames as frames
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records

_DRAWN_AS = {"predicted_chance": "predicted_rate", "won_rate": "observed_rate"}
_SHARES = ("predicted_chance", "won_rate", "low", "high")


def part(ctx: PageContext, terms: dict[str, Any], pipelines: set[Any]) -> None:
    """Draw the proof as far as there is one, and the averages of the stages of the pipelines."""
    t = ctx.t
    if terms["ways"]:
        _reliability(ctx, terms)
        st.subheader(t("deal_model.ways"), anchor=False, help=t("deal_model.ways_help"))
        rows.table(
            ctx, frames.ways(terms), key="deal_model_ways", digits=4, named=("chance_way",)
        )  # fmt: skip
        st.caption(t("deal_model.ways_note"))
    averages = frames.stages(terms, pipelines)
    if averages.empty:
        return
    st.subheader(t("deal_model.stages"), anchor=False, help=t("deal_model.stages_help"))
    shown = rows.with_shares(ctx, averages, "win_probability", "low", "high")
    shown["in_pipeline"] = frames.names(ctx, "pipeline", averages["in_pipeline"])
    shown["in_stage"] = frames.names(ctx, "stage", averages["in_stage"])
    rows.table(ctx, shown, key="deal_model_stages")


def _reliability(ctx: PageContext, terms: dict[str, Any]) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("deal_model.reliability"), anchor=False, help=t("deal_model.reliability_help"))
    bins = frames.bins(terms)
    ways = {way: t(f"code.chance_way.{way}") for way in ("model", "stage")}
    hover = [
        t(
            "deal_model.bin_hover",
            way=ways[row["way"]],
            deals=f.count(row["deals"]),
            predicted=f.share(row["predicted_chance"]),
            won=f.share(row["won_rate"]),
            low=f.share(row["low"]),
            high=f.share(row["high"]),
        )
        for row in records(bins)
    ]
    drawn = bins.rename(columns=_DRAWN_AS).assign(hover=hover)
    figure = calibration_plot(
        drawn,
        labels=CalibrationLabels(
            t("column.predicted_chance"), t("column.won_rate"), t("churn_card.perfect"), ways
        ),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("deal_model.reliability_alt"), key="deal_model_bins")
    st.caption(t("deal_model.reliability_note"))
    with st.expander(t("churn_card.as_table"), icon=":material/table:"):
        table = bins.rename(columns={"way": "chance_way", "deals": "judged_n"}).drop(columns="n")
        rows.table(
            ctx, rows.with_shares(ctx, table, *_SHARES), key="deal_model_bins_table",
            named=("chance_way",),
        )  # fmt: skip
