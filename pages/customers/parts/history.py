"""The timeline: everything that happened with a customer, newest first."""

from functools import partial
from typing import Any

import streamlit as st

from pages.customers.parts.entries import entry
from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import customer_loaders as load
from ui import rows, urls
from ui.context import PageContext

SIZE = 25
KIND = "kind"
_PILLS = "timeline_kinds"


def part(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Draw the filter, one page of entries, and the export."""
    st.subheader(ctx.t("timeline.title"), anchor=False, help=ctx.t("timeline.help"))
    key = (ctx.settings, ctx.version, ctx.scope, customer["customer_id"])
    counts = load.event_counts(*key)
    if not counts:
        st.caption(ctx.t("timeline.empty"))
        return
    kinds = _chosen_kinds(ctx, counts)
    total = sum(counts[kind] for kind in kinds)
    page = page_of(one(PAGE), total, SIZE)
    with st.container(gap="medium"):
        for number, row in enumerate(load.events(*key, kinds, SIZE, (page - 1) * SIZE)):
            entry(ctx, customer["customer_id"], row, number)
    pager(ctx, page=page, size=SIZE, total=total, key="timeline")
    _export(ctx, customer, kinds, total)


def _chosen_kinds(
    ctx: PageContext, counts: dict[load.EventKind, int]
) -> tuple[load.EventKind, ...]:
    """Draw the kinds to choose from; none chosen means all."""
    asked = set(urls.query().get(KIND, ()))
    chosen = tuple(kind for kind in counts if kind in asked)
    st.session_state[_PILLS] = list(chosen)
    st.pills(
        ctx.t("timeline.kinds"),
        list(counts),
        selection_mode="multi",
        format_func=lambda kind: f"{ctx.t(f'timeline.{kind}')} · {ctx.formats.count(counts[kind])}",
        key=_PILLS,
        on_change=_filter,
        label_visibility="collapsed",
    )
    return chosen or tuple(counts)


def _filter() -> None:
    chosen = [str(kind) for kind in st.session_state[_PILLS] or ()]
    urls.write({KIND: chosen} if chosen else {}, clears=(KIND, PAGE))


def _export(
    ctx: PageContext, customer: dict[str, Any], kinds: tuple[load.EventKind, ...], total: int
) -> None:
    """Offer the timeline as a file; it is only read when the drawer is opened."""
    opened = st.popover(
        ctx.t("customer.export"),
        icon=":material/download:",
        key="timeline_export",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        customer_id = customer["customer_id"]
        stamp = rows.stamp_of(
            ctx,
            subject=ctx.t("timeline.subject", customer=customer_id),
            period=ctx.t("period.all_time"),
            filters=ctx.t("filter.separator").join(ctx.t(f"timeline.{kind}") for kind in kinds),
        )
        frame = partial(load.all_events, ctx.settings, ctx.version, ctx.scope, customer_id, kinds)
        rows.download(ctx, frame, name=f"timeline_{customer_id}", stamp=stamp)
        if total > load.MAX_EXPORT:
            st.caption(ctx.t("rows.limited", n=ctx.formats.count(load.MAX_EXPORT)))
