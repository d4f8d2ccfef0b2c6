"""What is behind a tile of the Value page: what it is, of how many, as of when, by which model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ui import loaders
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.glossary import fact_lines

Totals = dict[str, float | None]


@dataclass(frozen=True)
class Tile:
    """A number: its name, what is written, what is written below it, and facts of its own."""

    name: str
    value: str
    note: str
    facts: Sequence[tuple[str, str]] = ()


def define(ctx: PageContext, one: Tile, totals: Totals, card: dict[str, Any] | None) -> None:
    """Draw the button with the definition: what, n, as of, model, filter."""
    opened = st.popover(
        ctx.t("tile.define"),
        type="tertiary",
        icon=":material/info:",
        key=f"define_value_{one.name}",
        on_change="rerun",
    )
    if not opened.open:
        return
    t, horizon = ctx.t, loaders.horizon(ctx.settings, ctx.version)
    as_of = ctx.formats.day(horizon.watermark) if horizon else NOT_DEFINED
    facts = [
        *one.facts,
        (t("definition.n"), ctx.formats.count(totals["valued"])),
        (t("value.as_of"), as_of),
        (t("definition.version"), ctx.version),
        (t("definition.filters"), t("filter.none" if ctx.scope.is_everything else "value.own")),
    ]
    if card and card["chosen"]:
        facts.insert(0, (t("value.model"), t(f"code.value_kind.{card['chosen']}")))
    with opened:
        st.markdown(t(f"value.{one.name}_help"))
        st.markdown(fact_lines(facts))
