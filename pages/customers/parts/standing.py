"""Where a customer stands: segment, stage, rhythm and expected value, as rules and models say."""

from typing import Any

import streamlit as st

from pages.customers.parts import leaving
from ui import customer_loaders as load
from ui import loaders, navigation, value_loaders
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.translations import customer_value_name


def part(ctx: PageContext, customer: dict[str, Any]) -> None:
    """Draw the facts, each with what it means; a sentence where nothing was scored."""
    t = ctx.t
    st.subheader(t("standing.title"), anchor=False)
    scores = load.scores(ctx.settings, ctx.version, ctx.scope, customer["customer_id"])
    if scores is None:
        st.caption(t("standing.not_scored"))
        return
    with st.container(horizontal=True, gap="medium"):
        for name, value in _facts(ctx, scores).items():
            with st.container(width=150, gap=None):
                st.caption(t(f"standing.{name}"), help=t(f"standing.{name}_help"))
                st.text(value)
    st.caption(_value_note(ctx, scores))
    leaving.part(ctx, scores)
    with st.container(horizontal=True, gap="small"):
        navigation.link("segments", t("page.segments"), icon=":material/groups:")
        navigation.link("value", t("page.value"), icon=":material/savings:")
        if ctx.scope.is_everything and scores["churn_kind"] is not None:
            label = t("page.churn_model")
            navigation.link(
                "churn_model", label, icon=":material/rule:", churn=scores["churn_kind"]
            )


def _facts(ctx: PageContext, scores: dict[str, Any]) -> dict[str, str]:
    f = ctx.formats
    marks = [scores[name] for name in ("r", "f", "m")]
    rfm = NOT_DEFINED if None in marks else " · ".join(f"{mark:.0f}" for mark in marks)
    low, high = (f.money_compact(scores[name]) for name in ("value_low", "value_high"))
    is_valued = scores["expected_value"] is not None
    stays = "p_alive" if scores["contract_kept"] is None else "contract_kept"
    return {
        "segment": _named(ctx, "rfm_segment", scores),
        "rfm": rfm,
        "stage": _named(ctx, "stage", scores),
        "rhythm": _with_unit(ctx, "standing.days", scores["rhythm_days"], 0),
        "silence": _with_unit(ctx, "standing.times", scores["silence"], 1),
        "value": f.money_compact(scores["expected_value"]),
        "value_range": f"{low} – {high}" if is_valued else NOT_DEFINED,
        "expected_orders": f.number(scores["expected_orders"], 1),
        stays: f.share(scores[stays], 0),
        "health": f.number(scores["health_score"], 0),
    }


def _with_unit(ctx: PageContext, key: str, value: float | None, digits: int) -> str:
    if value is None:
        return NOT_DEFINED
    return ctx.t(key, n=ctx.formats.number(value, digits))


def _named(ctx: PageContext, field: str, scores: dict[str, Any]) -> str:
    value = scores[field]
    return NOT_DEFINED if value is None else customer_value_name(ctx.t, field, value)


def _value_note(ctx: PageContext, scores: dict[str, Any]) -> str:
    """Say how the value was estimated, or that it was not."""
    horizon = loaders.horizon(ctx.settings, ctx.version)
    as_of = ctx.formats.day(horizon.watermark) if horizon else NOT_DEFINED
    kind = scores["value_kind"]
    if kind is None:
        return ctx.t("standing.kind_none")
    key = "standing.kind_contract" if kind.startswith("contract") else "standing.kind_model"
    said = ctx.t(key, as_of=as_of, model=customer_value_name(ctx.t, "value_kind", kind))
    terms = value_loaders.terms(ctx.settings, ctx.version, ctx.scope)
    if terms is None:
        return said
    on = ctx.t(
        "standing.terms",
        basis=ctx.t(f"standing.basis_{terms['basis']}"),
        days=ctx.formats.count(terms["horizon_days"]),
        rate=ctx.formats.share(terms["rate"]),
    )
    return f"{on} {said}"
