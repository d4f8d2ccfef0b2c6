"""The form of a plan on the page Post-mortems: written until it is locked."""

from typing import Any

import streamlit as st

from ui import post_mortem_actions as act
from ui import post_mortem_form as form
from ui.context import PageContext
from ui.post_mortem_actions import MEASURES, CampaignPlan, PlanDraft


def part(ctx: PageContext, campaign_id: str, name: str, plan: CampaignPlan | None) -> None:
    """Draw the form, which stores the plan and locks the one that it shows."""
    t = ctx.t
    old = plan.draft if plan else PlanDraft(campaign_id, name, "", MEASURES[0], 0.02, "", "")
    seen = form.begin(campaign_id, old, plan.draft_hash if plan else "")
    if plan is not None and plan.draft_hash != seen:
        when = ctx.formats.instant(plan.written_at)
        st.warning(t("post.changed", who=plan.written_by, when=when), icon=":material/sync:")
        st.button(t("post.show_stored"), on_click=form.forget, args=(campaign_id,))
    with st.form(f"plan_{campaign_id}", border=False):
        typed = _fields(ctx, campaign_id)
        if plan is not None:
            st.caption(t("post.lock_note"))
        with st.container(horizontal=True):
            is_written = st.form_submit_button(
                t("post.write"), icon=":material/save:", key=form.key(campaign_id, "write")
            )
            is_locked = plan is not None and st.form_submit_button(
                t("post.lock"), icon=":material/lock:", type="primary",
                key=form.key(campaign_id, "lock"),
            )  # fmt: skip
    if not (is_written or is_locked):
        return
    share = None if typed["control"] is None else round(typed.pop("control") / 100, 8)
    draft = act.draft_of(old, **typed | {"control": share})
    if plan is not None and is_locked:
        refused = act.lock(ctx, plan, draft, seen)
    else:
        refused = act.write(ctx, draft, seen)
    if refused:
        st.error(refused)
        return
    form.forget(campaign_id)
    st.rerun()


def _fields(ctx: PageContext, campaign_id: str) -> dict[str, Any]:
    t = ctx.t
    keys = {name: form.key(campaign_id, name) for name in form.FIELDS}
    found: dict[str, Any] = {
        "hypothesis": st.text_area(t("post.hypothesis"), height=80, key=keys["hypothesis"])
    }
    with st.container(horizontal=True):
        found["measure"] = st.selectbox(
            t("post.measure"), MEASURES, filter_mode=None, key=keys["measure"],
            format_func=lambda one: t(f"campaigns.outcome_{one}"),
        )  # fmt: skip
        found["effect"] = st.number_input(
            t("post.minimum_effect_points"), min_value=0.0, step=0.1, format="%.2f",
            help=t("post.effect_help"), key=keys["effect"],
        )  # fmt: skip
        found["budget"] = st.number_input(
            t("post.budget"), min_value=0.0, value=None, key=keys["budget"]
        )
        found["members"] = st.number_input(
            t("post.members"), min_value=0, value=None, step=1, key=keys["members"]
        )
        found["ends_on"] = st.date_input(t("post.ends_on"), value=None, key=keys["ends_on"])
    found["audience"] = st.text_input(t("post.audience"), key=keys["audience"])
    found["stop_rule"] = st.text_input(t("post.stop_rule"), key=keys["stop_rule"])
    found["control"] = st.number_input(
        t("post.control_share"), min_value=0.0, max_value=95.0, value=None, step=5.0,
        format="%.10g", help=t("post.control_help"), key=keys["control"],
    )  # fmt: skip
    return found
