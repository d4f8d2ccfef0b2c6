"""Whether offers can be believed: which way is used, by what criterion, how it did."""

from datetime import date
from typing import Any

import streamlit as st

from ui import offer_loaders as load
from ui.context import PageContext


def summary(ctx: PageContext) -> None:
    """Say which way is used, by what criterion, and how it did against popularity."""
    card = load.proof(ctx.settings, ctx.version, ctx.scope)
    if card is None:
        st.caption(ctx.t("offers.proof_for_all"))
        return
    is_proven = card["verdict"] == "better"
    icon = ":material/check_circle:" if is_proven else ":material/info:"
    box = st.success if is_proven else st.info
    box("\n\n".join(_sentences(ctx, card)), icon=icon)
    if card["proof"] is None:
        return
    f, by_name = ctx.formats, {row["method"]: row for row in card["results"]}
    ours, popular = (by_name[card[one]]["recall_10"] for one in ("by_neighbours", "popular"))
    values = {
        "recall": f.share(ours),
        "popular": f.share(popular),
        "difference": f.points_between(ours, popular).removesuffix(f.points_unit),
        "tested": f.count(card["tested"]["customers"]),
    }
    with st.container(horizontal=True, gap="small"):
        for name, value in values.items():
            with st.container(border=True, key=f"tile_offers_{name}"):
                st.metric(
                    ctx.t(f"offers.tile_{name}"), value, help=ctx.t(f"offers.tile_{name}_help")
                )


def _sentences(ctx: PageContext, card: dict[str, Any]) -> list[str]:
    used = ctx.t(
        "offers.used_popular" if _is_popular(card) else "offers.used_neighbours",
        method=ctx.t(f"offers.method_{card['used']}"),
    )
    return [
        f"{_verdict(ctx, card)} {used}",
        " ".join([*_criterion(ctx, card), *_ahead(ctx, card)]),
    ]


def _verdict(ctx: PageContext, card: dict[str, Any]) -> str:
    verdict, f = card["verdict"], ctx.formats
    if verdict == "cannot_tell":
        why = "few" if card["tested_on"] else "short"
        return ctx.t(f"offers.cannot_tell_{why}", n=f.count(card["tested"]["customers"] or 0))
    by_name = {row["method"]: row for row in card["results"]}
    ours, popular = (by_name[card[one]]["recall_10"] for one in ("by_neighbours", "popular"))
    return ctx.t(
        f"offers.{verdict}",
        ours=f.share(ours),
        popular=f.share(popular),
        difference=f.points_between(ours, popular),
        low=f.points(card["proof"]["low"]),
        high=f.points(card["proof"]["high"]),
        n=f.count(card["tested"]["customers"]),
        split=day(ctx, card["tested_on"]["split_on"]),
        until=day(ctx, card["tested_on"]["until_on"]),
    )


def _criterion(ctx: PageContext, card: dict[str, Any]) -> list[str]:
    """Say how the way to use neighbours was chosen, and how clearly."""
    method, chosen = ctx.t(f"offers.method_{card['by_neighbours']}"), card["chosen_on"]
    if chosen is None:
        return [ctx.t("offers.not_chosen", method=method)]
    f, lead = ctx.formats, chosen["lead"]
    return [
        ctx.t(
            "offers.chosen",
            method=method,
            windows=f.count(chosen["windows"]),
            n=f.count(chosen["customers"]),
            split=day(ctx, chosen["split_on"]),
            until=day(ctx, chosen["until_on"]),
        ),
        ctx.t(
            "offers.lead" if lead["low"] > 0 else "offers.lead_by_chance",
            other=ctx.t(f"offers.method_{lead['method']}"),
            **_interval(ctx, lead),
        ),
    ]


def _ahead(ctx: PageContext, card: dict[str, Any]) -> list[str]:
    """Say whether another way did better in the test."""
    ahead = card["ahead"]
    if card["proof"] is None:
        return []
    if ahead is None:
        return [ctx.t("offers.best_in_test")]
    return [
        ctx.t(
            "offers.ahead" if ahead["low"] > 0 else "offers.ahead_by_chance",
            other=ctx.t(f"offers.method_{ahead['method']}"),
            **_interval(ctx, ahead),
        )
    ]


def _interval(ctx: PageContext, against: dict[str, Any]) -> dict[str, str]:
    return {name: ctx.formats.points(against[name]) for name in ("difference", "low", "high")}


def _is_popular(card: dict[str, Any]) -> bool:
    return bool(card["used"] == card["popular"])


def day(ctx: PageContext, iso: str) -> str:
    """Return a day of a card as the viewer writes it."""
    return ctx.formats.day(date.fromisoformat(iso))
