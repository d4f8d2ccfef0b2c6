"""Cached reads of tasks; the rules of ``ui.loaders`` hold here too.

Tasks change while a version does not: the number that every write to the app database raises
(``stamp``) is part of each key.
"""

from datetime import date

import pandas as pd
import streamlit as st

from crm_data import task_list
from crm_data.errors import CrmError
from crm_data.queries import tasks as queries
from crm_data.queries.task_subjects import task_subjects
from crm_data.queries.tasks import DueCounts, State, TaskPart
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading

__all__ = ["MAX_DONE", "DueCounts", "State", "TaskPart"]

MAX_DONE = 500
# Numbers of two writes that overlap may become visible in the other order on a server; so not long.
_SOON = "1m"


def stamp(ctx: PageContext) -> int:
    """Return the number of the last write; read once a run by who needs it."""
    return queries.change_stamp(ctx.settings)


def listed(ctx: PageContext, state: State) -> pd.DataFrame:
    """Return what a viewer may see, calls of retention lists among the open ones: ``TASKS``."""
    return _listed(ctx.settings, ctx.version, ctx.scope, ctx.viewer, state, ctx.today, stamp(ctx))


def raised(ctx: PageContext) -> pd.DataFrame:
    """Return what pages raised and is not done, for their buttons: ``RAISED``."""
    return _raised(ctx.settings, ctx.scope, ctx.viewer, stamp(ctx))


def open_counts(ctx: PageContext, week_end: date) -> pd.DataFrame:
    """Return how many tasks that a viewer may see are open: ``TASK_COUNTS``."""
    key = (ctx.settings, ctx.version, ctx.scope, ctx.viewer, ctx.today, week_end)
    return _open_counts(*key, stamp(ctx))


def open_page(ctx: PageContext, part: TaskPart, offset: int, size: int) -> pd.DataFrame:
    """Return one page of the open tasks of a part: ``TASKS``."""
    key = (ctx.settings, ctx.version, ctx.scope, ctx.viewer, ctx.today, part, offset, size)
    return _open_page(*key, stamp(ctx))


def mine(ctx: PageContext) -> frozenset[str]:
    """Return whose tasks are the viewer's: their own, and those of the scope's employees."""
    return frozenset({ctx.viewer, *(ctx.scope.owner_ids or ())})


def of_customer(ctx: PageContext, customer_id: str) -> pd.DataFrame:
    """Return stored tasks about a customer and its deals that are not done: ``TASKS``."""
    return queries.tasks_of_customer(ctx.settings, ctx.scope, ctx.viewer, customer_id)


def is_mine(ctx: PageContext, found: pd.DataFrame) -> pd.Series:
    """Tasks given to the viewer by name, or to an employee whose customers are the viewer's."""
    return found["owner_id"].isin(mine(ctx))


def starts_with_all(ctx: PageContext) -> bool:
    """Whether the page shows everybody's tasks at first: to those who see everything."""
    return ctx.scope.is_everything


def due(ctx: PageContext) -> DueCounts:
    """Count what is overdue and due today of what the page shows at first, for the menu."""
    if not ctx.version:
        return DueCounts(0, 0)
    try:
        return _due(ctx.settings, ctx.version, ctx.scope, ctx.viewer, ctx.today, stamp(ctx))
    except CrmError:  # the page itself says what is wrong; the menu stays
        return DueCounts(0, 0)


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def subjects(
    settings: Settings, version: str, scope: AccessScope, asked: tuple[tuple[str, str], ...]
) -> pd.DataFrame:
    """Return names of what tasks are about, as far as they may be seen: ``TASK_SUBJECTS``."""
    with reading(settings, version) as conn:
        return task_subjects(conn, scope, asked)


@st.cache_data(ttl=_SOON, max_entries=100, show_spinner=False)
def _listed(
    settings: Settings,
    version: str,
    scope: AccessScope,
    viewer: str,
    state: State,
    on: date,
    stamp: int,  # noqa: ARG001 - part of the key
) -> pd.DataFrame:
    limit = MAX_DONE if state == "done" else None
    with reading(settings, version) as conn:
        return task_list.listed(settings, conn, scope, viewer, state=state, on=on, limit=limit)


@st.cache_data(ttl=_SOON, max_entries=100, show_spinner=False)
def _raised(
    settings: Settings,
    scope: AccessScope,
    viewer: str,
    stamp: int,  # noqa: ARG001 - part of the key
) -> pd.DataFrame:
    return queries.raised(settings, scope, viewer)


@st.cache_data(ttl=_SOON, max_entries=100, show_spinner=False)
def _open_counts(
    settings: Settings,
    version: str,
    scope: AccessScope,
    viewer: str,
    on: date,
    week_end: date,
    stamp: int,  # noqa: ARG001 - part of the key
) -> pd.DataFrame:
    with reading(settings, version) as conn:
        return task_list.open_counts(settings, conn, scope, viewer, on=on, week_end=week_end)


@st.cache_data(ttl=_SOON, max_entries=100, show_spinner=False)
def _open_page(
    settings: Settings,
    version: str,
    scope: AccessScope,
    viewer: str,
    on: date,
    part: TaskPart,
    offset: int,
    size: int,
    stamp: int,  # noqa: ARG001 - part of the key
) -> pd.DataFrame:
    with reading(settings, version) as conn:
        return task_list.open_page(
            settings, conn, scope, viewer, part, on=on, offset=offset, size=size
        )


@st.cache_data(ttl=_SOON, max_entries=500, show_spinner=False)
def _due(
    settings: Settings,
    version: str,
    scope: AccessScope,
    viewer: str,
    on: date,
    stamp: int,  # noqa: ARG001 - part of the key
) -> DueCounts:
    with reading(settings, version) as conn:
        return task_list.due_counts(settings, conn, scope, viewer, on=on)
