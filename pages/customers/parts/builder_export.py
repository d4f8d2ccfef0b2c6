"""Members of a segment for a channel: who agreed to it, less a hold-out drawn by lot."""

from functools import partial

import streamlit as st

from pages.customers.parts import builder_held
from ui import rows
from ui import segment_reach as reach
from ui.context import PageContext


def part(ctx: PageContext, segment_id: str, name: str, definition: str) -> None:
    """Draw channel and hold-out, who is left out and why, and the file; and earlier hold-outs."""
    _file(ctx, segment_id, name, definition)
    builder_held.part(ctx, segment_id, name, definition)


def _file(ctx: PageContext, segment_id: str, name: str, definition: str) -> None:
    t, f = ctx.t, ctx.formats
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        channel = st.selectbox(
            t("builder.channel"), reach.CHANNELS, key="builder_channel", filter_mode=None,
            format_func=lambda one: t(f"builder.channel_{one}"), width=200,
        )  # fmt: skip
        percent = st.number_input(
            t("builder.holdout"), 0, 90, 10, step=5, key="builder_holdout", width=170,
            help=t("builder.holdout_help"),
        )  # fmt: skip
        own = reach.own_seed(name)
        seed = st.number_input(
            t("builder.seed"), 0, 1_000_000, own, key=f"builder_seed_{own}", width=150,
            help=t("builder.seed_help"),
        )  # fmt: skip
    asked = reach.Asked(name, definition, channel, percent / 100, int(seed))
    found = reach.found(ctx.settings, ctx.version, ctx.scope, asked)
    left_out = [t(f"builder.left_{why}", n=f.count(n)) for why, n in found.left_out.items()]
    reached = t("builder.reached", n=f.count(len(found.frame)), members=f.count(found.members))
    st.markdown("\n- ".join([reached, *left_out]))
    if found.frame.empty:
        return
    said = t("builder.export_filters", channel=t(f"builder.channel_{channel}"),
             holdout=f.share(percent / 100, 0), seed=int(seed))  # fmt: skip
    said = t("filter.joiner").join([t("segments.described", name=name), said])
    stamp = rows.stamp_of(ctx, subject=name, period=t("period.all_time"), filters=said)
    has_both = not found.held_back.empty and st.checkbox(
        t("builder.both_arms"), key="builder_both_arms", help=t("builder.both_arms_help")
    )
    rows.download(
        ctx,
        partial(reach.listed, ctx, asked, both=has_both),
        name="segment_members",
        stamp=stamp,
        is_worded=True,
        record=partial(reach.record, ctx, asked, segment_id=segment_id, both=has_both),
    )
    st.caption(t("builder.export_note"))
