"""A task in one click, for any page that finds something to do.

    task_button(ctx, act.TaskDraft(due, owner, code="deal_stuck", figures={…}, opportunity_id=deal,
                origin="pipeline", origin_query=act.view_query()), key=deal)

Where a task with the same code and subject is open, that one is shown instead.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ui import navigation, task_rows, task_words
from ui import task_actions as act
from ui import task_loaders as load
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain
from ui.frames import records

Open = dict[tuple[str, str], dict[str, Any]]


def open_tasks(ctx: PageContext) -> Open:
    """Return what is open or snoozed, by code and subject; read once for a list of buttons."""
    return {(row["code"], row["subject"]): row for row in records(load.raised(ctx))}


def task_button(
    ctx: PageContext, draft: act.TaskDraft, *, key: str, known: Open | None = None
) -> None:
    """Draw the button, or the open task that says the same, with undo where it was just made.

    Parameters
    ----------
    draft : TaskDraft
        With a code, its figures, a subject, an owner and a due day.
    key : str
        What tells it from other buttons of the page.
    known : dict, optional
        ``open_tasks(ctx)``, where several buttons are drawn.
    """
    guarded(ctx.t, _button)(ctx, draft, key, known)


def tasks_button(ctx: PageContext, drafts: Sequence[act.TaskDraft], *, key: str) -> None:
    """Draw a button that makes tasks of all drafts; open ones stay as they are."""
    guarded(ctx.t, _many)(ctx, drafts, key)


def _button(ctx: PageContext, draft: act.TaskDraft, key: str, known: Open | None) -> None:
    there = (open_tasks(ctx) if known is None else known).get((draft.code, draft.subject))
    if there is not None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            day = plain(ctx.formats.day(there["due_on"]))
            who = plain(task_words.owner(ctx, there["owner_id"]))
            navigation.link(
                "tasks", ctx.t("tasks.is_there", day=day, who=who), icon=":material/task_alt:",
                task=str(there["task_id"]),
            )  # fmt: skip
            task_rows.undo(ctx, str(there["task_id"]))
        return
    if st.button(
        ctx.t("tasks.make"), key=f"task_make_{key}", icon=":material/add_task:",
        help=ctx.t("tasks.make_help", day=ctx.formats.day(draft.due_on),
                   who=task_words.owner(ctx, draft.owner_id)),
    ):  # fmt: skip
        act.make(ctx, [draft])
        st.rerun()


def _many(ctx: PageContext, drafts: Sequence[act.TaskDraft], key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        makes = st.button(
            ctx.t("tasks.make_many", n=ctx.formats.count(len(drafts))), key=f"tasks_make_{key}",
            icon=":material/add_task:", disabled=not drafts,
        )  # fmt: skip
        done = act.last()
        if done is not None and len(done.made) > 1:
            task_rows.undo(ctx)
    if makes:
        created = act.make(ctx, drafts)
        if not created.made:
            st.caption(ctx.t("tasks.all_there"))
            return
        st.rerun()
