"""What changed of each deal, by the step that it made."""

import streamlit as st

from analytics.pipeline_movement import STEPS, PipelineMovement
from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import deal_loaders as load
from ui import navigation, rows, urls
from ui.context import PageContext
from ui.deal_stamp import stamp_of
from ui.deal_view import DealView
from ui.movement_answers import Span
from ui.movement_frames import changes_of, deals_table

STEP = "step"
SIZE = 50
_ANY = "any"
_MONEY = ("value_effect", "opening_amount", "closing_amount")


def part(ctx: PageContext, view: DealView, span: Span, found: PipelineMovement) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("movement.deals"), anchor=False, help=t("movement.deals_help"))
    counts = found.steps.set_index("step")["deals"]
    options = [_ANY, "opening", *(s for s in STEPS if counts[s]), "closing"]
    step = urls.choice(STEP, options)
    st.pills(
        t("movement.step"), options, key=STEP, required=True, on_change=_choose,
        format_func=lambda name: t(f"movement.step_{name}"), label_visibility="collapsed",
    )  # fmt: skip
    changes = changes_of(found, step)
    if changes.empty:
        st.info(t("movement.no_deals"), icon=":material/inbox:")
        return
    page = page_of(one(PAGE), len(changes), SIZE)
    stages = load.stages(ctx.settings, ctx.version, ctx.scope)
    shown = deals_table(ctx, changes.iloc[(page - 1) * SIZE : page * SIZE], stages)
    chosen = rows.table(
        ctx, shown.drop(columns=["customer_id", "opportunity_id"]), key="movement_deals",
        named=("opening_stage", "closing_stage"), money=_MONEY, digits=0,
        widths={"deal_name": 170},
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    picked = chosen.selection.rows if chosen is not None else []
    if picked and picked[0] < len(shown):
        customer = shown["customer_id"].iloc[picked[0]]
        if customer == customer:
            navigation.go_to("customer", customer=str(customer))
    st.caption(t("movement.deals_note"))
    pager(ctx, page=page, size=SIZE, total=len(changes), key="movement")
    period = t("movement.days", opening=f.day(span.opening), closing=f.day(span.closing))
    subject = f"{t('movement.deals')}: {t(f'movement.step_{step}')}"
    rows.download(
        ctx, lambda: deals_table(ctx, changes, stages), name="moved_deals",
        stamp=stamp_of(ctx, view, subject, period),
    )  # fmt: skip


def _choose() -> None:
    urls.write({STEP: [str(st.session_state[STEP])]}, clears=(PAGE,))
