"""How the RFM segments stand in the lifecycle: the two views answer different questions."""

import streamlit as st

from ui import segment_map_loaders as load
from ui import segment_matrices as matrices
from ui.context import PageContext


def against_stages(ctx: PageContext, among: str) -> None:
    """Draw segments against stages; each cell opens its customers."""
    st.subheader(ctx.t("rfm.stages"), anchor=False, help=ctx.t("rfm.stages_help"))
    counts = load.rfm_by_stage(ctx.settings, ctx.version, ctx.scope, among)
    if counts.empty:
        st.info(ctx.t("rfm.no_stages"))
        return
    st.markdown(ctx.t("rfm.stages_differ"))
    matrices.draw(
        ctx,
        matrices.rfm_by_stage(ctx, counts),
        key="rfm_stages",
        titles=(ctx.t("column.rfm_segment"), ctx.t("column.lifecycle_stage")),
        alt=ctx.t("rfm.stages_alt"),
        among=among,
    )
