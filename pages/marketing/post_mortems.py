"""Post-mortems: what was planned before launch, what came, and what was learnt?"""

from collections.abc import Mapping

import streamlit as st

from pages.marketing.parts import post_form, post_register, post_result
from ui import post_mortem_actions as act
from ui import urls
from ui.context import PageContext
from ui.post_mortem_actions import CampaignPlan, CampaignReview
from ui.segment_filter import not_filtered


def render(ctx: PageContext) -> None:
    """Draw the register, and the plan or the post-mortem of one campaign."""
    t = ctx.t
    st.title(t("page.post_mortems"), anchor=False)
    not_filtered(ctx)
    if not ctx.scope.is_everything:
        st.info(t("post.of_all"), icon=":material/visibility_off:")
        return
    names = act.campaigns(ctx)
    if not names:
        st.info(t("campaigns.no_data"), icon=":material/inbox:")
        return
    plans, reviews = act.plans(ctx), act.reviews(ctx)
    post_register.part(ctx)
    chosen = urls.choice("campaign", list(names))
    st.selectbox(
        t("post.campaign"), list(names), format_func=lambda one: names[one], key="campaign",
        on_change=urls.write_choice, args=("campaign",), width=460,
    )  # fmt: skip
    state = _state(chosen, plans, reviews)
    with st.container(border=True):
        st.subheader(t(f"post.title_{state}"), anchor=False, help=t("post.help"))
        if state in ("none", "open"):
            post_form.part(ctx, chosen, names[chosen], plans.get(chosen))
        else:
            post_result.part(ctx, plans[chosen], reviews.get(chosen))


def _state(
    campaign_id: str, plans: Mapping[str, CampaignPlan], reviews: Mapping[str, CampaignReview]
) -> str:
    if campaign_id in reviews:
        return "frozen"
    plan = plans.get(campaign_id)
    if plan is None:
        return "none"
    return "locked" if plan.is_locked else "open"
