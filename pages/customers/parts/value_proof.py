"""The proof of customer value: what was predicted on a past day, and what came."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts import value_charts, value_verdict
from ui import rows
from ui.context import PageContext

_MEASURES = ("error", "wape", "rank_correlation", "top_share")


def part(ctx: PageContext, proof: dict[str, Any]) -> None:
    """Draw the test: its sentence, totals, charts with their tables, and every candidate."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("value.proof"), anchor=False, help=t("value.proof_help"))
    calibration, until = (date.fromisoformat(proof[name]) for name in ("calibration_on", "until"))
    st.markdown(
        t(
            "value.proof_text",
            day=f.day(calibration),
            end=f.day(until),
            n=f.count(proof["customers"]),
            days=f.count(proof["days"]),
        )
    )
    for line in value_verdict.sentences(ctx, proof):
        st.markdown(f"- {line}")
    frame = candidates_frame(ctx, proof)
    rows.table(ctx, frame, key="value_candidates", digits=3, named=("candidate",))
    st.caption(t("value.candidates_note"))
    with st.container(horizontal=True, gap="medium"):
        with st.container(width="stretch", key="value_tenths_box"):
            value_charts.tenths(ctx, proof)
        with st.container(width="stretch", key="value_weeks_box"):
            value_charts.weeks(ctx, proof)
    value_charts.tables(ctx, proof)
    with st.popover(t("value.export_proof"), icon=":material/download:", key="value_proof_export"):
        stamp = rows.stamp_of(
            ctx, subject=t("value.proof"), period=f.period(calibration, until), filters=""
        )
        rows.download(ctx, frame, name="value_test", stamp=stamp)


def candidates_frame(ctx: PageContext, proof: dict[str, Any]) -> pd.DataFrame:
    """Return a row per candidate: what it predicted, what came, and whether it was chosen."""
    found = []
    for one in proof["candidates"]:
        value, purchases = one["value"] or {}, one["purchases"] or {}
        is_order = one["kind"] == "ranking"  # past value orders customers and predicts nothing
        found.append(
            {
                "candidate": one["name"],
                "role": _role(ctx, one, proof),
                "predicted_purchases": purchases.get("predicted"),
                "actual_purchases": purchases.get("actual"),
                "error_purchases": purchases.get("error"),
                "mae_purchases": purchases.get("mae"),
                **{
                    f"{name}_value": None
                    if is_order and name in ("error", "wape")
                    else value.get(name)
                    for name in _MEASURES
                },
            }
        )
    frame = pd.DataFrame(found)
    texts = ("candidate", "role")
    return frame.astype({name: "str" if name in texts else "float64" for name in frame.columns})


def _role(ctx: PageContext, one: dict[str, Any], proof: dict[str, Any]) -> str:
    if one["name"] == proof["chosen"]:
        return ctx.t("value.role_chosen")
    if one["reason"] is None:
        return ctx.t("value.role_other")
    key = f"value.role_{one['reason']}"
    return ctx.t(key if key in ctx.t else "value.role_not_fitted")
