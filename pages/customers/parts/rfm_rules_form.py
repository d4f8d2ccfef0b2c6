"""Which rules RFM goes by, in words with the numbers in force, and the form that changes them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics.rfm_rules import MEASURES, SEGMENTS, SIZE, rules_from
from pages.customers.parts.rules_form import rules_form
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.translations import value_name

_COLUMNS = [f"r{score}" for score in range(1, SIZE + 1)]


def cut_points(ctx: PageContext, card: dict[str, Any] | None) -> None:
    """Say from where on each score begins, and where ties leave fewer than five groups."""
    if card is None:
        st.caption(ctx.t("rfm.cuts_hidden"))
        return
    lines = []
    for measure in MEASURES:
        points = card["cut_points"][measure]
        written = " · ".join(_border(ctx, measure, b) for b in points["borders"])
        lines.append(f"- {ctx.t(f'rfm.cuts_{measure}', borders=written)}")
        if points["is_tied"]:
            lines[-1] += " " + ctx.t("rfm.tied", n=len(points["used"]))
        if points["is_fixed"]:
            lines[-1] += " " + ctx.t("rfm.fixed")
    with st.expander(ctx.t("rfm.cuts"), icon=":material/straighten:"):
        st.markdown("\n".join(lines))
        st.caption(ctx.t("rfm.cuts_note"))


def rules_part(ctx: PageContext, saved: Mapping[str, Any] | None) -> None:
    """Draw the form: the map, and borders of the company's own."""
    rules = rules_from(saved)

    def draw() -> dict[str, Any]:
        st.caption(ctx.t("rfm.grid_help"))
        order = range(SIZE - 1, -1, -1)  # best on top, as on the map
        frame = pd.DataFrame([rules.grid[fm] for fm in order], columns=_COLUMNS)
        frame.insert(0, "fm", [f"FM {fm + 1}" for fm in order])
        config: dict[str, Any] = {
            name: st.column_config.SelectboxColumn(
                f"R {score}", options=SEGMENTS, required=True,
                format_func=lambda name: value_name(ctx.t, "rfm_segment", name),
            )
            for score, name in enumerate(_COLUMNS, start=1)
        }  # fmt: skip
        config["fm"] = st.column_config.TextColumn("", disabled=True, pinned=True)
        edited = st.data_editor(
            frame, hide_index=True, column_config=config, key="rfm_grid", height="content"
        )
        given: dict[str, Any] = {"grid": edited[_COLUMNS].to_numpy().tolist()[::-1]}
        for measure in MEASURES:
            typed = st.text_input(
                ctx.t(f"rfm.borders_{measure}"),
                value=", ".join(f"{b:.12g}" for b in rules.borders_of(measure) or ()),
                key=f"rfm_borders_{measure}",
                placeholder=ctx.t("rfm.borders_fifths"),
                help=ctx.t("rfm.borders_help"),
            )
            parts = typed.replace("，", ",").split(",")
            given[f"{measure}_borders"] = [p.strip() for p in parts] if typed.strip() else None
        return given

    rules_form(ctx, "rfm", draw)


def _border(ctx: PageContext, measure: str, border: float | None) -> str:
    if border is None:
        return NOT_DEFINED
    if measure == "value":
        return ctx.formats.money(border)
    return ctx.formats.count(abs(border))
