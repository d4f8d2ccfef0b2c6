"""Members of a retention list: the contact arm with logging, and those who are left alone."""

import pandas as pd
import streamlit as st

from pages.customers.parts import actions_log
from pages.customers.parts.paging import one
from ui import action_lists as lists
from ui import action_words as words
from ui import rows, urls
from ui.context import PageContext
from ui.frames import records

_MEMBER, _OPENED = "member", "_retention_member_opened"


def part(ctx: PageContext, of: lists.RetentionList, called: pd.DataFrame) -> None:
    """Draw the contact arm; a click on a row opens the log of that customer."""
    if called.empty:
        st.info(ctx.t("actions.nobody_to_call"), icon=":material/inbox:")
        return
    in_order = called.assign(
        at=called["status"].map({name: n for n, name in enumerate(("open", "contacted"))}).fillna(2)
    ).sort_values("at", kind="stable").reset_index(drop=True)  # fmt: skip
    asked = one(_MEMBER)
    known = in_order[in_order["customer_id"] == asked]
    if not known.empty:
        with st.container(border=True):
            actions_log.part(ctx, of, records(known)[0])
    actions_log.undo(ctx, of)
    table = words.table(ctx, in_order)
    chosen = rows.table(
        ctx, table, key="actions_members", digits=0, money=words.MONEY, on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(table):
        key = str(table["customer_id"].iloc[picked[0]])
        if st.session_state.get(_OPENED) != key:
            st.session_state[_OPENED] = key
            urls.write({_MEMBER: [key]})
            st.rerun()
    else:
        st.session_state.pop(_OPENED, None)
    st.caption(ctx.t("actions.members_note"))


def held(ctx: PageContext, of: lists.RetentionList, members: pd.DataFrame) -> None:
    """Draw who is held back, and until when."""
    if members.empty:
        st.info(ctx.t("actions.nobody_held"), icon=":material/inbox:")
        return
    day = ctx.formats.day(of.outcome_on)
    st.warning(ctx.t("actions.held_note", day=day), icon=":material/do_not_disturb_on:")
    table = words.table(ctx, members, with_task=False)
    rows.table(ctx, table, key="actions_held", digits=0, money=words.MONEY)
