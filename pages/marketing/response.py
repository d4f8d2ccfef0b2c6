"""Whom to contact: who would respond, and whom does contact change?"""

import streamlit as st

from pages.marketing.parts import response_list, response_proof, response_uplift
from ui import response_words as words
from ui import urls
from ui.context import PageContext
from ui.formats import plain
from ui.response_drawer import CONTACTS
from ui.response_view import (
    CHANNEL,
    NUMBER,
    OUTCOME,
    channel_name,
    channels,
    chosen_channel,
    options,
    response_view,
    unwritten,
)
from ui.segment_filter import segment_picker
from ui.size_words import of_uplift


def render(ctx: PageContext) -> None:
    """Draw what is asked, whether it can be told, the list, and the proof."""
    st.title(ctx.t("page.response"), anchor=False)
    known = channels(ctx)
    if not known:
        st.info(ctx.t("response.no_data"), icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        among = segment_picker(ctx)
        channel = chosen_channel(known)
        st.segmented_control(
            ctx.t("response.channel"), options(known), key=CHANNEL, required=True,
            format_func=lambda name: channel_name(ctx, unwritten(name)),
            on_change=_write, args=(CHANNEL,),
        )  # fmt: skip
        seen = response_view(ctx, channel, known[channel], among)
        st.segmented_control(
            ctx.t("response.outcome"), list(known[channel]), key=OUTCOME, required=True,
            format_func=lambda name: ctx.t(f"response.outcome_{name}"),
            on_change=_write, args=(OUTCOME,), help=ctx.t("response.outcome_help"),
        )  # fmt: skip
    kind, icon = words.icon(seen.said["verdict"])
    getattr(st, kind)(words.verdict(ctx, seen), icon=icon)
    for line in (*words.needed(ctx, seen.said), *map(plain, of_uplift(ctx, seen.said))):
        st.caption(line)
    if seen.is_listed:
        response_list.part(ctx, seen)
    if seen.outcome == "caused":
        response_uplift.part(ctx, seen)
    else:
        response_proof.part(ctx, seen)
    CONTACTS.show_asked(ctx)


def _write(name: str) -> None:
    urls.write({name: [str(st.session_state[name])]}, clears=(name, NUMBER))
