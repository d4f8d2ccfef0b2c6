"""Tiles of the Value page, each with its definition behind it."""

import math
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
    """Return the total with its range; where a part of it was not tested, that is said."""
    f, t = ctx.formats, ctx.t
    value, contracts = totals["expected_value"] or 0.0, totals["contract_value"] or 0.0
    parts = {"orders": value - contracts, "contracts": contracts}
    widths = _widths(card)
    facts = [(t("value.total"), f.money(value))]
    facts += [
        (t(f"value.of_{name}"), _tested(ctx, part, widths[name])) for name, part in parts.items()
        if part
    ]  # fmt: skip
    if totals["expected_orders"]:
        facts.append((t("value.orders"), f.count(totals["expected_orders"])))
    held = {name: part for name, part in parts.items() if part}
    untested = [name for name in held if widths[name] is None]
    notes = [horizon_text(ctx, card)]
    if held and not untested:
        spread = math.hypot(*(part * (widths[name] or 0.0) for name, part in held.items()))
        low, high = f.money_compact(max(0.0, value - spread)), f.money_compact(value + spread)
        notes.insert(0, t("value.between", low=low, high=high))
    elif card is not None and len(untested) < len(held):
        notes.insert(
            0, t(f"value.untested_{untested[0]}", value=f.money_compact(held[untested[0]]))
        )
    return Tile("total", f.money_compact(value), t("filter.separator").join(notes), facts)


def _widths(card: dict[str, Any] | None) -> dict[str, float | None]:
    """Return how far the total of orders and that of contracts may be off, where tested."""
    if card is None or not card.get("is_of_everybody", True):
        return {"orders": None, "contracts": None}
    test = card["contracts"].get("test")
    return {"orders": card.get("half_width"), "contracts": test and test["half_width"]}


def _tested(ctx: PageContext, value: float, width: float | None) -> str:
    f = ctx.formats
    if width is None:
        return ctx.t("value.not_tested", value=f.money(value))
    low, high = (f.money_compact(max(0.0, value * (1 + sign * width))) for sign in (-1, 1))
    return ctx.t("value.tested", value=f.money(value), low=low, high=high)


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
