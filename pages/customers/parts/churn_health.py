"""The health score by hand: how it did on past churn, what it is made of, and its weights."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.health_score import MOST_WEIGHT, NAMES, HealthRules
from pages.customers.parts.rules_form import rules_form
from ui import loaders, rows
from ui.context import PageContext
from ui.formats import is_missing

_DRAWN = {
    "worse_than_recency": (st.warning, ":material/trending_down:"),
    "tells_nothing": (st.warning, ":material/block:"),
    "no_better": (st.info, ":material/drag_handle:"),
    "better": (st.success, ":material/check_circle:"),
    "too_few": (st.info, ":material/hourglass_empty:"),
}


def part(ctx: PageContext, kind: str) -> None:
    """Draw the audit of a kind of leaving. Tests of a whole company are for who sees it all."""
    card = loaders.card(ctx.settings, ctx.version, ctx.scope, "health")
    if card is None:
        return
    t = ctx.t
    with st.container(border=True):
        st.subheader(t("health.title"), anchor=False, help=t("health.title_help"))
        audit = card["audits"].get(kind)
        if audit is None:
            st.info(t("health.says_too_few"), icon=":material/hourglass_empty:")
        else:
            _audit(ctx, audit)
        with st.expander(t("health.rules"), icon=":material/tune:", key="health_rules_box"):
            _parts(ctx, card)
            _form(ctx, HealthRules.from_stored(card["weights"]))


def _audit(ctx: PageContext, audit: dict[str, Any]) -> None:
    t, f = ctx.t, ctx.formats
    draw, icon = _DRAWN[audit["verdict"]]
    if audit["verdict"] == "too_few":
        draw(t("health.says_too_few"), icon=icon)
        return
    against = audit["against"]
    recency = against.get("recency")
    other = f.number(recency["auc"], 2) if recency else ""
    draw(
        t(
            f"health.says_{audit['verdict']}",
            auc=_interval(ctx, audit["auc"], audit["low"], audit["high"]),
            other=other,
        ),
        icon=icon,
    )
    table = [{"health_by": t("health.by_score"), "health_gap": None, "health_known": audit["n"],
              "health_auc": _interval(ctx, audit["auc"], audit["low"], audit["high"])}]  # fmt: skip
    table += [
        {
            "health_by": t(f"health.by_{name}"),
            "health_auc": _interval(ctx, one["auc"], one["low"], one["high"]),
            "health_gap": _interval(
                ctx, one["difference"], one["difference_low"], one["difference_high"]
            ),
            "health_known": one["known"],
        }
        for name, one in against.items()
    ]
    columns = ["health_by", "health_auc", "health_gap", "health_known"]
    rows.table(ctx, pd.DataFrame(table)[columns], key="health_audit")
    days = t("filter.joiner").join(f.day(pd.Timestamp(day)) for day in audit["dates"])
    st.caption(t("health.audit_note", n=f.count(audit["n"]), left=f.count(audit["churned"]),
                 days=days))  # fmt: skip


def _parts(ctx: PageContext, card: dict[str, Any]) -> None:
    """Say what the score is made of, and of how many parts scores are."""
    t, f = ctx.t, ctx.formats
    lines = [
        t("health.part", name=t(f"health.part_{one['name']}"), worst=f.number(one["worst"], 1),
          best=f.number(one["best"], 1))
        for one in card["parts"]
    ]  # fmt: skip
    st.markdown("\n".join(f"- {line}" for line in lines))
    counted = t("filter.joiner").join(
        t("health.from_parts", n=f.count(number), parts=parts)
        for parts, number in card["by_parts"].items()
    )
    st.caption(t("health.parts_note", counted=counted))


def _form(ctx: PageContext, rules: HealthRules) -> None:
    def draw() -> dict[str, Any]:
        stored = rules.as_stored()
        with st.container(horizontal=True, gap="small"):
            return {
                name: st.number_input(
                    ctx.t(f"health.weight_{name}"), 0.0, MOST_WEIGHT, stored[name], 1.0,
                    key=f"health_{name}", width=170, format="%.10g",
                )
                for name in NAMES
            }  # fmt: skip

    rules_form(ctx, "health", draw)


def _interval(ctx: PageContext, value: Any, low: Any, high: Any) -> str | None:
    if is_missing(value):
        return None
    f = ctx.formats
    written = f.number(value, 2)
    if is_missing(low):
        return written
    return ctx.t("health.between", value=written, low=f.number(low, 2), high=f.number(high, 2))
