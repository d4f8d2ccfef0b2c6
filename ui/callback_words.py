"""Calls to detractors in words: what came of one, and of all."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.callbacks import outcomes
from crm_data.task_codes import OUTCOMES
from ui import rows
from ui.comment_view import CommentView, behind
from ui.context import PageContext
from ui.formats import is_missing

_NAMES = OUTCOMES["detractor"]


def done_words(ctx: PageContext, row: dict[str, Any]) -> str:
    """Return when a detractor was called and what came of it."""
    told = row["outcome"]
    outcome = ctx.t("comments.no_outcome" if is_missing(told) else f"code.task_outcome.{told}")
    return f"{ctx.formats.day(row['called_on'])} · {outcome}"


def outcome_table(ctx: PageContext, view: CommentView, calls: pd.DataFrame) -> None:
    """Draw what came of the calls that are done."""
    t = ctx.t
    found = outcomes(calls, _NAMES)
    if found.empty:
        st.info(t("comments.no_calls"), icon=":material/call:")
        return
    names = {
        "outcome": "task_outcome", "n": "calls", "share": "call_share", "low": "call_low",
        "high": "call_high",
    }  # fmt: skip
    table = found.rename(columns=names)
    table["task_outcome"] = table["task_outcome"].fillna("untold")
    shown = rows.with_shares(ctx, table, "call_share", "call_low", "call_high")
    rows.table(ctx, shown, key="callback_outcomes", named=("task_outcome",))
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("comments.outcomes_title"), period=about.period, filters=about.filters
    )
    rows.download(ctx, table, name="callback_outcomes", stamp=stamp)
