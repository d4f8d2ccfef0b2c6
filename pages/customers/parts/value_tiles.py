"""Tiles of the Value page, each with its definition behind it."""

from typing import Any

import streamlit as st

from pages.customers.parts.value_definition import Tile, Totals, define
from ui.context import PageContext
from ui.formats import NOT_DEFINED


def tiles(ctx: PageContext, totals: Totals, card: dict[str, Any] | None) -> None:
    """Draw the tiles: total value, share of the top tenth, customers with a value, basis."""
    with st.container(horizontal=True, gap="small"):
        for one in (
            _total(ctx, totals, card),
            _top(ctx, totals),
            _valued(ctx, totals),
            _basis(ctx, card),
        ):
            with st.container(
                border=True, key=f"value_{one.name}", gap="xxsmall", height="stretch"
            ):
                st.metric(ctx.t(f"value.{one.name}"), one.value)
                if one.note:
                    st.caption(one.note)
                define(ctx, one, totals, card)


def horizon_text(ctx: PageContext, card: dict[str, Any] | None) -> str:
    """Return the horizon and the discount rate in words; empty where the rules are not known."""
    if card is None:
        return ""
    rules = card["rules"]
    return ctx.t(
        "value.horizon_note",
        days=ctx.formats.count(rules["horizon_days"]),
        rate=ctx.formats.share(rules["yearly_discount_rate"]),
    )


def _total(ctx: PageContext, totals: Totals, card: dict[str, Any] | None) -> Tile:
    f, value = ctx.formats, totals["expected_value"] or 0.0
    width = card.get("half_width") if card else None
    facts = [(ctx.t("value.total"), f.money(value))]
    note = horizon_text(ctx, card)
    if width is not None:
        spread = width * value  # contracts were not in the test; no less is known to be unsure
        low, high = f.money_compact(max(0.0, value - spread)), f.money_compact(value + spread)
        note = ctx.t("value.between", low=low, high=high) + ctx.t("filter.separator") + note
    if totals["contract_value"]:
        facts.append((ctx.t("value.of_contracts"), f.money(totals["contract_value"])))
    if totals["expected_orders"]:
        facts.append((ctx.t("value.orders"), f.count(totals["expected_orders"])))
    return Tile("total", f.money_compact(value), note, facts)


def _top(ctx: PageContext, totals: Totals) -> Tile:
    value, top = totals["expected_value"] or 0.0, totals["top_value"] or 0.0
    share = ctx.formats.share(top / value) if value > 0 else NOT_DEFINED
    note = ctx.t("value.top_note", n=ctx.formats.count(totals["top_customers"]))
    return Tile("top", share, note, [(ctx.t("value.top_value"), ctx.formats.money(top))])


def _valued(ctx: PageContext, totals: Totals) -> Tile:
    f = ctx.formats
    note = ctx.t("value.valued_note", n=f.count(totals["customers"]))
    held = [(ctx.t("value.under_contract"), f.count(totals["under_contract"]))]
    return Tile("valued", f.count_compact(totals["valued"]), note, held)


def _basis(ctx: PageContext, card: dict[str, Any] | None) -> Tile:
    if card is None:
        return Tile("basis", NOT_DEFINED, ctx.t("value.basis_hidden"))
    share = card["cost_share"]
    known = ctx.t("value.cost_known", share=ctx.formats.share(share))
    facts: list[tuple[str, str]] = [
        (
            ctx.t("value.cost_needed"),
            ctx.formats.share(card["rules"]["min_cost_share"]),
        )
    ]
    if card["margin_rate"] is not None:
        facts.append((ctx.t("value.margin_rate"), ctx.formats.share(card["margin_rate"])))
    return Tile("basis", ctx.t(f"value.basis_{card['basis']}"), known, facts)
