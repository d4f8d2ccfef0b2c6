"""The view 'lifecycle' of the Segments page: stages now, month by month, and their proof."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics.lifecycle_rules import STAGES, LifecycleRules, rules_from
from pages.customers.parts.group_list import group_list, nobody_scored
from pages.customers.parts.lifecycle_proof import proof_part
from pages.customers.parts.lifecycle_rules_form import in_words, rules_part
from pages.customers.parts.table_export import table_export
from ui import figures, loaders, rows, urls
from ui import segment_figures as figs
from ui import segment_map_loaders as load
from ui import segment_matrices as matrices
from ui.context import PageContext
from ui.formats import is_missing
from ui.rule_actions import stored
from ui.scored_drawer import SCORED
from ui.segment_filter import segment_picker, segment_words
from ui.translations import value_name


def render(ctx: PageContext) -> None:
    """Draw the view."""
    if not ctx.version or loaders.horizon(ctx.settings, ctx.version) is None:
        st.info(ctx.t("scores.no_orders"), icon=":material/inbox:")
        return
    among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope, among)
    now = load.stages_now(*key)
    if now.empty:
        nobody_scored(ctx, among)
        return
    card = loaders.card(*key[:3], "lifecycle")
    rules = rules_from(card["rules"] if card else stored(ctx, "lifecycle"))
    _tiles(ctx, now)
    _rules(ctx, card, rules)
    _flow(ctx, among)
    if card is not None:
        proof_part(ctx, card["proof"], among)
    st.subheader(ctx.t("groups.title"), anchor=False)
    found = set(now["stage"])
    group_list(ctx, among, "stage", tuple(stage for stage in STAGES if stage in found))
    SCORED.show_asked(ctx)


def _tiles(ctx: PageContext, now: pd.DataFrame) -> None:
    sizes = dict(zip(now["stage"], now["customers"], strict=True))
    values = dict(zip(now["stage"], now["net_amount"], strict=True))
    total = int(now["customers"].sum())
    for first in range(0, len(STAGES), 3):
        with st.container(horizontal=True, gap="small"):
            for stage in STAGES[first : first + 3]:
                n = int(sizes.get(stage, 0))
                with st.container(border=True, key=f"tile_stage_{stage}", gap="xxsmall"):
                    st.metric(
                        value_name(ctx.t, figs.STAGE_WORDS, stage),
                        ctx.formats.count_compact(n),
                        help=ctx.t(f"lifecycle.{stage}_help"),
                    )
                    share, value = ctx.formats.share(n / total), values.get(stage)
                    if is_missing(value):
                        st.caption(share)
                        continue
                    money = ctx.formats.money_compact(value)
                    st.caption(ctx.t("lifecycle.tile", share=share, value=money))


def _rules(ctx: PageContext, card: dict[str, Any] | None, rules: LifecycleRules) -> None:
    with st.expander(ctx.t("lifecycle.rules"), icon=":material/tune:"):
        st.markdown("\n".join(f"- {line}" for line in in_words(ctx, card, rules)))
        st.caption(ctx.t("lifecycle.formula"))
        rules_part(ctx, stored(ctx, "lifecycle"))
    if card is not None and card["typical_gap_days"] is None:
        st.info(ctx.t("lifecycle.no_rhythm"), icon=":material/help:")


def _flow(ctx: PageContext, among: str) -> None:
    st.subheader(ctx.t("lifecycle.flow"), anchor=False, help=ctx.t("lifecycle.flow_help"))
    moves = load.stage_moves(ctx.settings, ctx.version, ctx.scope, among)
    days = load.history_days(ctx.settings, ctx.version)
    if moves.empty:
        st.info(ctx.t("lifecycle.no_flow"))
        return
    spec = figs.stages_spec(ctx, figs.stage_sizes(moves), days[-1])
    figures.draw(spec, alt=ctx.t("lifecycle.flow_alt"), key="stage_sizes")
    seen = {day.date() for day in moves["to_on"]}
    names = tuple(day.isoformat() for day in reversed(days) if day in seen)
    chosen = urls.choice("step", names)
    st.selectbox(
        ctx.t("lifecycle.step"),
        names,
        format_func=lambda day: ctx.formats.day(date.fromisoformat(day)),
        key="step",
        on_change=urls.write_choice,
        args=("step",),
        width=220,
    )
    to_on = next(day for day in days if day.isoformat() == chosen)
    matrices.draw(
        ctx,
        matrices.stage_moves(ctx, moves, to_on),
        key="stage_moves",
        titles=(ctx.t("lifecycle.before"), ctx.t("lifecycle.after")),
        alt=ctx.t("lifecycle.moves_alt"),
        among=among,
    )
    with st.expander(ctx.t("lifecycle.as_table"), icon=":material/table:"):
        named = figs.named_steps(ctx, moves)
        step = named[named["to_on"] == pd.Timestamp(to_on)].drop(columns=["from_on", "to_on"])
        rows.table(ctx, step, key="stage_step")
        table_export(
            ctx, named, name="stage_flows", subject=ctx.t("lifecycle.flow"),
            filters=segment_words(ctx),
        )  # fmt: skip
