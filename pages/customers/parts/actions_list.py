"""One retention list: its facts and progress, whom to call, who is held back, what came of it."""

import pandas as pd
import streamlit as st

from pages.customers.parts import actions_calls, actions_members, actions_result
from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui import urls
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain

SHOWN = ("calls", "held", "result")
_SHOW, _OWN = "show", ("list", "member", "show")


def part(ctx: PageContext, of: lists.RetentionList) -> bool:
    """Draw the list and return True; draw nothing where no customer of it may be seen."""
    members = words.visible(ctx, lists.members_of(ctx, of.list_id))
    if members.empty:
        return False
    st.button(
        ctx.t("actions.back"), key="actions_back", icon=":material/arrow_back:", type="tertiary",
        on_click=urls.write, args=({},), kwargs={"clears": _OWN},
    )  # fmt: skip
    _head(ctx, of, members)
    shown = urls.choice(_SHOW, SHOWN)
    st.segmented_control(
        ctx.t("actions.show"),
        SHOWN,
        format_func=lambda name: ctx.t(f"actions.show_{name}"),
        key=_SHOW,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_SHOW,),
    )
    if shown == "result":
        actions_result.part(ctx, of, members)
    elif shown == "held":
        actions_members.held(ctx, of, words.held(members))
    else:
        called = words.called(members)
        actions_members.part(ctx, of, called)
        actions_calls.part(ctx, of)
    return True


def _head(ctx: PageContext, of: lists.RetentionList, members: pd.DataFrame) -> None:
    t, f, called = ctx.t, ctx.formats, words.called(members)
    known = load.known_until(ctx.settings, ctx.version, of.kept)
    state = words.state(of, members, ctx.today, known)
    st.subheader(plain(of.name), anchor=False)
    facts = [
        t(f"actions.state_{state}"),
        t("actions.due_by", day=f.day(of.due_on)),
        t("actions.outcome_by", day=f.day(of.outcome_on)),
        t("actions.made_by", who=of.owner, day=f.day(of.assigned_on)),
    ]
    st.text(" · ".join(facts))
    contacted = int(called["contacted_at"].notna().sum())
    if len(called):
        st.progress(
            contacted / len(called),
            t("actions.progress", n=f.count(contacted), of=f.count(len(called)),
              held=f.count(len(members) - len(called))),
        )  # fmt: skip
    guarded(t, _buttons)(ctx, of)


def _buttons(ctx: PageContext, of: lists.RetentionList) -> None:
    if of.owner != ctx.viewer and not ctx.scope.is_everything:
        return
    with st.container(horizontal=True, gap="small"):
        if of.is_closed:
            ends = st.button(
                ctx.t("actions.reopen"), key="actions_reopen", icon=":material/lock_open:"
            )
        else:
            ends = st.button(
                ctx.t("actions.close"), key="actions_close", icon=":material/done_all:",
                help=ctx.t("actions.close_help"),
            )  # fmt: skip
        drops = st.button(
            ctx.t("actions.delete"), key="actions_delete", icon=":material/delete:",
            type="tertiary",
        )  # fmt: skip
    if ends:
        (lists.reopen if of.is_closed else lists.close)(ctx, of.list_id)
        st.rerun()
    if drops:
        lists.delete(ctx, of.list_id)
        urls.write({}, clears=_OWN)
        st.rerun()
