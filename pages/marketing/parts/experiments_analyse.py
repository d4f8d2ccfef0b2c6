"""The view 'analyse' of the page Experiments: sizes first, then what the arms differ by."""

from importlib import import_module

import streamlit as st

from analytics.sample_ratio import BROKEN_BELOW
from charts.experiments import effect_intervals
from ui import experiment_frames as frames
from ui import experiment_loaders as load
from ui import experiment_view as views
from ui import rows
from ui.campaigns import arm_name
from ui.choices import segmented
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.experiment_drawer import MEMBERS, ArmPick
from ui.experiment_view import Experiment
from ui.figures import draw, spec_of
from ui.formats import plain

LOOKS = ("segments", "before", "daily", "novelty", "balance")


def part(ctx: PageContext) -> None:
    """Draw the view."""
    tried = views.experiments(ctx)
    if tried.empty:
        st.info(ctx.t("experiments.no_data"), icon=":material/inbox:")
        return
    seen = views.chosen(ctx, tried)
    with st.container(border=True):
        _sizes(ctx, seen)
    if seen.problem:
        st.info(ctx.t(f"experiments.problem_{seen.problem}"), icon=":material/hourglass_empty:")
        return
    with st.container(border=True):
        _effects(ctx, seen)
    look = segmented(ctx, "look", LOOKS, "experiments.look")
    with st.container(border=True):
        import_module(f"pages.marketing.parts.experiments_{look}").part(ctx, seen)


def export(ctx: PageContext, seen: Experiment, table: object, name: str) -> None:
    """Offer a table of the experiment as a file."""
    stamp = rows.stamp_of(
        ctx, subject=ctx.t("page.experiments"), period=views.window_words(ctx, seen),
        filters=views.described(ctx, seen),
    )  # fmt: skip
    rows.download(ctx, table, name=name, stamp=stamp)  # type: ignore[arg-type]  # a frame


def _sizes(ctx: PageContext, seen: Experiment) -> None:
    t, f = ctx.t, ctx.formats
    st.subheader(t("experiments.sizes"), anchor=False, help=t("experiments.sizes_help"))
    p = frames.p_words(ctx, seen.ratio.p_value)
    plan, border = plain(frames.expected_words(ctx, seen)), f.number(BROKEN_BELOW, 3)
    if seen.is_blocked:
        arm = plain(arm_name(ctx, seen.ratio.farthest))
        st.error(t("experiments.broken", p=p, arm=arm, plan=plan), icon=":material/block:")
    elif not seen.ratio.is_checked:
        st.warning(t("experiments.unchecked", p=p), icon=":material/help:")
    else:
        fine = t("experiments.as_planned", p=p, plan=plan, border=border)
        st.success(fine, icon=":material/check_circle:")
    table = frames.sizes_shown(ctx, seen)
    rows.table(ctx, table, key="experiment_sizes", digits=0)
    notes = []
    if seen.without_arm:
        notes.append(t("experiments.without_arm", n=f.count(seen.without_arm)))
    twice = load.crossed(ctx.settings, ctx.version, ctx.scope, seen.campaign_id)
    if twice:
        notes.append(t("experiments.crossed", n=f.count(twice)))
    if notes:
        st.caption(" ".join(notes))
    export(ctx, seen, table, "experiment_sizes")


def _effects(ctx: PageContext, seen: Experiment) -> None:
    t = ctx.t
    st.subheader(t("experiments.effects"), anchor=False, help=t("experiments.effects_help"))
    effects = seen.effects()
    if seen.is_blocked:
        st.warning(t("experiments.blocked_note"), icon=":material/block:")
    figure = effect_intervals(
        frames.effect_rows(ctx, seen, effects), label=t(f"experiments.axis_{seen.kind}"),
        write=frames.axis_gap(ctx, seen), mode=ctx.theme,
    )  # fmt: skip
    draw(spec_of(figure), alt=t("experiments.effects_alt"), key="experiment_effects")
    table = frames.effects_shown(ctx, seen, effects)
    rows.table(ctx, table, key="experiment_effects_table")
    st.caption(frames.evidence_words(ctx, seen, len(effects)))
    if frames.is_delivery(seen):
        st.warning(t("experiments.delivery"), icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        for arm in seen.arms["arm"]:
            name = arm_name(ctx, arm)
            asked = CustomersRequest(
                name, views.window_words(ctx, seen), views.described(ctx, seen),
                ArmPick(*seen.key, arm),
            )  # fmt: skip
            st.button(
                t("experiments.show", arm=plain(name)), icon=":material/table_rows:",
                key=f"rows_{arm}", on_click=MEMBERS.ask, args=(asked,),
            )  # fmt: skip
    export(ctx, seen, frames.effects_file(effects, blocked=seen.is_blocked), "experiment_effects")
