"""Duplicates: which records are probably the same, why, and which of them go on as one?"""

import streamlit as st

from pages.data.parts import duplicates_decided, duplicates_pairs
from ui import duplicate_loaders as load
from ui import loaders
from ui.choices import segmented
from ui.context import PageContext
from ui.duplicate_answers import KINDS
from ui.duplicate_view import DuplicateView, view_of
from ui.formats import NOT_DEFINED
from ui.segment_filter import not_filtered


def render(ctx: PageContext) -> None:
    """Draw the kind of record, the figures, the pairs, and what was decided."""
    t = ctx.t
    st.title(t("page.duplicates"), anchor=False)
    st.caption(t("duplicates.question"))
    not_filtered(ctx)
    if ctx.scope.is_nothing:
        st.info(t("duplicates.none"), icon=":material/check_circle:")
        return
    view = view_of(ctx, segmented(ctx, "kind", tuple(KINDS), "duplicates.kind"))
    _figures(ctx, view)
    if not len(view.open) and not len(view.decisions):
        st.info(t("duplicates.none"), icon=":material/check_circle:")
        return
    duplicates_pairs.part(ctx, view)
    duplicates_decided.part(ctx, view)


def _figures(ctx: PageContext, view: DuplicateView) -> None:
    t, f = ctx.t, ctx.formats
    card = loaders.card(ctx.settings, ctx.version, ctx.scope, "identity")
    told = (card or {}).get(view.kind, {})
    likely = int((view.open["probability"] >= 0.5).sum())
    with st.container(horizontal=True, gap="small"):
        if view.kind == "customers":
            row = load.sums(ctx.settings, ctx.version, ctx.scope).iloc[0]
            n, extra = int(row["looked_at"]), int(row["duplicates"])
            value = f.share(extra / n) if n else NOT_DEFINED
            st.metric(
                t("metric.duplicate_rate.name"), value, border=True,
                help=t("duplicates.rate_help", extra=f.count(extra), n=f.count(n)),
            )  # fmt: skip
        st.metric(t("duplicates.likely"), f.count(likely), border=True,
                  help=t("duplicates.likely_help"))  # fmt: skip
        st.metric(t("duplicates.decisions"), f.count(len(view.decisions)), border=True,
                  help=t("duplicates.decisions_help"))  # fmt: skip
    if told:
        how = "trained" if told["is_trained"] else "assumed"
        st.caption(
            t(
                f"duplicates.{how}",
                records=f.count(told["looked_at"]),
                all=f.count(told["records"]),
                pairs=f.count(told["compared"]),
                version=ctx.version,
            )
        )
