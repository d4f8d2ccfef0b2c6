"""Retention actions: whom do we try to keep, what came of it, and would they have stayed anyway?"""

import streamlit as st

from pages.customers.parts import actions_list, actions_lists, actions_new, actions_tasks
from pages.customers.parts.paging import one
from ui import action_lists as lists
from ui import urls
from ui.context import PageContext

VIEWS = ("lists", "tasks", "new")
_VIEW, _LIST = "view", "list"


def render(ctx: PageContext) -> None:
    """Draw a list that the address names, else the chosen view."""
    st.title(ctx.t("page.retention_actions"), anchor=False)
    asked = one(_LIST)
    opened = next((of for of in lists.saved(ctx) if of.list_id == asked), None) if asked else None
    if opened is not None and actions_list.part(ctx, opened):
        return
    if asked:
        st.caption(ctx.t("actions.gone"))
    view = urls.choice(_VIEW, VIEWS)
    st.segmented_control(
        ctx.t("actions.view"),
        VIEWS,
        format_func=lambda name: ctx.t(f"actions.view_{name}"),
        key=_VIEW,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(_VIEW,),
    )
    {"lists": actions_lists.part, "tasks": actions_tasks.part, "new": actions_new.part}[view](ctx)
