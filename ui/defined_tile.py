"""A figure as a tile, and behind it what it is made of: definition, parts, n, freshness, rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from ui.context import PageContext
from ui.customer_drawer import CustomerDrawer, CustomersRequest
from ui.formats import plain
from ui.glossary import fact_lines


@dataclass(frozen=True)
class Behind:
    """What every figure of a view rests on.

    Attributes
    ----------
    period, filters : str
        In words; filters empty without any.
    as_of, last_day : date
        Day at whose end things are seen, and the last day with news.
    drawer : CustomerDrawer
        Shows the rows of a figure.
    show : str
        Label of the button that opens it.
    """

    period: str
    filters: str
    as_of: date
    last_day: date
    drawer: CustomerDrawer
    show: str


@dataclass(frozen=True)
class DefinedFigure:
    """One figure, in words.

    Attributes
    ----------
    key : str
        Label; with ``_meaning`` and ``_formula`` behind it there are two more. ``metric.<name>``:
        those of the registry.
    value, note : str
        As shown, and what is said below.
    numerator, denominator, base, n, interval : str
        Behind it; empty where there is none.
    period : str
        Days that it is of; empty: those of the view.
    pick : object
        The rows behind it, as the drawer's loaders take them; None: nothing to show.
    """

    key: str
    value: str
    note: str = ""
    numerator: str = ""
    denominator: str = ""
    base: str = ""
    n: str = ""
    interval: str = ""
    period: str = ""
    pick: Any = None

    def label(self, part: str) -> str:
        """Return the key of the ``name``, ``meaning`` or ``formula``."""
        if self.key.startswith("metric."):
            return f"{self.key}.{part}"
        return self.key if part == "name" else f"{self.key}_{part}"


def tiles(
    ctx: PageContext, figures: list[DefinedFigure], behind: Behind, *, per_row: int = 5
) -> None:
    """Draw the figures side by side, in as few rows of about the same length as they fit in."""
    lines = -(-len(figures) // per_row)
    size = -(-len(figures) // lines) if lines else 1
    for first in range(0, len(figures), size):
        with st.container(horizontal=True, gap="small"):
            for figure in figures[first : first + size]:
                _tile(ctx, figure, behind)


def _tile(ctx: PageContext, figure: DefinedFigure, behind: Behind) -> None:
    name = figure.key.replace(".", "_")
    with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
        st.metric(ctx.t(figure.label("name")), figure.value)
        if figure.note:
            st.caption(plain(figure.note))  # money may be written with a dollar
        opened = st.popover(
            ctx.t("tile.define"), type="tertiary", icon=":material/info:", key=f"define_{name}",
            on_change="rerun",
        )  # fmt: skip
        if opened.open:  # what is behind it is made when it is open
            with opened:
                _define(ctx, figure, behind, name)


def _define(ctx: PageContext, figure: DefinedFigure, behind: Behind, name: str) -> None:
    t, f = ctx.t, ctx.formats
    st.markdown(f"**{t(figure.label('name'))}** — {t(figure.label('meaning'))}")
    facts = {
        "definition.formula": t(figure.label("formula")),
        "definition.value": figure.value,
        "definition.numerator": figure.numerator,
        "definition.denominator": figure.denominator,
        "definition.base": figure.base,
        "definition.n": figure.n,
        "definition.interval": figure.interval,
        "definition.period": figure.period or behind.period,
        "definition.filters": behind.filters or t("filter.none"),
        "pipeline.known_on": f.day(behind.as_of),
        "definition.watermark": f.day(behind.last_day),
        "definition.version": ctx.version,
    }
    st.markdown(fact_lines((t(key), value) for key, value in facts.items() if value))
    if figure.pick is not None:
        subject = t(figure.label("name"))
        st.button(
            t(behind.show), key=f"rows_{name}", icon=":material/table_rows:",
            on_click=_ask,
            args=(name, behind.drawer, request(ctx, behind, subject, figure.period, figure.pick)),
        )  # fmt: skip


def request(
    ctx: PageContext, behind: Behind, subject: str, period: str, pick: Any
) -> CustomersRequest:
    """Return the request for the rows behind a number; without a period, of that of the view."""
    known = ctx.t("pipeline.known_at", day=ctx.formats.day(behind.as_of))
    described = " · ".join(part for part in (period or behind.period, known) if part)
    return CustomersRequest(subject, described, behind.filters, pick)


def _ask(name: str, drawer: CustomerDrawer, asked: CustomersRequest) -> None:
    st.session_state[f"define_{name}"] = False
    drawer.ask(asked)
