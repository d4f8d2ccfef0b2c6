"""Whether offers can be believed, in a sentence and four numbers."""

from datetime import date
from typing import Any

import streamlit as st

from ui import offer_loaders as load
from ui.context import PageContext


def summary(ctx: PageContext) -> None:
    """Say in a sentence whether neighbours beat popularity, with the numbers."""
    card = load.proof(ctx.settings, ctx.version, ctx.scope)
    if card is None:
        st.caption(ctx.t("offers.proof_for_all"))
        return
    icon = ":material/check_circle:" if card["verdict"] == "better" else ":material/info:"
    box = st.success if card["verdict"] == "better" else st.info
    box(_sentence(ctx, card), icon=icon)
    if card["verdict"] == "cannot_tell":
        return
    f, by_name = ctx.formats, {row["method"]: row for row in card["results"]}
    ours, popular = by_name[card["by_neighbours"]], by_name[card["popular"]]
    values = {
        "recall": f.share(ours["recall_10"]),
        "popular": f.share(popular["recall_10"]),
        "difference": _points(ctx, card["difference"]),
        "tested": f.count(card["tested"]["customers"]),
    }
    with st.container(horizontal=True, gap="small"):
        for name, value in values.items():
            with st.container(border=True, key=f"tile_offers_{name}"):
                st.metric(
                    ctx.t(f"offers.tile_{name}"), value, help=ctx.t(f"offers.tile_{name}_help")
                )
    st.caption(
        ctx.t(
            "offers.interval",
            low=f.points(card["low"]),
            high=f.points(card["high"]),
            split=day(ctx, card["tested_on"]["split_on"]),
            until=day(ctx, card["tested_on"]["until_on"]),
        )
    )


def _sentence(ctx: PageContext, card: dict[str, Any]) -> str:
    verdict, f = card["verdict"], ctx.formats
    if verdict == "cannot_tell":
        why = "few" if card["tested_on"] else "short"
        tested = card["tested"]["customers"] or 0
        return ctx.t(f"offers.cannot_tell_{why}", n=f.count(tested))
    by_name = {row["method"]: row for row in card["results"]}
    used = ctx.t("offers.used_popular" if _is_popular(card) else "offers.used_neighbours")
    said = ctx.t(
        f"offers.{verdict}",
        ours=f.share(by_name[card["by_neighbours"]]["recall_10"]),
        popular=f.share(by_name[card["popular"]]["recall_10"]),
        n=f.count(card["tested"]["customers"]),
    )
    return said if verdict == "better" else said + used


def _points(ctx: PageContext, share: float) -> str:
    """Return points without their unit, which the label has: it is long in some languages."""
    return ctx.formats.change(share).removesuffix("%")


def _is_popular(card: dict[str, Any]) -> bool:
    return bool(card["used"] == card["popular"])


def day(ctx: PageContext, iso: str) -> str:
    """Return a day of a card as the viewer writes it."""
    return ctx.formats.day(date.fromisoformat(iso))
