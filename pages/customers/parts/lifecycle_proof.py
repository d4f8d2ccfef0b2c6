"""What became of each stage: the share that ordered in the days after."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts.group_list import NAMED
from pages.customers.parts.table_export import table_export
from ui import rows
from ui import segment_figures as figs
from ui.context import PageContext


def proof_part(ctx: PageContext, proof: dict[str, Any] | None, among: str) -> None:
    """Draw the table, or say why there is none; it is of everybody in a segment's view, too."""
    st.subheader(ctx.t("lifecycle.proof"), anchor=False, help=ctx.t("lifecycle.proof_help"))
    if proof is None:
        st.info(ctx.t("lifecycle.no_proof"), icon=":material/hourglass_empty:")
        return
    f = ctx.formats
    st.caption(ctx.t("lifecycle.proof_line", day=f.day(pd.Timestamp(proof["as_of"]).date())))
    if among:
        st.caption(ctx.t("lifecycle.proof_everybody"))
    found: dict[str, dict[str, Any]] = {}
    for one in proof["outcomes"]:
        row = found.setdefault(
            one["stage"], {figs.STAGE_WORDS: one["stage"], "customers": one["customers"]}
        )
        row[f"ordered_{one['days']}d"] = (
            ctx.t("lifecycle.no_customers")
            if one["share"] is None
            else ctx.t(
                "lifecycle.interval",
                share=f.share(one["share"]), low=f.share(one["low"]), high=f.share(one["high"]),
            )
        )  # fmt: skip
    rows.table(ctx, pd.DataFrame(list(found.values())), key="stage_proof", named=NAMED)
    outcomes = pd.DataFrame(proof["outcomes"])
    table_export(ctx, outcomes, name="stage_proof", subject=ctx.t("lifecycle.proof"))
