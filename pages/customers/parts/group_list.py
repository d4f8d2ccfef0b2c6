"""The customers of an RFM segment or a stage: a page of them, the way to each, and an export."""

from typing import Any

import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import navigation, rows, urls
from ui import segment_map_loaders as load
from ui.context import PageContext
from ui.segment_figures import STAGE_WORDS
from ui.segment_filter import segment_words
from ui.segment_map_loaders import Is, ScoredCut
from ui.translations import value_name

SIZE = 25
NAMED = ("rfm_segment", STAGE_WORDS)
_WORDS = {"rfm_segment": "rfm_segment", "stage": STAGE_WORDS}


def group_list(ctx: PageContext, among: str, field: str, groups: tuple[str, ...]) -> None:
    """Draw the choice of a group (in the address under ``field``) and its customers.

    ``among`` is the conditions of a saved segment as JSON; empty is everybody.
    """
    value = urls.choice(field, groups)
    st.selectbox(
        ctx.t("groups.choose"),
        groups,
        format_func=lambda name: value_name(ctx.t, _WORDS[field], name),
        key=field,
        on_change=_choose,
        args=(field,),
        width=320,
    )
    key = (ctx.settings, ctx.version, ctx.scope, ScoredCut((Is(field, value),), among))
    total = load.scored_total(*key)
    if total == 0:
        st.info(ctx.t("groups.nobody"), icon=":material/inbox:")
        return
    page = page_of(one(PAGE), total, SIZE)
    frame = load.scored(*key, SIZE, (page - 1) * SIZE)
    shown = frame.drop(columns=[field, "owner_id"]).rename(columns=_WORDS)
    picked = rows.table(
        ctx, shown, key=f"group_{field}", named=NAMED, digits=0,
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    _open(frame["customer_id"].tolist(), picked)
    st.caption(ctx.t("rows.open_hint"))
    pager(ctx, page=page, size=SIZE, total=total, key=f"group_{field}")
    opened = st.popover(
        ctx.t("customer.export"),
        icon=":material/download:",
        key=f"group_export_{field}",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            name = value_name(ctx.t, _WORDS[field], value)
            kind = ctx.t(f"column.{_WORDS[field]}")
            filters = ctx.t("filter.separator").join(
                part for part in (f"{kind} = {name}", segment_words(ctx)) if part
            )
            stamp = rows.stamp_of(
                ctx, subject=name, period=ctx.t("period.all_time"), filters=filters
            )
            rows.download(
                ctx,
                lambda: load.all_scored(*key, limit=rows.EXPORT_ROWS),
                name=f"{field}_{value}",
                stamp=stamp,
            )
            if total > rows.EXPORT_ROWS:
                st.caption(ctx.t("rows.limited", n=ctx.formats.count(rows.EXPORT_ROWS)))


def nobody_scored(ctx: PageContext, among: str) -> None:
    """Say why a view has no customers."""
    if among:
        st.info(ctx.t("groups.nobody"), icon=":material/inbox:")
        return
    st.info(ctx.t("scores.none" if ctx.scope.is_everything else "scores.none_visible"))


def pick_group(table_key: str, field: str, groups: list[str]) -> None:
    """Write the group of the row that was clicked into the address; for callbacks."""
    chosen = st.session_state[table_key].selection.rows
    if chosen and chosen[0] < len(groups):
        urls.write({field: [groups[chosen[0]]]}, clears=(PAGE,))


def _choose(field: str) -> None:
    urls.write({field: [str(st.session_state[field])]}, clears=(PAGE,))


def _open(ids: list[str], picked: Any) -> None:
    chosen = picked.selection.rows if picked is not None else []
    if chosen and chosen[0] < len(ids):
        navigation.go_to("customer", customer=str(ids[chosen[0]]))
