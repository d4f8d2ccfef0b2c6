"""The customers who were lost in a month, in a drawer: paged, with export, a click from each."""

from dataclasses import dataclass

import streamlit as st

from ui import churn_loaders as load
from ui import navigation, rows
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain

_REQUEST, _PAGE = "_churn_request", "_churn_page"


@dataclass(frozen=True)
class LostRequest:
    """Whose loss to show, and how a person would call it."""

    subject: str
    period: str
    filters: str
    cut: load.LostCut


def ask(request: LostRequest) -> None:
    """Remember that customers are asked for; for callbacks. ``show_asked`` opens the drawer."""
    st.session_state[_REQUEST] = request
    st.session_state[_PAGE] = 0


def show_asked(ctx: PageContext) -> None:
    """Open the drawer when customers were asked for in this run. Call it last in ``render``."""
    request = st.session_state.pop(_REQUEST, None)
    if request is not None:
        drawer = st.dialog(ctx.t("churn.lost_customers"), width="large", position="right")
        drawer(guarded(ctx.t, _drawer))(ctx, request)


def _drawer(ctx: PageContext, request: LostRequest) -> None:
    f = ctx.formats
    described = " · ".join(part for part in (request.period, request.filters) if part)
    st.markdown(f"**{plain(request.subject)}**  \n{plain(described)}")
    args = (ctx.settings, ctx.version, ctx.scope, request.cut)
    total = load.lost_total(*args)
    if total == 0:
        st.info(ctx.t("churn.nobody_lost"))
        return
    page = min(int(st.session_state.get(_PAGE, 0)), (total - 1) // rows.PAGE_ROWS)
    first = page * rows.PAGE_ROWS
    frame = load.lost(*args, rows.PAGE_ROWS, first)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        counted = {"n": total, "first": first + 1, "last": first + len(frame)}
        shown = {name: f.count(value) for name, value in counted.items()}
        st.caption(ctx.t("rows.count", **shown), width="stretch")
        if total > rows.PAGE_ROWS:
            has_more = first + len(frame) < total
            rows.step_pager(ctx, page, has_more=has_more, key="churn", turn_to=_turn_to)
    if request.cut.days is not None:
        frame = frame.drop(columns=["end_reason", "monthly_amount"])
    chosen = rows.table(
        ctx,
        frame,
        key="churn_lost",
        named=(*rows.NAMED, "end_reason"),
        on_select="rerun",
        selection_mode="single-row",
    )
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(frame):
        navigation.go_to("customer", customer=str(frame["customer_id"].iloc[picked[0]]))
    st.caption(ctx.t("rows.open_hint"))
    stamp = rows.stamp_of(
        ctx, subject=request.subject, period=request.period, filters=request.filters
    )
    rows.download(
        ctx,
        lambda: load.all_lost(*args, limit=rows.EXPORT_ROWS),
        name="lost_customers",
        stamp=stamp,
    )
    if total > rows.EXPORT_ROWS:
        st.caption(ctx.t("rows.limited", n=f.count(rows.EXPORT_ROWS)))


def _turn_to(page: int) -> None:
    st.session_state[_PAGE] = page
