"""Forms of tasks: a new one, and the fields of one that there is."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from ui import action_loaders, task_words, urls
from ui import task_actions as act
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import is_missing

NEW = "new"  # in the address: the form is open
_MAX_TITLE, _MAX_NOTE = 200, 1_000


def new_task(
    ctx: PageContext, *, origin: str, customer_id: str = "", owner_id: str | None = None
) -> None:
    """Draw a button that opens the form of a new task, and the form."""
    if st.query_params.get(NEW) == "1":
        with st.container(border=True):
            guarded(ctx.t, _form)(ctx, origin, customer_id, owner_id)
        return
    st.button(
        ctx.t("tasks.new"), key="task_new", icon=":material/add_task:", shortcut="n",
        on_click=urls.write, args=({NEW: ["1"]},), help=ctx.t("tasks.new_help"),
    )  # fmt: skip


def owners(ctx: PageContext, *also: str) -> dict[str, str]:
    """Return who a task can be given to, nobody and the viewer first; names by id."""
    named = {"": ctx.t("tasks.nobody"), ctx.viewer: ctx.t("tasks.me")}
    named |= action_loaders.people(ctx.settings, ctx.version, ctx.scope)
    for one in also:
        named.setdefault(one, task_words.owner(ctx, one))
    return named


def edit(ctx: PageContext, row: dict[str, Any]) -> None:
    """Draw the fields of a task, with save and delete."""
    t, key = ctx.t, f"task_{row['task_id']}_{pd.Timestamp(row['changed_at']).value}"
    title = str(row["title"])
    if title:
        title = st.text_input(t("tasks.title"), title, max_chars=_MAX_TITLE, key=f"{key}_title")
    owner = "" if is_missing(row["owner_id"]) else str(row["owner_id"])
    given = owners(ctx, owner)
    wanted = st.selectbox(
        t("tasks.owner"), list(given), list(given).index(owner), format_func=given.__getitem__,
        key=f"{key}_owner",
    )  # fmt: skip
    due = st.date_input(
        t("tasks.due"), pd.Timestamp(row["due_on"]).date(), format="YYYY-MM-DD", key=f"{key}_due"
    )
    note = st.text_area(t("tasks.note"), row["note"], max_chars=_MAX_NOTE, key=f"{key}_note")
    with st.container(horizontal=True, gap="small"):
        if st.button(t("tasks.save"), key=f"{key}_save", type="primary", icon=":material/check:"):
            act.edit(
                ctx, row, due_on=_day(due), owner_id=wanted or "", note=note,
                title=title if title != row["title"] else "",
            )  # fmt: skip
            st.session_state.pop(f"task_{row['task_id']}_edit", None)
            st.rerun()
        if st.button(
            t("tasks.delete"), key=f"{key}_delete", type="tertiary", icon=":material/delete:"
        ):
            act.delete(ctx, row)
            st.rerun()


def _form(ctx: PageContext, origin: str, customer_id: str, owner_id: str | None) -> None:
    t = ctx.t
    title = st.text_input(
        t("tasks.title"), key="task_title", max_chars=_MAX_TITLE,
        placeholder=t("tasks.title_placeholder"),
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        customer = customer_id or st.text_input(
            t("column.customer_id"), key="task_customer", max_chars=100, width=170,
            help=t("tasks.customer_help"),
        )  # fmt: skip
        alone = next(iter(ctx.scope.owner_ids or ()), "") if _is_one(ctx) else ctx.viewer
        first = owner_id or alone
        given = owners(ctx, first)
        owner = st.selectbox(
            t("tasks.owner"), list(given), list(given).index(first),
            format_func=given.__getitem__, key="task_owner", width=230,
        )  # fmt: skip
        due = st.date_input(
            t("tasks.due"), ctx.today, format="YYYY-MM-DD", key="task_due", width=170
        )
    note = st.text_area(t("tasks.note"), key="task_note", max_chars=_MAX_NOTE, height=90)
    with st.container(horizontal=True, gap="small"):
        makes = st.button(
            t("tasks.make"), key="task_make", type="primary", icon=":material/add_task:"
        )
        st.button(t("tasks.cancel"), key="task_cancel", type="tertiary", on_click=_shut)
    if makes:
        draft = act.TaskDraft(
            _day(due), owner or None, title=title, note=note, origin=origin,
            customer_id=customer.strip() or None, origin_query=_without_form(),
        )  # fmt: skip
        act.make(ctx, [draft])
        _shut()
        st.rerun()


def _shut() -> None:
    urls.write({}, clears=(NEW,))


def _without_form() -> str:
    return "&".join(part for part in act.view_query().split("&") if part != f"{NEW}=1")


def _is_one(ctx: PageContext) -> bool:
    return ctx.scope.owner_ids is not None and len(ctx.scope.owner_ids) == 1


def _day(chosen: Any) -> date:
    """Return the day of a date field; today's widgets give a single one."""
    return chosen if isinstance(chosen, date) else chosen[0]
