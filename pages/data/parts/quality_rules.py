"""The view 'rules' of the page Quality: what the company itself says must not be."""

import json

import streamlit as st

from ui import quality_actions as act
from ui import quality_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.errors import guarded
from ui.formats import plain
from ui.navigation import link
from ui.quality_view import MATCHING
from ui.segment_filter import segments_by_id
from ui.segment_words import described


def part(ctx: PageContext) -> None:
    """Draw the rules and the form for another one."""
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("quality.rules_title"), anchor=False, help=t("quality.rules_help"))
        found = act.rules(ctx)
        if not found:
            st.caption(t("quality.rules_none"))
        for rule in found:
            _rule(ctx, rule)
        guarded(t, _form)(ctx)


def _rule(ctx: PageContext, rule: act.QualityRule) -> None:
    t, f = ctx.t, ctx.formats
    n = load.matching(ctx.settings, ctx.version, ctx.scope, rule.definition)
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{plain(rule.name)}** — {t('quality.rule_found', n=f.count(n))}")
            made = t(
                "quality.rule_made", who=plain(rule.created_by), when=f.instant(rule.created_at)
            )
            st.caption(f"{described(ctx, json.loads(rule.definition))} · {made}")
        with st.container(horizontal=True, width="content"):
            request = CustomersRequest(rule.name, "", "", rule.definition)
            st.button(
                t("quality.rule_show"), key=f"rule_rows_{rule.rule_id}", disabled=not n,
                icon=":material/table_rows:", on_click=MATCHING.ask, args=(request,),
            )  # fmt: skip
            st.button(
                t("quality.rule_remove"), key=f"rule_remove_{rule.rule_id}", type="tertiary",
                icon=":material/delete:", on_click=guarded(t, act.remove), args=(ctx, rule),
            )  # fmt: skip


def _form(ctx: PageContext) -> None:
    t = ctx.t
    segments = segments_by_id(ctx)
    if not segments:
        st.caption(t("quality.rules_need_segment"))
        link("segments", t("quality.rules_to_segments"), icon=":material/groups:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(
            t("quality.rule_name"), key="quality_rule_name", width=320, max_chars=80,
            placeholder=t("quality.rule_name_hint"),
        )  # fmt: skip
        chosen = st.selectbox(
            t("quality.rule_conditions"), list(segments), key="quality_rule_segment", width=320,
            format_func=lambda one: segments[one].name,
        )  # fmt: skip
        st.button(
            t("quality.rule_add"), key="quality_rule_add", icon=":material/add:",
            disabled=not name.strip(), on_click=guarded(t, act.add),
            args=(ctx, name, segments[chosen].among),
        )  # fmt: skip
    st.caption(t("quality.rules_follow"))
