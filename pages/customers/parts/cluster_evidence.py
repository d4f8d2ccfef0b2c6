"""How far clusters can be trusted: stability, and whether they say more than RFM."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from charts.clusters import stability
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of

_LOOKS = {
    "better": (st.success, ":material/check_circle:"),
    "no_better": (st.warning, ":material/balance:"),
    "worse": (st.warning, ":material/trending_down:"),
}


def verdict(ctx: PageContext, card: dict[str, Any]) -> None:
    """Say in a sentence or two what the clusters are worth."""
    t, f = ctx.t, ctx.formats
    held = card["against_rfm"] or {}
    look, icon = _LOOKS.get(card["verdict"], (st.info, ":material/info:"))
    chosen = [one for one in card["stability"] if one["is_chosen"]]
    best = max((one["agreement"] for one in card["stability"]), default=None)
    sentence = t(
        f"clusters.verdict_{card['verdict']}",
        k=f.count(card["k"]),
        n=f.count(card["customers"]),
        least=f.count(card["least_customers"]),
        agreement=f.number(chosen[0]["agreement"] if chosen else best),
        needed=f.number(card["least_agreement"]),
        explained=f.share(held.get("explained")),
        explained_rfm=f.share(held.get("explained_other")),
        low=f.points(held.get("low")),
        high=f.points(held.get("high")),
    )
    if card["is_continuum"]:
        chance = f.number(card["chance_agreement"])
        sentence += " " + t("clusters.continuum", chance=chance)
    look(sentence, icon=icon)


def stability_part(ctx: PageContext, card: dict[str, Any]) -> None:
    """Draw agreement by number of clusters, and the same as a table."""
    t, f = ctx.t, ctx.formats
    found = pd.DataFrame(card["stability"])
    names = {name: t(f"clusters.method_{name}") for name in ("kmeans", "mixture")}
    found["hover"] = [
        t(
            "clusters.stability_hover",
            method=names[row["method"]],
            k=f.count(row["k"]),
            agreement=f.number(row["agreement"]),
            low=f.number(row["low"]),
            high=f.number(row["high"]),
        )
        for row in card["stability"]
    ]
    st.subheader(t("clusters.stability"), anchor=False, help=t("clusters.stability_help"))
    figure = stability(
        found,
        names=names,
        chosen=t("clusters.chosen"),
        axis=t("clusters.axis"),
        least=card["least_agreement"],
        mode=ctx.theme,
    )
    draw(spec_of(figure), alt=t("clusters.stability_alt"), key="cluster_stability")
    table = pd.DataFrame(
        {
            "cluster_method": [names[method] for method in found["method"]],
            "cluster_count": found["k"].astype("int64"),
            "agreement": found["agreement"],
            "agreement_low": found["low"],
            "agreement_high": found["high"],
            "smallest_share": [f.share(share) for share in found["smallest_share"]],
            "cluster_taken": [t("clusters.taken") if one else "" for one in found["is_chosen"]],
        }
    )
    with st.expander(t("clusters.stability_table")):
        rows.table(ctx, table, key="cluster_stability_table")


def against_rfm(ctx: PageContext, card: dict[str, Any]) -> None:
    """Show what clusters and RFM, made of an earlier day's data, said of the time since."""
    held = card["against_rfm"]
    if held is None or held["verdict"] == "not_tested":
        return
    t, f = ctx.t, ctx.formats
    st.subheader(t("clusters.against_rfm"), anchor=False, help=t("clusters.against_rfm_help"))
    cut = f.day(date.fromisoformat(held["cut_on"]))
    st.caption(
        t(
            "clusters.held_out",
            cut=cut,
            n=f.count(held["customers"]),
            buyers=f.count(held["buyers"]),
        )
    )
    table = pd.DataFrame(
        {
            "cluster_grouping": [t("clusters.clusters"), t("clusters.rfm", k=f.count(card["k"]))],
            "cluster_explained": [f.share(held[name]) for name in ("explained", "explained_other")],
            "cluster_auc": [held["auc"], held["auc_other"]],
        }
    )
    rows.table(ctx, table, key="cluster_against_rfm", digits=3)


def method(ctx: PageContext, card: dict[str, Any]) -> None:
    """Say what went in and how."""
    names = [ctx.t(f"portrait.feature.{name}") for name in card["features"]]
    listed = ctx.t("portrait.joiner").join(names)
    left_out = ctx.formats.count(card["customers_without_orders"])
    st.caption(ctx.t("clusters.method", features=listed, left_out=left_out))
