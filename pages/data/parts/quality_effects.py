"""The view 'effects' of the page Quality: how far the faults may move each headline number."""

import streamlit as st

from charts.quality import effect_ranges
from ui import quality_frames as frames
from ui import quality_loaders as load
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t, f = ctx.t, ctx.formats
    with st.container(border=True):
        st.subheader(t("quality.effects_title"), anchor=False, help=t("quality.effects_help"))
        found = load.moved(ctx.settings, ctx.version, ctx.scope)
        if found.empty:
            st.info(t("quality.no_numbers"), icon=":material/inbox:")
            return
        st.caption(t("quality.effects_note"))
        ranges = frames.range_rows(ctx, found)
        if len(ranges):
            names = (t("quality.range"), t("quality.as_it_is"), t("column.without_duplicates"))
            figure = effect_ranges(ranges, names=names, write=f.change, mode=ctx.theme)
            draw(spec_of(figure), alt=t("quality.effects_alt"), key="quality_effects_chart")
        rows.table(ctx, frames.effect_rows(ctx, found), key="quality_effects", named=())
        if found["without_duplicates"].isna().all():
            st.caption(t("quality.no_duplicates_known"))
        stamp = rows.stamp_of(
            ctx, subject=t("quality.effects_title"), period=t("quality.all_time"), filters=""
        )
        plain = found.assign(reasons=[" ".join(one) for one in found["reasons"]])
        rows.download(ctx, plain, name="quality_effects", stamp=stamp)
