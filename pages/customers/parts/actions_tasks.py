"""My tasks: whom the viewer is to contact, what is due first; who sees everything, everybody's."""

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui import rows, urls
from ui.context import PageContext

WHOSE = ("mine", "everybody")
_WHOSE, _OPENED = "whose", "_retention_task_opened"


def part(ctx: PageContext) -> None:
    """Draw open tasks by due date; a click opens the customer in its list."""
    t, f = ctx.t, ctx.formats
    whose = urls.choice(_WHOSE, WHOSE)
    st.segmented_control(
        t("actions.whose"),
        WHOSE,
        format_func=lambda name: t(f"actions.whose_{name}"),
        key=_WHOSE,
        required=True,
        on_change=urls.write_choice,
        args=(_WHOSE,),
        help=t("actions.whose_help"),
    )
    found = words.visible(ctx, lists.tasks(ctx))
    if whose == "mine":
        found = found[_is_mine(ctx, found)]
    found = found.sort_values("due_on", kind="stable").reset_index(drop=True)
    if found.empty:
        st.info(t(f"actions.no_tasks_{whose}"), icon=":material/task_alt:")
        return
    late = int((found["due_on"] < pd.Timestamp(ctx.today)).sum())
    st.markdown(t("actions.tasks", n=f.count(len(found)), late=f.count(late)))
    shown = words.table(ctx, found)
    people = load.people(ctx.settings, ctx.version, ctx.scope)
    shown["task_owner"] = [words.person(people, one) for one in found["owner_id"]]
    shown.insert(1, "due_on", found["due_on"])
    shown.insert(2, "list_name", found["list_name"])
    chosen = rows.table(
        ctx, shown, key="actions_tasks", digits=0, money=words.MONEY, on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(found):
        row = found.iloc[picked[0]]
        key = (row["list_id"], row["customer_id"])
        if st.session_state.get(_OPENED) != key:
            st.session_state[_OPENED] = key
            urls.write({"list": [key[0]], "member": [key[1]], "show": ["calls"]})
            st.rerun()
    else:
        st.session_state.pop(_OPENED, None)


def _is_mine(ctx: PageContext, found: pd.DataFrame) -> pd.Series:
    """Tasks given to the viewer by name, or to an employee whose customers are the viewer's."""
    own = {ctx.viewer, *(ctx.scope.owner_ids or ())}
    return found["owner_id"].isin(own)
