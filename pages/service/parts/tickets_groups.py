"""What the views of the page Tickets share: choosing groups, the rows behind one, files."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ui import rows, urls
from ui.choices import selected
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.ticket_view import TicketView, ask_member, behind, groups_for


def group_choice(ctx: PageContext) -> None:
    """Draw the select of the group."""
    selected(ctx, "by", groups_for(ctx), "tickets.by")


def group_table(
    ctx: PageContext, view: TicketView, shown: pd.DataFrame, members: Sequence[object], key: str
) -> None:
    """Draw a table with a row per member; a click opens the tickets of one."""

    def opened() -> None:
        picked = st.session_state[key]["selection"]["rows"]
        if picked:
            member = members[picked[0]]
            ask_member(ctx, view, value_label(ctx, view.by, member), member)

    rows.table(ctx, shown, key=key, on_select=opened, selection_mode="single-row")
    st.caption(ctx.t("tickets.member_hint"))


def download(
    ctx: PageContext, view: TicketView, table: pd.DataFrame, title: str, name: str
) -> None:
    """Offer a table as a file that says what it is of."""
    about = behind(ctx, view)
    hours = ctx.t(f"tickets.hours_{view.hours}")
    filters = ctx.t("filter.joiner").join(one for one in (about.filters, hours) if one)
    stamp = rows.stamp_of(ctx, subject=ctx.t(title), period=about.period, filters=filters)
    rows.download(ctx, table, name=name, stamp=stamp)


def measure_choice(ctx: PageContext, options: Sequence[str]) -> str:
    """Draw the select of the measure and return what is chosen."""
    chosen = urls.choice("measure", options)
    st.selectbox(
        ctx.t("tickets.measure"), options, format_func=lambda one: ctx.t(f"column.{one}"),
        key="measure", on_change=urls.write_choice, args=("measure",), width=300, filter_mode=None,
    )  # fmt: skip
    return chosen
