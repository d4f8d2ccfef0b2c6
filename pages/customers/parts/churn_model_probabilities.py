"""Whether the probabilities are right: bins of them against who left, and tenths of them."""

import streamlit as st

from charts.calibration import CalibrationLabels, calibration_plot
from charts.churn_model import TenthLabels, tenth_bars
from pages.customers.parts.table_export import table_export
from ui import churn_model_frames as frames
from ui import rows
from ui.churn_model_view import Card
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records


def calibration(ctx: PageContext, card: Card) -> None:
    """Draw the calibration plot and its twin table."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn_card.calibration"), anchor=False, help=t("churn_card.calibration_help"))
    frame = frames.bins(card)
    hover = [_hover(ctx, "churn_card.bin_hover", row) for row in records(frame)]
    figure = calibration_plot(
        frame.assign(hover=hover),
        labels=CalibrationLabels(
            t("column.predicted_rate"), t("column.observed_rate"), t("churn_card.perfect")
        ),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("churn_card.calibration_alt"), key="churn_model_bins")
    st.caption(t("churn_card.calibration_note", ece=f.share(card["ece"])))
    with st.expander(t("churn_card.as_table"), icon=":material/table:"):
        rows.table(ctx, rows.with_shares(ctx, frame, *frames.RATES), key="churn_model_bins_table")
    table_export(
        ctx, frame, name="churn_model_bins", subject=t("churn_card.calibration"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip


def by_tenth(ctx: PageContext, card: Card) -> None:
    """Draw tenths of the probability: predicted against left, lift, and the share caught."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("churn_card.tenths"), anchor=False, help=t("churn_card.tenths_help"))
    frame = frames.tenths(card)
    hover = [_hover(ctx, "churn_card.tenth_hover", row) for row in records(frame)]
    figure = tenth_bars(
        frame.assign(hover=hover),
        labels=TenthLabels(
            t("churn_card.tenth_axis"), t("churn_card.predicted"), t("churn_card.left")
        ),
        write=f.share_short,
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("churn_card.tenths_alt"), key="churn_model_tenths")
    first = records(frame)[0]
    st.caption(
        t(
            "churn_card.tenths_note",
            rate=f.share(first["observed_rate"]),
            lift=f.number(first["lift"], 1),
            caught=f.share(first["caught_share"], 0),
        )
    )
    shown = rows.with_shares(ctx, frame, *frames.RATES, "caught_share")
    with st.expander(t("churn_card.as_table"), icon=":material/table:"):
        rows.table(ctx, shown, key="churn_model_tenths_table", digits=1)
    table_export(
        ctx, frame, name="churn_model_tenths", subject=t("churn_card.tenths"),
        filters=t(f"churn.by_{card['kind']}"),
    )  # fmt: skip


def _hover(ctx: PageContext, key: str, row: Card) -> str:
    f = ctx.formats
    return ctx.t(
        key,
        tenth=row.get("tenth", ""),
        n=f.count(row["n"]),
        left=f.count(row["who_left"]),
        predicted=f.share(row["predicted_rate"]),
        observed=f.share(row["observed_rate"]),
        low=f.share(row["low"]),
        high=f.share(row["high"]),
    )
