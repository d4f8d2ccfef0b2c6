"""A saved segment as a filter of any page: which one the address names, and the select for it."""

from collections.abc import Mapping

import streamlit as st

from crm_data.commands.segments import saved_segments
from crm_data.errors import StorageError
from ui import urls
from ui.context import PageContext
from ui.filters import SEGMENT, ChosenSegment
from ui.formats import plain

_WIDGET = "segment_choice"


def segments_by_id(ctx: PageContext) -> dict[str, ChosenSegment]:
    """Return the saved segments, by name, as filters; none where their database is not there.

    Numbers come from the warehouse: a page shows them without a choice of segments, too.
    """
    try:
        saved = saved_segments(ctx.settings)
    except StorageError:
        return {}
    return {
        one.segment_id: ChosenSegment(one.segment_id, one.name, one.definition) for one in saved
    }


def chosen_segment(ctx: PageContext) -> ChosenSegment | None:
    """Return the segment that the address names; None without one, or where it is gone."""
    asked = st.query_params.get(SEGMENT, "")
    return segments_by_id(ctx).get(asked) if asked else None


def segment_words(ctx: PageContext) -> str:
    """Return which segment is chosen, in words for exports; empty without one."""
    chosen = chosen_segment(ctx)
    return "" if chosen is None else ctx.t("segments.described", name=chosen.name)


def not_filtered(ctx: PageContext) -> None:
    """Say of a view that the chosen segment does not filter it; draws nothing without one."""
    chosen = chosen_segment(ctx)
    if chosen is not None:
        st.caption(ctx.t("segments.not_filtered", name=plain(chosen.name)))


def segment_picker(ctx: PageContext, known: Mapping[str, ChosenSegment] | None = None) -> str:
    """Draw a select of the saved segments; return the conditions of the chosen one as JSON.

    Draws nothing where no segment is saved. The choice goes along to other pages.
    """
    known = segments_by_id(ctx) if known is None else known
    asked = st.query_params.get(SEGMENT, "")
    if known:
        st.session_state[_WIDGET] = asked if asked in known else ""
        st.selectbox(
            ctx.t("segments.filter"),
            ["", *known],
            format_func=lambda key: known[key].name if key else ctx.t("segments.everybody"),
            key=_WIDGET,
            on_change=_write,
            help=ctx.t("segments.filter_help"),
            width=260,
        )
    if asked and asked not in known:
        st.caption(ctx.t("segments.filter_gone"))
    return known[asked].among if asked in known else ""


def _write() -> None:
    chosen = st.session_state[_WIDGET]
    urls.write({SEGMENT: [chosen]} if chosen else {}, clears=(SEGMENT, "page"))
