"""The view 'waiting' of the Leads page: who was never contacted, the oldest first, with tasks."""

from functools import partial
from typing import Any

import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import campaigns, rows, task_words
from ui import lead_loaders as load
from ui import task_actions as act
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import plain
from ui.frames import records
from ui.lead_frames import hours_text
from ui.lead_view import LeadView, behind, waiting_of
from ui.task_button import Open, open_tasks, task_button, tasks_button

_SIZE = 15


def part(ctx: PageContext, view: LeadView) -> None:
    """Draw the view."""
    t = ctx.t
    key = (ctx.settings, ctx.version, ctx.scope, view.of_all_times)
    total = load.total(ctx.settings, ctx.version, ctx.scope, waiting_of(view))
    st.subheader(t("leads.waiting_title"), anchor=False, help=t("leads.waiting_help"))
    if not total:
        st.info(t("leads.none_waits"), icon=":material/check_circle:")
        return
    page = page_of(one(PAGE), total, _SIZE)
    found = load.waiting(*key, _SIZE, (page - 1) * _SIZE)
    known = open_tasks(ctx)
    drafts = [_draft(ctx, row) for row in records(found)]
    if view.chosen.is_now:
        tasks_button(ctx, drafts, key="leads_page")
    for row, draft in zip(records(found), drafts, strict=True):
        _row(ctx, row, draft if view.chosen.is_now else None, known)
    pager(ctx, page=page, size=_SIZE, total=total, key="leads_waiting")
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("leads.waiting_title"), period=ctx.formats.day(about.as_of),
        filters=about.filters,
    )  # fmt: skip
    everyone = partial(load.all_waiting, *key, limit=rows.EXPORT_ROWS)
    rows.download(ctx, everyone, name="leads_waiting", stamp=stamp)


def _row(ctx: PageContext, row: dict[str, Any], draft: act.TaskDraft | None, known: Open) -> None:
    t, f = ctx.t, ctx.formats
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            waits = t("leads.waits", time=hours_text(ctx, row["watched_hours"]))
            st.markdown(f"**{plain(row['lead_id'])}** · {plain(waits)}")
            words = [f.day(row["created_on"]), value_label(ctx, "source", row["source"])]
            if isinstance(row["campaign_id"], str):
                words.append(campaigns.campaign(ctx, row["campaign_id"]))
            words.append(task_words.owner(ctx, row["owner_id"]))
            st.caption(plain(" · ".join(words)))
        if draft is None:  # nothing is to be done on a past day
            return
        with st.container(width="content"):
            task_button(ctx, draft, key=str(row["lead_id"]), known=known)


def _draft(ctx: PageContext, row: dict[str, Any]) -> act.TaskDraft:
    """Return the task to contact a lead: today, by its owner."""
    return act.TaskDraft(
        ctx.today,
        row["owner_id"] if isinstance(row["owner_id"], str) else None,
        code="lead_not_contacted",
        figures={
            "source": value_label(ctx, "source", row["source"]),
            "hours": round(float(row["watched_hours"]), 1),
        },
        lead_id=str(row["lead_id"]),
        origin="leads",
        origin_query=act.view_query(),
    )
