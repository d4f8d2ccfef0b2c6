"""How well responses were foretold, from what, and which fields were refused."""

from typing import Any

import pandas as pd
import streamlit as st

from charts.calibration import CalibrationLabels, calibration_plot
from charts.response import OrderLabels, order_curve
from pages.marketing.parts import response_fields, response_save
from ui import response_frames as frames
from ui import response_words as words
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records
from ui.response_view import Response

_DRAWN = {"predicted_response": "predicted_rate", "response_rate": "observed_rate"}


def part(ctx: PageContext, seen: Response) -> None:
    """Draw the card; without a model, what is known of the campaigns."""
    said = seen.said
    if "tenths" in said:
        st.subheader(ctx.t("response.proof"), anchor=False, help=ctx.t("response.proof_help"))
        st.caption(words.how_proved(ctx, said))
        left, right = st.columns(2, gap="medium")
        with left, st.container(border=True, height="stretch"):
            _gain(ctx, seen)
        with right, st.container(border=True, height="stretch"):
            _calibration(ctx, seen)
        left, right = st.columns(2, gap="medium")
        with left, st.container(border=True, height="stretch"):
            _table(ctx, seen, "baselines", frames.baselines(ctx, said), digits=3)
        with right, st.container(border=True, height="stretch"):
            _table(ctx, seen, "drivers", frames.drivers(ctx, said), digits=3)
    response_fields.part(ctx, seen)
    if "campaigns" not in said:  # who sees a part is told nothing of them
        return
    with st.expander(ctx.t("response.campaigns"), icon=":material/campaign:"):
        found = frames.campaigns(said)
        shown = rows.with_shares(ctx, found, "response_rate")
        rows.table(ctx, shown, key="response_campaigns", widths={"campaign": 190})
        _file(ctx, seen, found, "campaigns")


def _gain(ctx: PageContext, seen: Response) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("response.gain"), anchor=False, help=t("response.gain_help"))
    figure = order_curve(
        frames.gain_rows(seen.said),
        labels=OrderLabels(t("response.share_axis"), t("response.caught"),
                           t("response.interval"), t("response.at_random")),
        write=f.share_short, share=f.share_short, mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("response.gain_alt"), key="response_gain")
    table = frames.tenths(seen.said)
    first = records(table)[0]
    st.caption(
        t("response.gain_note", rate=f.share(first["response_rate"]), low=f.share(first["low"]),
          high=f.share(first["high"]), lift=f.number(first["lift"], 1),
          lift_low=f.number(first["lift_low"], 1), lift_high=f.number(first["lift_high"], 1),
          caught=f.share(first["caught_share"], 0))
    )  # fmt: skip
    with st.expander(t("response.tenths"), icon=":material/table:"):
        shown = rows.with_shares(ctx, table, *frames.RATES, "caught_share")
        rows.table(ctx, shown, key="response_tenths", digits=1)
        _file(ctx, seen, table, "tenths")


def _calibration(ctx: PageContext, seen: Response) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn_card.calibration"), anchor=False, help=t("response.calibration_help"))
    table = frames.bins(seen.said)
    hover = [
        t("response.bin_hover", n=f.count(row["n"]), responded=f.count(row["responses"]),
          predicted=f.share(row["predicted_response"]), observed=f.share(row["response_rate"]))
        for row in records(table)
    ]  # fmt: skip
    figure = calibration_plot(
        table.rename(columns=_DRAWN).assign(hover=hover),
        labels=CalibrationLabels(t("column.predicted_response"), t("column.response_rate"),
                                 t("churn_card.perfect")),
        write=f.share_short, mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("response.calibration_alt"), key="response_bins")
    st.caption(t("response.calibration_note", ece=f.share(seen.said["ece"])))
    with st.expander(t("leads.as_table"), icon=":material/table:"):
        shown = rows.with_shares(ctx, table, *frames.RATES)
        rows.table(ctx, shown, key="response_bins_table")
        _file(ctx, seen, table, "bins")


def _table(ctx: PageContext, seen: Response, name: str, table: pd.DataFrame, **more: Any) -> None:
    t = ctx.t
    st.subheader(t(f"response.{name}"), anchor=False, help=t(f"response.{name}_help"))
    rows.table(ctx, table, key=f"response_{name}", **more)
    _file(ctx, seen, table, name)


def _file(ctx: PageContext, seen: Response, table: pd.DataFrame, name: str) -> None:
    rows.download(ctx, table, name=f"response_{name}", stamp=response_save.stamp(ctx, seen))
