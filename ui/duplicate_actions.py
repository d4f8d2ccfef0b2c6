"""Decisions on duplicates that the page may start. Each calls what the command line calls."""

from collections.abc import Callable, Sequence

import streamlit as st

from crm_data.commands import identity
from ui import actions
from ui.context import PageContext
from ui.loaders import reading

_LAST = "_last_identity"


def merge(ctx: PageContext, kind: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Make the first record of each pair go on as the second."""
    _decide(ctx, kind, pairs, identity.merge_records)


def keep_apart(ctx: PageContext, kind: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Say that the records of each pair are not the same."""
    _decide(ctx, kind, pairs, identity.keep_apart)


def undo(ctx: PageContext, decision_ids: Sequence[str]) -> None:
    """Take decisions back."""
    with reading(ctx.settings, ctx.version) as conn:
        identity.undo_decisions(
            ctx.settings, conn, ctx.scope, decision_ids, now=ctx.now, actor=ctx.viewer
        )
    st.session_state.pop(_LAST, None)


def last() -> list[str]:
    """Return the decisions that were made last in this session."""
    return list(st.session_state.get(_LAST, []))


def apply(ctx: PageContext, progress: Callable[[str, float], None]) -> str:
    """Build a version with the decisions that stand; return its id."""
    return actions.rebuilt(ctx, progress)


def _decide(
    ctx: PageContext, kind: str, pairs: Sequence[tuple[str, str]], how: Callable[..., list[str]]
) -> None:
    with reading(ctx.settings, ctx.version) as conn:
        st.session_state[_LAST] = how(
            ctx.settings, conn, ctx.scope, kind, pairs, now=ctx.now, actor=ctx.viewer
        )
