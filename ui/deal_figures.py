"""A figure of the pipeline as a tile, and behind it all that it is made of."""

from dataclasses import dataclass

import streamlit as st

from ui import deal_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomersRequest
from ui.deal_drawer import DEALS
from ui.deal_view import DealView, filters_text
from ui.formats import is_missing, plain
from ui.glossary import fact_lines


@dataclass(frozen=True)
class DealFigure:
    """One figure, in words.

    Attributes
    ----------
    name : str
        Labels ``pipeline.<name>``, ``…_meaning`` and ``…_formula``.
    value : str
        As it is shown.
    note : str
        What is said below it.
    numerator, denominator, n, interval : str
        Behind it; empty where there is none.
    period : str
        Days that it is of; empty: the day of the view.
    pick : DealPick or None
        The deals behind it.
    """

    name: str
    value: str
    note: str = ""
    numerator: str = ""
    denominator: str = ""
    n: str = ""
    interval: str = ""
    period: str = ""
    pick: load.DealPick | None = None


def tile(ctx: PageContext, view: DealView, figure: DealFigure) -> None:
    """Draw the tile with its definition behind a button."""
    with st.container(border=True, key=f"tile_{figure.name}", gap="xxsmall", height="stretch"):
        st.metric(ctx.t(f"pipeline.{figure.name}"), figure.value)
        if figure.note:
            st.caption(plain(figure.note))  # money may be written with a dollar
        define(ctx, view, figure)


def define(ctx: PageContext, view: DealView, figure: DealFigure) -> None:
    """Draw the button; what is behind it is made when it is open."""
    opened = st.popover(
        ctx.t("tile.define"), type="tertiary", icon=":material/info:",
        key=f"define_{figure.name}", on_change="rerun",
    )  # fmt: skip
    if not opened.open:
        return
    t, f = ctx.t, ctx.formats
    with opened:
        meaning = t(f"pipeline.{figure.name}_meaning")
        st.markdown(f"**{t(f'pipeline.{figure.name}')}** — {meaning}")
        facts = {
            "definition.formula": t(f"pipeline.{figure.name}_formula"),
            "definition.value": figure.value,
            "definition.numerator": figure.numerator,
            "definition.denominator": figure.denominator,
            "definition.n": figure.n,
            "definition.interval": figure.interval,
            "definition.period": figure.period or f.day(view.as_of),
            "definition.filters": filters_text(ctx, view),
            "pipeline.known_on": f.day(view.as_of),
            "definition.watermark": f.day(view.last),
            "definition.version": ctx.version,
        }
        st.markdown(fact_lines((t(key), value) for key, value in facts.items() if value))
        if figure.pick is not None:
            st.button(
                t("pipeline.show_deals"),
                key=f"rows_{figure.name}",
                icon=":material/table_rows:",
                on_click=_ask,
                args=(figure.name, request(ctx, view, t(f"pipeline.{figure.name}"),
                                           figure.period, figure.pick)),
            )  # fmt: skip


def request(
    ctx: PageContext, view: DealView, subject: str, period: str, pick: load.DealPick
) -> CustomersRequest:
    """Return the request for the deals behind a figure."""
    known = ctx.t("pipeline.known_at", day=ctx.formats.day(view.as_of))
    described = " · ".join(part for part in (period, known) if part)
    return CustomersRequest(subject, described, filters_text(ctx, view), pick)


def share_between(ctx: PageContext, share: float, low: float, high: float) -> str:
    """Return a share with its interval; without one where there is none."""
    f = ctx.formats
    if is_missing(share):
        return ctx.t("pipeline.not_told")
    if is_missing(low) or is_missing(high):
        return f.share(share)
    return ctx.t("pipeline.between", value=f.share(share), low=f.share(low), high=f.share(high))


def _ask(name: str, asked: CustomersRequest) -> None:
    st.session_state[f"define_{name}"] = False
    DEALS.ask(asked)
