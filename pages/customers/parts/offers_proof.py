"""Whether offers can be believed: every method in the test."""

from typing import Any

import pandas as pd
import streamlit as st

from charts.offers import recall_by_method
from ui import offer_loaders as load
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of

_COLUMNS = (
    "method", "recall_10_before", "recall_5", "recall_10", "recall_20", "hit_5", "hit_10", "hit_20",
    "mrr", "ndcg_10", "coverage",
)  # fmt: skip


def render(ctx: PageContext) -> None:
    """Draw every method in the test, and whom the test could not know."""
    card = load.proof(ctx.settings, ctx.version, ctx.scope)
    if card is None or not card["results"]:
        _about(ctx, card)
        return
    st.subheader(ctx.t("offers.methods"), anchor=False, help=ctx.t("offers.methods_help"))
    methods = _methods(ctx, card)
    figure = recall_by_method(methods, write=ctx.formats.share, mode=ctx.theme)
    draw(spec_of(figure), alt=ctx.t("offers.methods_alt"), key="offers_methods")
    st.caption(ctx.t("offers.methods_legend"))
    table = pd.DataFrame(card["results"])[list(_COLUMNS)]
    if card["chosen_on"] is None:
        table = table.drop(columns="recall_10_before")
    table["method"] = [ctx.t(f"offers.method_{name}") for name in table["method"]]
    table = table.rename(columns={"method": "offer_method", "coverage": "catalogue_coverage"})
    rows.table(ctx, table, key="offers_methods_table", digits=3)
    _about(ctx, card)


def _about(ctx: PageContext, card: dict[str, Any] | None) -> None:
    """Say what was counted, and what no method could know."""
    if card is None:
        return
    f, tested = ctx.formats, card["tested"]
    lines = []
    if card["results"]:
        lines += [
            ctx.t("offers.tested", n=f.count(tested["customers"]), of=f.count(tested["eligible"])),
            ctx.t(
                "offers.unknown",
                newcomers=f.count(tested["without_history"]),
                repeats=f.count(tested["repeats_only"]),
                products=f.count(tested["unknown_products"]),
                bought=f.count(tested["new_products"]),
            ),
        ]
    part = "offers.counted_part" if card["is_sample"] else "offers.counted_all"
    lines += [
        ctx.t(part, n=f.count(card["customers_counted"]), products=f.count(card["products"])),
        ctx.t("offers.out_of_sale", days=f.count(card["out_of_sale_days"])),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _methods(ctx: PageContext, card: dict[str, Any]) -> pd.DataFrame:
    f, found = ctx.formats, pd.DataFrame(card["results"])
    popular = found["method"].str.startswith("popular")
    labels = [ctx.t(f"offers.method_{name}") for name in found["method"]]
    hovers = [
        ctx.t("offers.hover", method=label, value=f.share(v), low=f.share(low), high=f.share(high))
        for label, v, low, high in zip(
            labels, found["recall_10"], found["low"], found["high"], strict=True
        )
    ]
    return pd.DataFrame(
        {
            "label": labels, "value": found["recall_10"], "low": found["low"],
            "high": found["high"], "hover": hovers, "is_used": found["method"] == card["used"],
            "is_popular": popular,
        }
    )  # fmt: skip
