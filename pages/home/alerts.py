"""Alerts: which numbers left what was expected of them, and what is watched?"""

import streamlit as st

from pages.home.parts import alerts_form
from ui import alert_actions as act
from ui import alert_words as words
from ui.alert_list import show_due
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain
from ui.segment_filter import not_filtered


def render(ctx: PageContext) -> None:
    """Draw the page."""
    t, f = ctx.t, ctx.formats
    st.title(t("page.alerts"), anchor=False)
    not_filtered(ctx)
    if not ctx.scope.is_everything:
        st.info(t("alerts.not_yours"), icon=":material/lock:")
        return
    found = act.alerts(ctx)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("alerts.question"), width="stretch")
        st.button(
            t("alerts.check_now"), key="alerts_check", icon=":material/refresh:",
            on_click=guarded(t, act.check_now), args=(ctx,),
        )  # fmt: skip
    st.subheader(t("alerts.running"), anchor=False)
    if found.due:
        show_due(ctx, found, with_buttons=True)
    elif not found.is_checked(ctx.version):
        st.info(t("alerts.unchecked"), icon=":material/hourglass_empty:")
    else:
        st.success(t("alerts.none_due"), icon=":material/check_circle:")
    for rule, alert in found.quiet:
        state = "known" if alert.acknowledged_at else "snoozed" if alert.snoozed_until else "held"
        day = f.day(alert.snoozed_until) if alert.snoozed_until else ""
        st.caption(f"{words.reason(ctx, rule, alert)} — {t(f'alerts.is_{state}', day=day)}")
    st.subheader(t("alerts.rules"), anchor=False, help=t("alerts.rules_help"))
    for rule in found.rules:
        _rule(ctx, found, rule)
    share = f.share(words.CALM_ALARMS / words.CALM_PERIODS)
    calm = {"alarms": f.count(words.CALM_ALARMS), "periods": f.count(words.CALM_PERIODS)}
    st.caption(t("alerts.calm", share=share, **calm))
    alerts_form.part(ctx)


def _rule(ctx: PageContext, found: act.Alerts, rule: act.AlertRule) -> None:
    t = ctx.t
    state = found.states.get(rule.rule_id)
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{words.rule_words(ctx, rule)}**")
            told = [words.state_words(ctx, rule, state), words.past_words(ctx, state)]
            told += [words.quiet_words(ctx, rule)]
            told += [t("alerts.owned", owner=plain(rule.owner))] if rule.owner else []
            told += [t("alerts.standard")] if rule.is_standard else []
            st.caption(" · ".join(one for one in told if one))
            if rule.note:
                st.caption(plain(rule.note))
        with st.container(width="content"):
            st.button(
                t("alerts.remove"), key=f"alert_remove_{rule.rule_id}", icon=":material/delete:",
                type="tertiary", on_click=guarded(t, act.remove), args=(ctx, rule.rule_id),
            )  # fmt: skip
