"""The view 'calls' of the Comments page: who gave one of the worst scores, and who was called."""

from datetime import timedelta
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from pages.service.parts.comments_list import score_words
from ui import callback_words as words
from ui import comment_loaders as load
from ui import navigation, rows
from ui import task_actions as act
from ui.choices import segmented, selected
from ui.comment_figures import WITHIN, within_days
from ui.comment_view import CommentView, behind
from ui.context import PageContext
from ui.formats import is_missing, plain
from ui.frames import records
from ui.task_button import Open, open_tasks, task_button, tasks_button
from ui.task_finish import finish

SHOWN = ("open", "all")
_SIZE = 15


def part(ctx: PageContext, view: CommentView) -> None:
    """Draw what came of calls, then whom to call."""
    t = ctx.t
    if view.narrows_comments_only:
        st.caption(t("comments.calls_unfiltered"))
    calls = load.callbacks(ctx.settings, ctx.version, ctx.scope, view.answers)
    with st.container(border=True):
        st.subheader(t("comments.outcomes_title"), anchor=False, help=t("comments.outcomes_help"))
        words.outcome_table(ctx, view, calls)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        selected(ctx, "within", WITHIN, "comments.days")
        show = segmented(ctx, "calls", SHOWN, "comments.calls")
    settled = tuple(sorted(calls.loc[calls["status"] == "done", "response_id"]))
    asked = load.ToCall(view.answers, settled if show == "open" else ())
    key = (ctx.settings, ctx.version, ctx.scope, asked)
    total = load.total(*key)
    if not total:
        st.info(t("comments.nobody_to_call"), icon=":material/check_circle:")
        return
    page = page_of(one(PAGE), total, _SIZE)
    found = load.page(*key, _SIZE, (page - 1) * _SIZE)
    known = open_tasks(ctx)
    done = {row["response_id"]: row for row in records(calls[calls["status"] == "done"])}
    fresh = [row for row in records(found) if row["response_id"] not in done]
    tasks_button(ctx, [_draft(ctx, row) for row in fresh], key="detractors")
    for row in records(found):
        _row(ctx, row, known, done.get(row["response_id"]))
    pager(ctx, page=page, size=_SIZE, total=total, key="comments_calls")
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("comments.calls_title"), period=about.period, filters=about.filters
    )
    everyone = partial(load.everyone, *key, limit=rows.EXPORT_ROWS)
    rows.download(ctx, everyone, name="detractors", stamp=stamp)


def _row(
    ctx: PageContext, row: dict[str, Any], known: Open, done: dict[str, Any] | None
) -> None:  # fmt: skip
    t, f = ctx.t, ctx.formats
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            name = row["customer_id"] if is_missing(row["name"]) else row["name"]
            navigation.link(
                "customer", plain(name), icon=":material/person:",
                customer=str(row["customer_id"]),
            )  # fmt: skip
            if not is_missing(row["comment"]):
                st.markdown(plain(row["comment"]))
            due = t("comments.call_by", day=f.day(_due(row)))
            st.caption(plain(" · ".join([f.day(row["answered_on"]), score_words(ctx, row), due])))
        with st.container(width="content"):
            if done is not None:
                st.caption(plain(words.done_words(ctx, done)))
            else:
                draft = _draft(ctx, row)
                task_button(ctx, draft, key=str(row["response_id"]), known=known)
                there = known.get((draft.code, draft.subject))
                if there is not None:
                    finish(ctx, there)


def _due(row: dict[str, Any]) -> pd.Timestamp:
    return pd.Timestamp(row["answered_on"]) + timedelta(days=within_days())


def _draft(ctx: PageContext, row: dict[str, Any]) -> act.TaskDraft:
    """Return the task to call back: by the last day, today where that is over."""
    return act.TaskDraft(
        max(_due(row).date(), ctx.today),
        row["owner_id"] if isinstance(row["owner_id"], str) else None,
        code="detractor",
        figures={"score": row["score"], "answered_on": pd.Timestamp(row["answered_on"])},
        response_id=str(row["response_id"]),
        origin="comments",
        origin_query=act.view_query(),
    )
