"""The view 'handovers' of the Team page: deals that changed hands, and those left behind."""

from typing import Any

import streamlit as st

from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import people, rows
from ui import team_handovers as handovers
from ui.context import PageContext
from ui.formats import plain
from ui.frames import records
from ui.task_button import Open, open_tasks, task_button
from ui.team_view import TeamView, behind

_SIZE = 10


def part(ctx: PageContext, view: TeamView) -> None:
    """Draw the view."""
    with st.container(border=True):
        _changed(ctx, view)
    with st.container(border=True):
        _left_behind(ctx, view)


def _changed(ctx: PageContext, view: TeamView) -> None:
    t, f = ctx.t, ctx.formats
    found = handovers.changes(ctx, view)
    st.subheader(t("team.handed_title"), anchor=False, help=t("team.handed_help"))
    if found.closed_before:
        st.caption(t("team.closed_before", n=f.count(found.closed_before)))
    if found.deals.empty:
        st.info(t("team.no_handovers"), icon=":material/swap_horiz:")
        return
    shown = handovers.summary_shown(ctx, found)
    rows.table(ctx, shown, key="team_handed", money=("won_amount", "open_amount"))
    st.caption(t("team.handed_note"))
    page = page_of(one(PAGE), len(found.deals), _SIZE)
    known = open_tasks(ctx)
    for row in records(found.deals.iloc[(page - 1) * _SIZE : page * _SIZE]):
        _row(ctx, view, row, known)
    pager(ctx, page=page, size=_SIZE, total=len(found.deals), key="team_handed")
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("team.handed_title"), period=about.period, filters=about.filters
    )
    rows.download(ctx, handovers.file_of(ctx, found), name="handed_over_deals", stamp=stamp)


def _row(ctx: PageContext, view: TeamView, row: dict[str, Any], known: Open) -> None:
    t, f = ctx.t, ctx.formats
    deal = row["name"] if isinstance(row["name"], str) else row["opportunity_id"]
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{plain(deal)}** · {plain(f.money_compact(row['amount']))}")
            words = t(
                "team.handed_row",
                day=f.day(row["handed_on"]),
                before=people.person(ctx, str(row["before_id"])),
                now=people.person(ctx, str(row["owner_id"])),
                reason=t(f"team.reason_{row['reason']}"),
                fate=t(f"team.fate_{row['fate']}"),
            )
            st.caption(plain(words))
            if row["is_untouched"]:
                st.caption(t("team.untouched", n=f.count(row["waited_days"])))
        if row["fate"] == "open" and view.chosen.is_now:
            key = str(row["opportunity_id"])
            with st.container(width="content"):
                task_button(ctx, handovers.draft(ctx, row), key=key, known=known)


def _left_behind(ctx: PageContext, view: TeamView) -> None:
    t = ctx.t
    left = handovers.behind_left(ctx, view)
    st.subheader(t("team.left_title"), anchor=False, help=t("team.left_help"))
    if left.empty:
        st.info(t("team.none_left"), icon=":material/check_circle:")
        return
    table = handovers.left_file(view, left)
    rows.table(ctx, table, key="team_left", named=("deal_stage",), money=("amount",))
    about = behind(ctx, view)
    stamp = rows.stamp_of(
        ctx, subject=t("team.left_title"), period=ctx.formats.day(about.as_of),
        filters=about.filters,
    )  # fmt: skip
    rows.download(ctx, table, name="deals_left_behind", stamp=stamp)
