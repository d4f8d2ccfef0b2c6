"""The view 'journeys' of the page Attribution: sequences before a purchase and before leaving."""

import streamlit as st

from analytics.attribution_paths import Paths
from analytics.journey_shape import gaps, sequences, steps
from ui import attribution_frames as frames
from ui import rows
from ui.attribution_export import export
from ui.attribution_view import Attribution, before_leaving
from ui.choices import segmented
from ui.context import PageContext
from ui.segment_filter import not_filtered

BEFORE = ("purchase", "leaving")
_MOST = 50


def part(ctx: PageContext, seen: Attribution) -> None:
    """Draw the view."""
    t = ctx.t
    before = segmented(ctx, "before", BEFORE, "attribution.before")
    paths: Paths | None = seen.paths if before == BEFORE[0] else before_leaving(ctx, seen)
    if paths is None or not len(paths.touches):
        st.info(t("attribution.none_left"), icon=":material/inbox:")
        return
    st.caption(t(f"attribution.note_{before}"))
    if before != BEFORE[0]:
        not_filtered(ctx)
    parts = {
        "sequences": frames.sequences_shown(ctx, sequences(paths)),
        "gaps": frames.gaps_shown(ctx, gaps(paths)),
        "steps": frames.steps_shown(ctx, steps(paths)),
    }
    for name, table in parts.items():
        with st.container(border=True):
            st.subheader(t(f"attribution.{name}"), anchor=False, help=t(f"attribution.{name}_help"))
            rows.table(ctx, table.head(_MOST), key=f"journeys_{name}", digits=1)
            if len(table) > _MOST:
                st.caption(t("attribution.most", n=ctx.formats.count(_MOST),
                             all=ctx.formats.count(len(table))))  # fmt: skip
            export(ctx, seen, table, f"journey_{name}")
