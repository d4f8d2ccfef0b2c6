"""Tasks: what is to be done, by whom and by when, and which figure asked for it?"""

import pandas as pd
import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from pages.home.parts import tasks_export, tasks_filters
from ui import task_form, task_rows, urls
from ui import task_loaders as load
from ui.context import PageContext
from ui.task_view import TaskView

SIZE = 20


def render(ctx: PageContext) -> None:
    """Draw filters, one page of tasks, and the export."""
    st.title(ctx.t("page.tasks"), anchor=False)
    view = TaskView.from_query(urls.query())
    if view.task:
        _single(ctx, view.task)
        return
    found = tasks_filters.part(ctx, view)
    task_rows.undo(ctx)
    task_form.new_task(ctx, origin="tasks")
    if not found.total:
        st.info(ctx.t(_why_empty(ctx, view)), icon=":material/task_alt:")
        return
    page = page_of(one(PAGE), found.total, SIZE)
    task_rows.rows(ctx, found.page((page - 1) * SIZE, SIZE))
    pager(ctx, page=page, size=SIZE, total=found.total, key="tasks")
    if view.when == "done" and found.total >= load.MAX_DONE:
        st.caption(ctx.t("tasks.done_limit", n=ctx.formats.count(load.MAX_DONE)))
    tasks_export.part(ctx, view, found.every)


def _single(ctx: PageContext, task_id: str) -> None:
    """Draw the one task that the address names."""
    st.button(
        ctx.t("tasks.back"), key="tasks_back", icon=":material/arrow_back:", type="tertiary",
        on_click=urls.write, args=({},), kwargs={"clears": ("task",)},
    )  # fmt: skip
    task_rows.undo(ctx, task_id)
    every = [load.listed(ctx, state) for state in ("open", "snoozed", "done")]
    found = [frame[frame["task_id"] == task_id] for frame in every]
    there: pd.DataFrame | None = next((frame for frame in found if len(frame)), None)
    if there is None:
        st.info(ctx.t("tasks.gone"), icon=":material/search_off:")
        return
    task_rows.rows(ctx, there)


def _why_empty(ctx: PageContext, view: TaskView) -> str:
    if view.owner or view.kind or view.origin:
        return "tasks.none_filtered"
    if view.when == "open":
        return "tasks.none_at_all" if load.starts_with_all(ctx) else "tasks.none_of_yours"
    return f"tasks.none_{view.when}"
