"""The form of a plan on the page Post-mortems: written until it is locked."""

import streamlit as st

from ui import post_mortem_actions as act
from ui.context import PageContext
from ui.post_mortem_actions import MEASURES, CampaignPlan, PlanDraft


def part(ctx: PageContext, campaign_id: str, name: str, plan: CampaignPlan | None) -> None:
    """Draw the form, and the button that locks what is stored."""
    t = ctx.t
    old = plan.draft if plan else PlanDraft(campaign_id, name, "", MEASURES[0], 0.02, "", "")
    with st.form(f"plan_{campaign_id}", border=False):
        hypothesis = st.text_area(t("post.hypothesis"), old.hypothesis, height=80)
        with st.container(horizontal=True):
            measure = st.selectbox(
                t("post.measure"), MEASURES, index=MEASURES.index(old.measure),
                format_func=lambda one: t(f"campaigns.outcome_{one}"), filter_mode=None,
            )  # fmt: skip
            effect = st.number_input(
                t("post.minimum_effect_points"), min_value=0.0, value=act.effect_written(old),
                step=0.1, format="%.2f", help=t("post.effect_help"),
            )  # fmt: skip
            budget = st.number_input(t("post.budget"), min_value=0.0, value=old.budget)
            members = st.number_input(t("post.members"), min_value=0, value=old.members)
            ends_on = st.date_input(t("post.ends_on"), old.ends_on)
        audience = st.text_input(t("post.audience"), old.audience)
        stop_rule = st.text_input(t("post.stop_rule"), old.stop_rule)
        control = st.number_input(
            t("post.control_share"), min_value=0.0, max_value=0.95,
            value=act.control_share(old), step=0.05, help=t("post.control_help"),
        )  # fmt: skip
        is_asked = st.form_submit_button(t("post.write"), icon=":material/save:")
    if is_asked:
        refused = act.write(ctx, act.draft_of(
            old, control=control, hypothesis=hypothesis, measure=measure, effect=effect,
            budget=budget, members=members, ends_on=ends_on or None, audience=audience,
            stop_rule=stop_rule,
        ))  # fmt: skip
        if refused:
            st.error(refused)
            return
        st.rerun()
    if plan is not None:
        st.caption(t("post.lock_note"))
        if st.button(t("post.lock"), icon=":material/lock:", type="primary"):
            act.lock(ctx, campaign_id)
            st.rerun()
