"""What the company says of its stages where the deals say something else."""

from functools import partial
from typing import Any

import streamlit as st

from pages.customers.parts.rules_form import rules_form
from ui import deal_loaders as load
from ui import rule_actions
from ui.context import PageContext
from ui.deal_frames import stage_name, stages_of
from ui.deal_view import ALL, DealView
from ui.formats import is_missing
from ui.frames import records
from ui.translations import value_name

RULES = "pipeline_stages"
LEARNED = "learned"
OUTCOMES = (LEARNED, "open", "won", "lost")
CATEGORIES = (LEARNED, "commit", "best", "pipeline", "omitted")


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the form in an expander."""
    t = ctx.t
    with st.expander(t("stages.rules"), icon=":material/tune:", key="stages_rules_box"):
        st.caption(t("stages.rules_note"))
        if view.pipeline == ALL:
            st.info(t("pipeline.choose_one"), icon=":material/filter_alt:")
            return
        stages = stages_of(view, load.stages(ctx.settings, ctx.version, ctx.scope))
        stored = (rule_actions.stored(ctx, RULES) or {}).get("stages", [])
        rules_form(ctx, RULES, partial(_draw, ctx, records(stages), stored))


def _draw(
    ctx: PageContext, stages: list[dict[str, Any]], stored: list[dict[str, Any]]
) -> dict[str, Any]:
    pipeline = None if is_missing(stages[0]["pipeline"]) else str(stages[0]["pipeline"])
    own = {rule["stage"]: rule for rule in stored if rule["pipeline"] == pipeline}
    found = [rule for rule in stored if rule["pipeline"] != pipeline]
    for stage in stages:
        rule = own.get(stage["stage"], {})
        entered = _row(ctx, stage, rule, len(stages))
        if any(value is not None for value in entered.values()):
            found.append({"pipeline": pipeline, "stage": stage["stage"], **entered})
    return {"stages": found}


def _row(
    ctx: PageContext, stage: dict[str, Any], rule: dict[str, Any], places: int
) -> dict[str, Any]:
    """Draw the fields of a stage; return what was entered, None where it is as learned."""
    t, number = ctx.t, int(stage["stage_no"])
    learned = int(stage["learned_position"])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        position = st.selectbox(
            t("stages.position_of", stage=stage_name(ctx, stage["stage"])),
            [LEARNED, *range(1, places + 1)],
            index=int(rule.get("position") or 0) if (rule.get("position") or 0) <= places else 0,
            format_func=lambda one: (
                t("stages.learned_n", n=learned) if one == LEARNED else str(one)
            ),
            key=f"stage_position_{number}", width=230, filter_mode=None,
        )  # fmt: skip
        outcome = st.selectbox(
            t("stages.outcome"), OUTCOMES, index=OUTCOMES.index(rule.get("outcome") or LEARNED),
            format_func=lambda one: _choice(ctx, "outcome", one, stage["outcome"],
                                            is_set=bool(rule.get("outcome"))),
            key=f"stage_outcome_{number}", width=210, filter_mode=None,
        )  # fmt: skip
        category = st.selectbox(
            t("stages.category"), CATEGORIES,
            index=CATEGORIES.index(rule.get("category") or LEARNED),
            format_func=lambda one: _choice(ctx, "forecast_category", one, stage["category"],
                                            is_set=bool(rule.get("category"))),
            key=f"stage_category_{number}", width=210, filter_mode=None,
        )  # fmt: skip
    entered = {"position": position, "outcome": outcome, "category": category}
    return {name: None if value == LEARNED else value for name, value in entered.items()}


def _choice(ctx: PageContext, field: str, one: str, found: object, *, is_set: bool) -> str:
    """Return an option in words; as learned, with what that is where nothing else was set."""
    if one != LEARNED:
        return ctx.t("stages.open") if one == "open" else value_name(ctx.t, field, one)
    if is_set:
        return ctx.t("stages.learned")
    value = ctx.t("stages.open") if field == "outcome" and is_missing(found) else (
        ctx.t("stages.unknown") if is_missing(found) else value_name(ctx.t, field, found)
    )  # fmt: skip
    return ctx.t("stages.learned_value", value=value)
