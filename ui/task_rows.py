"""Tasks as rows: what, about whom, by when, whose, from where; done, snooze and edit beside it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pandas as pd
import streamlit as st

from crm_data.task_codes import OUTCOMES
from ui import navigation, task_form, task_words
from ui import task_actions as act
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import is_missing, plain
from ui.frames import records
from ui.task_finish import finish
from ui.task_view import next_monday

_NO_VIEW = ("tasks", "customer")  # made by hand, there or on the profile: nothing to go back to


def rows(ctx: PageContext, frame: pd.DataFrame, *, with_subject: bool = True) -> None:
    """Draw ``TASKS``, one below the other."""
    for row in records(task_words.with_names(ctx, frame)):
        with st.container(border=True, key=f"task_row_{row['task_id']}", gap="xxsmall"):
            guarded(ctx.t, _row)(ctx, row, with_subject)


def undo(ctx: PageContext, *task_ids: str) -> None:
    """Offer to take back what was done last in this session; of these tasks only, if given."""
    done = act.last()
    if done is None or (task_ids and not {t.task_id for t in done.tasks} & set(task_ids)):
        return
    guarded(ctx.t, _undo)(ctx, done)


def _undo(ctx: PageContext, done: act.Last) -> None:
    key = f"tasks.did_{done.action}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(ctx.t(key, n=ctx.formats.count(len(done.tasks))), width="content")
        takes = st.button(
            ctx.t("tasks.undo"), key="task_undo", icon=":material/undo:", type="tertiary",
            shortcut="u",
        )  # fmt: skip
    if takes:
        act.undo(ctx)
        st.rerun()


def _row(ctx: PageContext, row: dict[str, Any], with_subject: bool) -> None:
    is_call = row["code"] == act.RETENTION_CALL
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{plain(task_words.sentence(ctx, row))}**")
            _facts(ctx, row, with_subject=with_subject, with_origin=not is_call)
            if row["note"]:
                st.caption(plain(row["note"]))
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            if is_call:
                _origin(ctx, row, ctx.t("tasks.log_call"), ":material/edit_note:")
            else:
                _buttons(ctx, row)


def _facts(ctx: PageContext, row: dict[str, Any], *, with_subject: bool, with_origin: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[{task_words.due(ctx, row)}]", width="content")
        if with_subject and row["about"]:
            _subject(row)
        st.caption(plain(task_words.owner(ctx, row["owner_id"])), width="content")
        if with_origin and row["origin"] not in _NO_VIEW:
            name = task_words.page_name(ctx, str(row["origin"]))
            _origin(ctx, row, name, ":material/north_west:")


def _buttons(ctx: PageContext, row: dict[str, Any]) -> None:
    t, key = ctx.t, f"task_{row['task_id']}"
    is_asleep = not is_missing(row["snoozed_until"]) and row["snoozed_until"] > pd.Timestamp(
        ctx.today
    )
    if row["status"] == "done" or is_asleep:
        if st.button(t("tasks.reopen"), key=f"{key}_reopen", icon=":material/undo:"):
            act.reopen(ctx, row)
            st.rerun()
    elif row["code"] in OUTCOMES:
        finish(ctx, row)
    elif st.button(t("tasks.done"), key=f"{key}_done", icon=":material/check:"):
        act.complete(ctx, row)
        st.rerun()
    if row["status"] != "done":
        _snooze(ctx, row, key)
    opened = st.popover(
        t("tasks.edit"), icon=":material/edit:", type="tertiary", key=f"{key}_edit",
        on_change="rerun",
    )  # fmt: skip
    if opened.open:
        with opened:
            guarded(t, task_form.edit)(ctx, row)


def _snooze(ctx: PageContext, row: dict[str, Any], key: str) -> None:
    t, f = ctx.t, ctx.formats
    opened = st.popover(
        t("tasks.snooze"), icon=":material/snooze:", type="tertiary", key=f"{key}_snooze",
        on_change="rerun",
    )  # fmt: skip
    if not opened.open:
        return
    tomorrow, monday = ctx.today + timedelta(days=1), next_monday(ctx.today)
    with opened:
        chosen = None
        if st.button(t("tasks.tomorrow", day=f.day(tomorrow)), key=f"{key}_1", width="stretch"):
            chosen = tomorrow
        if st.button(t("tasks.monday", day=f.day(monday)), key=f"{key}_2", width="stretch"):
            chosen = monday
        day = st.date_input(
            t("tasks.until_day"), monday, min_value=tomorrow, format="YYYY-MM-DD", key=f"{key}_day"
        )
        if st.button(t("tasks.snooze_until"), key=f"{key}_3", width="stretch"):
            chosen = day
    if chosen is not None:
        st.session_state.pop(f"{key}_snooze", None)
        act.snooze(ctx, row, chosen)
        st.rerun()


def _subject(row: dict[str, Any]) -> None:
    """Draw what it is about, as a link to the customer where that may be seen."""
    about = plain(row["about"])
    if row["is_customer_visible"]:
        navigation.link(
            "customer", about, icon=":material/person:", customer=str(row["customer_id"])
        )
    else:
        st.caption(about, width="content")


def _origin(ctx: PageContext, row: dict[str, Any], label: str, icon: str) -> None:
    """Draw a link to the view that raised it, as it was then; nothing where the page is gone."""
    page = str(row["origin"])
    if any(spec.url_path == page for spec in navigation.PAGES):
        query = parse_qs(str(row["origin_query"]), keep_blank_values=True)
        navigation.link_exactly(page, label, query, icon=icon, help=ctx.t("tasks.origin_help"))
