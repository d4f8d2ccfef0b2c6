"""A figure as a tile, and behind it what it is: definition, parts, n, freshness."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import streamlit as st

from ui.context import PageContext
from ui.glossary import fact_lines

_PER_ROW = 5


@dataclass(frozen=True)
class Behind:
    """What every figure of a view rests on: period, filters in words, last known day."""

    period: str
    filters: str
    last_day: date


@dataclass(frozen=True)
class DefinedFigure:
    """One figure, in words.

    Attributes
    ----------
    key : str
        Label; with ``_meaning`` and ``_formula`` behind it there are two more.
    value, note : str
        As shown, and what is said below.
    facts : mapping of str to str
        Label -> value, of what is behind it: ``definition.n`` and the like.
    """

    key: str
    value: str
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def tiles(ctx: PageContext, figures: list[DefinedFigure], behind: Behind) -> None:
    """Draw the figures side by side, in as few rows of about the same length as they fit in."""
    lines = -(-len(figures) // _PER_ROW)
    size = -(-len(figures) // lines) if lines else 1
    for first in range(0, len(figures), size):
        with st.container(horizontal=True, gap="small"):
            for figure in figures[first : first + size]:
                _tile(ctx, figure, behind)


def _tile(ctx: PageContext, figure: DefinedFigure, behind: Behind) -> None:
    t, name = ctx.t, figure.key.replace(".", "_")
    with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
        st.metric(t(figure.key), figure.value)
        if figure.note:
            st.caption(figure.note)
        opened = st.popover(
            t("tile.define"), type="tertiary", icon=":material/info:", key=f"define_{name}",
            on_change="rerun",
        )  # fmt: skip
        if not opened.open:
            return
        with opened:
            st.markdown(f"**{t(figure.key)}** — {t(f'{figure.key}_meaning')}")
            facts = {
                "definition.formula": t(f"{figure.key}_formula"),
                "definition.value": figure.value,
                **figure.facts,
                "definition.period": behind.period,
                "definition.filters": behind.filters or t("filter.none"),
                "definition.watermark": ctx.formats.day(behind.last_day),
                "definition.version": ctx.version,
            }
            st.markdown(fact_lines((t(key), value) for key, value in facts.items() if value))
