"""The retention lists with their state, and the way back after one was deleted."""

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui import rows, urls
from ui.context import PageContext
from ui.errors import guarded

_LIST, _OPENED = "list", "_retention_list_opened"


def part(ctx: PageContext) -> None:
    """Draw the lists; a click opens one. Lists without a visible customer are not shown."""
    if lists.deleted():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(ctx.t("actions.deleted"))
            st.button(
                ctx.t("actions.undo_delete"), key="actions_undo_delete", icon=":material/undo:",
                on_click=guarded(ctx.t, lists.undo_delete), args=(ctx,),
            )  # fmt: skip
    members = words.visible(ctx, lists.everybody(ctx))
    shown = [of for of in lists.saved(ctx) if (members["list_id"] == of.list_id).any()]
    if not shown:
        st.info(ctx.t("actions.none"), icon=":material/playlist_add:")
        return
    table = pd.DataFrame([_row(ctx, of, members) for of in shown])
    chosen = rows.table(
        ctx, table, key="actions_lists", money=words.MONEY, on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(shown):
        key = shown[picked[0]].list_id
        if st.session_state.get(_OPENED) != key:
            st.session_state[_OPENED] = key
            urls.write({_LIST: [key]}, clears=("member",))
            st.rerun()
    else:
        st.session_state.pop(_OPENED, None)
    st.caption(ctx.t("actions.lists_note"))


def _row(ctx: PageContext, of: lists.RetentionList, members: pd.DataFrame) -> dict[str, object]:
    own = members[members["list_id"] == of.list_id]
    called = words.called(own)
    known = load.known_until(ctx.settings, ctx.version, of.kept)
    state = words.state(of, own, ctx.today, known)
    return {
        "list_name": of.name,
        "list_state": ctx.t(f"actions.state_{state}"),
        "list_contacts": len(called),
        "list_contacted": int(called["contacted_at"].notna().sum()),
        "list_open": int((called["status"] == "open").sum()),
        "list_held": len(words.held(own)),
        "value_at_stake": float(own["value_at_stake"].sum(min_count=1)),
        "due_on": pd.Timestamp(of.due_on),
        "outcome_on": pd.Timestamp(of.outcome_on),
        "list_owner": of.owner,
    }
