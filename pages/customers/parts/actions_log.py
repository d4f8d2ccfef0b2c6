"""Writing down what came of a contact, giving it to somebody else, and taking it back."""

from typing import Any

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui import navigation, urls
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain


def part(ctx: PageContext, of: lists.RetentionList, member: dict[str, Any]) -> None:
    """Draw the log of one customer of the contact arm."""
    guarded(ctx.t, _part)(ctx, of, member)


def undo(ctx: PageContext, of: lists.RetentionList) -> None:
    """Offer to take the last change of this session back."""
    change = lists.changed(of.list_id)
    if change is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(ctx.t("actions.logged", customer=plain(change.customer_id)))
        st.button(
            ctx.t("actions.undo"), key="actions_undo", icon=":material/undo:", type="tertiary",
            on_click=guarded(ctx.t, lists.undo_change), args=(ctx,),
        )  # fmt: skip


def _part(ctx: PageContext, of: lists.RetentionList, member: dict[str, Any]) -> None:
    t, customer = ctx.t, str(member["customer_id"])
    people = load.people(ctx.settings, ctx.version, ctx.scope)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(words.named(member))}**", width="content")
        navigation.link("customer", t("actions.profile"), icon=":material/person:",
                        customer=customer)  # fmt: skip
        st.space("stretch")
        st.button(
            t("actions.shut"), key="actions_shut", icon=":material/close:", type="tertiary",
            on_click=urls.write, args=({},), kwargs={"clears": ("member",)},
        )  # fmt: skip
    stake = ctx.formats.money_compact(member["value_at_stake"])
    why = words.reasons(ctx, member["reasons"]) or ctx.t("actions.no_reason")
    st.caption(t("actions.stake_line", stake=plain(stake), why=plain(why)))
    if of.is_closed:
        st.info(t("actions.closed_note"), icon=":material/lock:")
        return
    is_stale = lists.is_changed_since(of.list_id, customer, member["changed_at"])
    key = f"actions_{of.list_id}_{customer}_{member['changed_at'].value}"
    outcomes = ["", *lists.STATUS_OF]
    now = "" if pd.isna(member["outcome"]) else str(member["outcome"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        outcome = st.selectbox(
            t("actions.outcome"), outcomes, outcomes.index(now), key=f"{key}_outcome", width=230,
            format_func=lambda one: t(f"actions.outcome_{one}" if one else "actions.outcome_none"),
            filter_mode=None,
        )  # fmt: skip
        note = st.text_input(
            t("actions.note"), member["note"], max_chars=1_000, key=f"{key}_note", width=320
        )
        if st.button(
            t("actions.log"), key="actions_log", type="primary", icon=":material/edit_note:"
        ):
            if not is_stale:
                lists.log(ctx, of.list_id, customer, outcome, note)
                st.rerun()
            st.warning(t("error.retention_changed_since"), icon=":material/sync_problem:")
    _give(ctx, of, member, people, key)


def _give(
    ctx: PageContext,
    of: lists.RetentionList,
    member: dict[str, Any],
    people: dict[str, str],
    key: str,
) -> None:
    owner = "" if pd.isna(member["owner_id"]) else str(member["owner_id"])
    given = {"": ctx.t("actions.nobody_yet"), ctx.viewer: ctx.t("actions.me"), **people}
    given.setdefault(owner, owner)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        wanted = st.selectbox(
            ctx.t("actions.task_owner"), list(given), list(given).index(owner),
            format_func=given.__getitem__, key=f"{key}_owner", width=230,
        )  # fmt: skip
        if st.button(
            ctx.t("actions.give"), key="actions_give", icon=":material/forward:",
            disabled=wanted == owner,
        ):  # fmt: skip
            lists.reassign(ctx, of.list_id, str(member["customer_id"]), wanted)
            st.rerun()
