"""Plan against result on the page Post-mortems, and freezing it."""

import streamlit as st

from ui import post_mortem_actions as act
from ui import post_mortem_files as files
from ui import post_mortem_form as form
from ui import post_mortem_report as report
from ui import rows
from ui.context import PageContext
from ui.formats import plain
from ui.post_mortem_actions import CampaignPlan, CampaignReview
from ui.report import Fact


def part(ctx: PageContext, plan: CampaignPlan, review: CampaignReview | None) -> None:
    """Draw what was planned beside what came, every deviation, and the lessons."""
    t = ctx.t
    campaign_id = plan.draft.campaign_id
    if review is None and st.session_state.get(form.key(campaign_id, "write")):
        st.error(t("error.plan_locked", campaign=plain(plan.draft.campaign)))
    data = review.data if review else act.data(ctx, plan)
    ctx = report.as_frozen(ctx, data)
    if not (plan.is_intact and (review is None or review.is_intact)):
        st.error(t("post.not_intact"), icon=":material/gpp_bad:")
    left, right = st.columns(2)
    with left:
        _facts(report.plan_facts(ctx, data["plan"]), t("post.plan"))
        st.caption(report.locked_words(ctx, data))
    with right:
        _facts(report.result_facts(ctx, data), t("post.result"))
        found = t(f"post.answer_{data['answer']}")
        st.markdown(f"**{plain(found)}**")
    rows.table(ctx, report.claims_shown(ctx, data), key="post_claims")
    rows.table(ctx, report.arms_shown(ctx, data), key="post_arms")
    st.markdown(f"**{t('post.deviations')}**")
    st.markdown("\n".join(f"- {plain(one)}" for one in report.deviation_words(ctx, data)))
    lessons_key, freeze_key = (form.key(campaign_id, name) for name in ("lessons", "freeze"))
    if review is not None:
        if st.session_state.get(freeze_key):  # somebody was faster
            typed = plain(st.session_state.get(lessons_key, ""))
            st.error(t("post.froze_before", who=plain(review.frozen_by), lessons=typed))
        st.markdown(f"**{t('post.lessons')}**  \n{plain(review.lessons)}")
        frozen = ctx.formats.instant(review.frozen_at)
        st.caption(t("post.frozen", when=frozen, version=review.version, hash=review.data_hash))
        files.offer_review(ctx, review)
        return
    lessons = st.text_area(t("post.lessons"), key=lessons_key, height=100)
    st.caption(t("post.freeze_note", version=ctx.version))
    if st.button(
        t("post.freeze"), icon=":material/ac_unit:", disabled=not lessons.strip(), key=freeze_key
    ):
        refused = act.freeze(ctx, plan, lessons)
        if refused:
            st.error(refused)
            return
        del st.session_state[freeze_key]  # this click was the one that froze it
        st.rerun()


def _facts(found: tuple[Fact, ...], title: str) -> None:
    lines = [f"**{title}**", ""]
    for one in found:
        note = f" · {plain(one.note)}" if one.note else ""
        lines.append(f"- {one.name}: {plain(one.value)}{note}")
    st.markdown("\n".join(lines))
