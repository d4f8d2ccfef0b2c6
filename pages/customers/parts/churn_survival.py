"""The view 'survival' of the Churn page: how long contracts last, and what they end of."""

from functools import partial

import streamlit as st

from analytics.contract_lifetimes import LEAST_ENDED, MOST_CURVES
from pages.customers.parts import survival_curves, survival_hazard, survival_reasons
from ui import churn_loaders, loaders, urls
from ui.attribute_filters import attribute_filters
from ui.churn_view import FILTERS, current_rules, kept_filters, offered_filters
from ui.context import PageContext
from ui.segment_filter import segment_picker, segments_by_id
from ui.survival_view import (
    BY,
    SAVED,
    SEGMENTS,
    Lasted,
    SurvivalView,
    last_day_of_contracts,
    lasted,
    read_segments,
    splits,
    write_segments,
)

_SPLIT_NAMES = {
    "none": "survival.no_split",
    SAVED: "survival.by_saved",
    "product": "survival.by_product",
    "rfm_segment": "survival.by_rfm",
}


def render(ctx: PageContext) -> None:
    """Draw the view."""
    t = ctx.t
    last_day = last_day_of_contracts(ctx)
    if last_day is None:
        st.info(t("survival.no_contracts"), icon=":material/inbox:")
        return
    view = _controls(ctx)
    found = lasted(ctx, view, last_day)
    if found is None:
        st.info(t("survival.choose_segments"), icon=":material/group_add:")
        return
    _definition(ctx, view, found)
    lifetimes = found.lifetimes
    if not lifetimes.spells:
        st.info(t("survival.nobody"), icon=":material/inbox:")
        return
    if lifetimes.curves.without_group == lifetimes.spells:
        st.info(t("survival.nobody_in_a_group"), icon=":material/inbox:")
        return
    if not lifetimes.is_enough:
        n = {"n": ctx.formats.count(lifetimes.spells), "ended": ctx.formats.count(lifetimes.ended)}
        least = ctx.formats.count(LEAST_ENDED)
        st.info(t("survival.too_few", least=least, **n), icon=":material/hourglass_empty:")
        return
    with st.container(border=True):
        survival_curves.part(ctx, found, view)
    with st.container(border=True):
        survival_hazard.part(ctx, found, view)
    with st.container(border=True):
        survival_reasons.part(ctx, found, view)


def _controls(ctx: PageContext) -> SurvivalView:
    known = segments_by_id(ctx)
    by = urls.choice(BY, splits(known))
    among = segment_picker(ctx, known) if by != SAVED else ""
    offered = offered_filters(loaders.offered(ctx.settings, ctx.version, ctx.scope))
    where = kept_filters(offered)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            ctx.t("survival.by"),
            splits(known),
            format_func=partial(_split_name, ctx),
            key=BY,
            on_change=urls.write_choice,
            args=(BY,),
            width=260,
            filter_mode=None,
        )
        if offered:
            attribute_filters(ctx, where, offered, names=FILTERS)
    segments = read_segments(known) if by == SAVED else ()
    if by == SAVED:
        st.multiselect(
            ctx.t("survival.segments"),
            list(known),
            format_func=lambda key: known[key].name,
            key=SEGMENTS,
            max_selections=MOST_CURVES,
            placeholder=ctx.t("survival.choose"),
            select_all=False,
            on_change=write_segments,
        )
    return SurvivalView(by, segments, where, among)


def _definition(ctx: PageContext, view: SurvivalView, found: Lasted) -> None:
    t, f = ctx.t, ctx.formats
    lines = [f"**{t('survival.lasts')}** {t('survival.definition', day=f.day(found.last_day))}"]
    if found.known_from is not None and found.lifetimes.late:
        n = f.count(found.lifetimes.late)
        lines.append(t("survival.late", month=f.month(found.known_from), n=n))
    st.markdown(" ".join(lines))
    rules = current_rules(ctx)
    holders = churn_loaders.holders(ctx.settings, ctx.version, ctx.scope)
    if rules.definition(*holders) == "silence":
        st.caption(t("survival.not_silence"))
    if view.by in ("rfm_segment", SAVED):
        st.caption(t("survival.today"), help=t("survival.today_help"))


def _split_name(ctx: PageContext, name: str) -> str:
    return ctx.t(_SPLIT_NAMES.get(name, f"dimension.{name}"))
