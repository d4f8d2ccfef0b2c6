"""Finishing a task with what came of it, where its kind asks for that."""

from typing import Any

import streamlit as st

from crm_data.task_codes import OUTCOMES
from ui import task_actions as act
from ui.context import PageContext
from ui.errors import guarded


def finish(ctx: PageContext, row: dict[str, Any]) -> None:
    """Draw a popover that finishes an open task of a code of ``OUTCOMES``.

    ``row`` is of ``TASKS`` or of ``RAISED``: ``task_id``, ``code``, ``changed_at``.
    """
    key = f"finish_{row['task_id']}"
    opened = st.popover(
        ctx.t("tasks.finish"), icon=":material/check:", key=key, on_change="rerun"
    )  # fmt: skip
    if not opened.open:
        return
    with opened:
        guarded(ctx.t, _finish)(ctx, row, key)


def _finish(ctx: PageContext, row: dict[str, Any], key: str) -> None:
    chosen = st.radio(
        ctx.t("tasks.outcome"), OUTCOMES[str(row["code"])],
        format_func=lambda one: ctx.t(f"code.task_outcome.{one}"),
        index=None, key=f"{key}_outcome",
    )  # fmt: skip
    if st.button(
        ctx.t("tasks.done"), key=f"{key}_done", icon=":material/check:", disabled=chosen is None
    ):
        st.session_state.pop(key, None)
        act.complete(ctx, row, str(chosen))
        st.rerun()
