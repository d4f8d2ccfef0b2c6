"""Which series a refresh forecasts and keeps, and gives notice of when a period leaves its band."""

from typing import Any

import streamlit as st

from analytics.forecast_rules import FREQUENCIES, MOST, RULES, kept_series
from pages.customers.parts.rules_form import rules_form
from ui import rule_actions
from ui.context import PageContext
from ui.forecast_choices import metrics_known

_BETWEEN = ":"


def part(ctx: PageContext) -> None:
    """Draw the form."""
    t = ctx.t
    kept = [_BETWEEN.join(one) for one in kept_series(rule_actions.stored(ctx, RULES))]
    offered = [f"{m}{_BETWEEN}{every}" for m in metrics_known(ctx) for every in FREQUENCIES]

    def name(one: str) -> str:
        metric, every = one.split(_BETWEEN)
        return t(
            "forecast.kept_one",
            metric=t(f"metric.{metric}.name"),
            frequency=t(f"forecast.frequency_{every}"),
        )

    def draw() -> dict[str, Any]:
        chosen = st.multiselect(
            t("forecast.kept"), list(dict.fromkeys([*kept, *offered])), default=kept,
            format_func=name, max_selections=MOST, key="forecast_kept",
            help=t("forecast.kept_help"), placeholder=t("forecast.kept_none"),
        )  # fmt: skip
        return {"series": [one.split(_BETWEEN) for one in chosen]}

    with st.expander(t("forecast.kept_title"), icon=":material/tune:", key="forecast_kept_box"):
        rules_form(ctx, RULES, draw)
