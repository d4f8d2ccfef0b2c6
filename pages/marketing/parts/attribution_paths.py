"""The view 'paths' of the page Attribution: what followed what, and the paths behind credits."""

import streamlit as st

from charts.attribution import transition_flow
from ui import attribution_frames as frames
from ui import rows
from ui.attribution_export import export
from ui.attribution_view import Attribution
from ui.context import PageContext
from ui.figures import draw, spec_of

_MOST = 200


def part(ctx: PageContext, seen: Attribution) -> None:
    """Draw the view."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("attribution.flow"), anchor=False, help=t("attribution.flow_help"))
        links, nodes, table = frames.flow_rows(ctx, seen.paths)
        figure = transition_flow(links, nodes, frames.end_names(ctx), mode=ctx.theme)
        draw(spec_of(figure), alt=t("attribution.flow_alt"), key="attribution_flow")
        if len(links) < len(table):
            said = ctx.formats.count(len(table) - len(links))
            st.caption(t("attribution.thin", n=said))
        with st.expander(t("leads.as_table"), icon=":material/table:"):
            rows.table(ctx, table, key="attribution_flow_table", digits=0)
            export(ctx, seen, table, "attribution_transitions")
    with st.container(border=True):
        st.subheader(t("attribution.paths"), anchor=False, help=t("attribution.paths_help"))
        paths = frames.paths_shown(ctx, seen.paths)
        rows.table(ctx, paths.head(_MOST), key="attribution_paths", digits=0,
                   money=("path_value",))  # fmt: skip
        if len(paths) > _MOST:
            st.caption(t("attribution.most", n=ctx.formats.count(_MOST),
                         all=ctx.formats.count(len(paths))))  # fmt: skip
        export(ctx, seen, paths, "attribution_paths")
