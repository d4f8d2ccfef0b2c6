"""The proof of customer value: what was predicted on a past day, and what came."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts import value_charts, value_verdict
from ui import rows
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.translations import value_name

_MEASURES = ("error", "wape", "rank_correlation", "top_share")
_IN_PERCENT = ("error_", "wape_", "top_share_")
_PATTERNS = {
    "error": "%+.1f%%",
    "wape": "%.1f%%",
    "top_share": "%.1f%%",
    "rank_correlation": "%.3f",
    "mae": "%.2f",
}


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
    _table(ctx, frame)
    st.caption(t("value.candidates_note"))
    left, right = st.columns(2, gap="medium")
    with left:
        value_charts.tenths(ctx, proof)
    with right:
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
                **{
                    f"{name}_value": value.get(name)
                    for name in _MEASURES
                    if not (is_order and name in ("error", "wape"))
                },
                "predicted_purchases": purchases.get("predicted"),
                "actual_purchases": purchases.get("actual"),
                "error_purchases": purchases.get("error"),
                "mae_purchases": purchases.get("mae"),
            }
        )
    frame = pd.DataFrame(found)
    texts = ("candidate", "role")
    return frame.astype({name: "str" if name in texts else "float64" for name in frame.columns})


def _table(ctx: PageContext, frame: pd.DataFrame) -> None:
    """Draw the candidates with shares in percent; exports keep them as shares."""
    shown = frame.copy()
    for name in frame.columns:
        if str(name).startswith(_IN_PERCENT):
            shown[name] = frame[name] * 100
    config = rows.column_config(ctx, shown, 0)
    for name in frame.columns.difference(["candidate", "role"]):
        pattern = _PATTERNS.get(str(name).rpartition("_")[0], "%,.0f")
        config[name] = st.column_config.NumberColumn(ctx.t(f"column.{name}"), format=pattern)
    shown["candidate"] = [value_name(ctx.t, "candidate", name) for name in shown["candidate"]]
    st.dataframe(
        shown, hide_index=True, height="content", placeholder=NOT_DEFINED, key="value_candidates",
        column_config=config, alt=ctx.t("value.candidates"),
    )  # fmt: skip


def _role(ctx: PageContext, one: dict[str, Any], proof: dict[str, Any]) -> str:
    if one["name"] == proof["chosen"]:
        return ctx.t("value.role_chosen")
    if one["reason"] is None:
        return ctx.t("value.role_other")
    key = f"value.role_{one['reason']}"
    return ctx.t(key if key in ctx.t else "value.role_not_fitted")
