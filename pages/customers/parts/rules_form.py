"""Saving rules and scoring again, with who changed them last."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ui import rule_actions
from ui.context import PageContext
from ui.errors import boundary
from ui.formats import plain
from ui.progress import progress_bar


def rules_form(ctx: PageContext, name: str, draw: Callable[[], Mapping[str, Any]]) -> None:
    """Draw a form of rules with its buttons. ``draw`` returns the rules as they are entered."""
    if not ctx.scope.is_everything:
        st.info(ctx.t("rules.not_yours"), icon=":material/lock:")
        return
    with st.form(f"rules_{name}", border=False):
        value = draw()
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(
                ctx.t("rules.save"), type="primary", key=f"rules_{name}_save"
            )
            is_reset = st.form_submit_button(ctx.t("rules.reset"), key=f"rules_{name}_reset")
    _changed(ctx, name)
    if not (is_saved or is_reset):
        return
    with boundary(ctx.t):
        with progress_bar(ctx) as report:
            version = rule_actions.apply(ctx, name, None if is_reset else value, report)
        st.success(ctx.t("rules.applied", version=version))
        st.button(ctx.t("rules.show"), key=f"rules_{name}_show", icon=":material/refresh:")


def _changed(ctx: PageContext, name: str) -> None:
    found = rule_actions.changed(ctx, name)
    if found is None:
        st.caption(ctx.t("rules.default"))
        return
    who, when = found
    st.caption(ctx.t("rules.changed", who=plain(who), when=ctx.formats.instant(when)))
