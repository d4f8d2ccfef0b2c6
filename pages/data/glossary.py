"""Definitions: what does each number mean, and how is it computed?"""

import streamlit as st

from analytics.metric_registry import Metric
from ui import rows
from ui.context import PageContext
from ui.formats import plain
from ui.glossary import matching, parts, title
from ui.glossary_values import period, side_by_side


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.glossary"), anchor=False)
    st.caption(ctx.t("glossary.question"))
    text = st.text_input(
        ctx.t("glossary.search"),
        placeholder=ctx.t("glossary.search_hint"),
        key="q",
        bind="query-params",
        icon=":material/search:",
    )
    found = matching(text)
    if not found:
        st.info(ctx.t("glossary.none", text=plain(text)), icon=":material/search_off:")
        return
    st.caption(ctx.t("glossary.found", n=len(found)))
    for metric in found:
        _entry(ctx, metric)


def _entry(ctx: PageContext, metric: Metric) -> None:
    """Draw one definition in the viewer's language, its name in both."""
    with st.container(border=True, key=f"metric_{metric.name}", gap="xsmall"):
        st.markdown(title(ctx, metric))
        st.markdown(parts(ctx, metric))
        if ctx.version:
            _now(ctx, metric)


def _now(ctx: PageContext, metric: Metric) -> None:
    """Draw the value of the last months beside those of its rivals, once it is asked for."""
    label = ctx.t("glossary.now_rivals" if metric.rivals else "glossary.now")
    opened = st.expander(label, key=f"now_{metric.name}", icon=":material/balance:",
                         on_change="rerun")  # fmt: skip
    if not opened.open:
        return
    with opened:
        days = period(ctx)
        if days is None:
            st.caption(ctx.t("glossary.now_none"))
            return
        rows.table(ctx, side_by_side(ctx, metric), key=f"values_{metric.name}")
        st.caption(ctx.t("glossary.now_note", period=ctx.formats.period(*days)))
