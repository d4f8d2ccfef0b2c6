"""Lookup: who is this customer, and where is their record?"""

import streamlit as st

from pages.customers.parts.hits import SIZE, hits_table
from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import customer_loaders as load
from ui import rows, urls
from ui.context import PageContext
from ui.formats import plain
from ui.segment_filter import chosen_segment, segment_picker

_BOX = "lookup_text"


def render(ctx: PageContext) -> None:
    """Draw the page."""
    st.title(ctx.t("page.customers"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = _search_box(ctx)
        among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope, text, among)
    total = load.found_total(*key)
    if total == 0:
        _nothing(ctx, text, among)
        return
    if text or among:
        st.subheader(ctx.t("lookup.found", n=ctx.formats.count(total)), anchor=False)
    else:
        st.subheader(ctx.t("lookup.top"), anchor=False)
        st.caption(ctx.t("lookup.top_note"))
    page = page_of(one(PAGE), total, SIZE)
    hits_table(ctx, load.found(*key, SIZE, (page - 1) * SIZE), text)
    pager(ctx, page=page, size=SIZE, total=total, key="lookup")
    _export(ctx, text, among, total)


def _search_box(ctx: PageContext) -> str:
    """Draw the search box; the address is the only truth."""
    text = one("q").strip()[: load.MAX_TEXT]
    st.session_state[_BOX] = text
    st.text_input(
        ctx.t("lookup.box"),
        key=_BOX,
        max_chars=load.MAX_TEXT,
        icon=":material/search:",
        placeholder=ctx.t("lookup.placeholder"),
        help=ctx.t("lookup.box_help"),
        on_change=_search,
        width=640,
    )
    return text


def _search() -> None:
    text = str(st.session_state[_BOX]).strip()
    urls.write({"q": [text]} if text else {}, clears=("q", PAGE))


def _nothing(ctx: PageContext, text: str, among: str) -> None:
    if among and not text:
        st.info(ctx.t("segments.nobody"), icon=":material/filter_alt_off:")
        return
    if not text:
        key = "lookup.no_customers" if ctx.scope.is_everything else "lookup.none_visible"
        st.info(ctx.t(key), icon=":material/inbox:")
        return
    st.info(ctx.t("lookup.nothing", text=plain(text)), icon=":material/person_search:")
    hints = [f"- {ctx.t(f'lookup.hint_{name}')}" for name in ("short", "parts", "phone")]
    if not ctx.scope.is_everything:
        hints.append(f"- {ctx.t('lookup.hint_scope')}")
    st.markdown("\n".join(hints))


def _export(ctx: PageContext, text: str, among: str, total: int) -> None:
    """Offer what was found as a file; it is only read when the drawer is opened."""
    opened = st.popover(
        ctx.t("customer.export"),
        icon=":material/download:",
        key="lookup_export",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        key = (ctx.settings, ctx.version, ctx.scope, text, among)
        segment = chosen_segment(ctx)
        filters = [ctx.t("lookup.filter", text=text)] if text else []
        if segment is not None:
            filters.append(ctx.t("segments.described", name=segment.name))
        stamp = rows.stamp_of(
            ctx,
            subject=ctx.t("page.customers"),
            period=ctx.t("period.all_time"),
            filters=ctx.t("filter.joiner").join(filters),
        )
        rows.download(
            ctx,
            lambda: load.all_found(*key).drop(columns=["rank", "email", "phone"]),
            name="customers",
            stamp=stamp,
        )
        if total > load.MAX_EXPORT:
            st.caption(ctx.t("rows.limited", n=ctx.formats.count(load.MAX_EXPORT)))
