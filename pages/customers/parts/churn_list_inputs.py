"""What a decision rests on, all of it in the address: kind, cost, margin, save rate, capacity."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.customers.parts.paging import PAGE
from ui import churn_list_view as view
from ui import urls
from ui.churn_list_view import Asked
from ui.context import PageContext
from ui.formats import plain


def kind(ctx: PageContext, known: Sequence[str], chosen: str, terms: dict[str, Any]) -> None:
    """Draw the choice of the kind of leaving, and say what its probability is of."""
    if len(known) > 1:
        st.segmented_control(
            ctx.t("churn.definition"),
            known,
            format_func=lambda name: ctx.t(f"churn.by_{name}"),
            key=view.KIND,
            required=True,
            help=ctx.t("churn_list.kind_help"),
            on_change=_write_kind,
        )
    days = ctx.formats.count(terms["horizon_days"])
    st.caption(ctx.t(f"churn_list.is_{chosen}", days=days))


def part(ctx: PageContext, asked: Asked) -> None:
    """Draw the inputs; each writes itself into the address."""
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _number(view.COST, t("churn_list.cost", currency=ctx.formats.currency), asked.cost,
                view.MOST_COST, t("churn_list.cost_help"))  # fmt: skip
        _number(view.MARGIN, t("churn_list.margin"), asked.margin * 100, 100.0,
                t("churn_list.margin_help"))  # fmt: skip
        if asked.measured is not None:
            st.segmented_control(
                t("churn_list.rate"),
                view.RATES,
                format_func=lambda name: t(f"churn_list.rate_{name}"),
                key=view.RATE,
                required=True,
                on_change=_write_rate,
            )
        if asked.is_guess:
            _number(view.SAVE, t("churn_list.save"), asked.save * 100, 100.0,
                    t("churn_list.save_help"))  # fmt: skip
        st.session_state[view.CAPACITY] = asked.capacity
        st.number_input(
            t("churn_list.capacity"), 1, view.MOST_CAPACITY, None, step=10, key=view.CAPACITY,
            placeholder=t("churn_list.no_limit"), help=t("churn_list.capacity_help"),
            on_change=_write, args=(view.CAPACITY,), width=170,
        )  # fmt: skip
    for line in _said(ctx, asked):
        st.caption(line)


def _said(ctx: PageContext, asked: Asked) -> list[str]:
    """Say where the margin and the save rate come from."""
    t, f = ctx.t, ctx.formats
    lines = []
    if asked.is_cost_guessed:
        lines.append(t("churn_list.cost_guess", cost=plain(f.money(asked.cost))))
    if asked.known_margin is None:
        lines.append(t("churn_list.margin_unknown"))
    if asked.is_guess:
        lines.append(t("churn_list.guess", rate=f.share_short(asked.save)))
    if asked.measured is not None:
        rate = asked.measured.rate
        named = (
            t("churn_list.list_of", name=plain(name), who=plain(who))
            for name, who in asked.measured.lists
        )
        lines.append(
            t("churn_list.measured", rate=f.share(rate.value), low=f.share(rate.low),
              high=f.share(rate.high), lists=t("filter.joiner").join(named))
        )  # fmt: skip
    return lines


def _number(name: str, label: str, value: float, most: float, help_: str) -> None:
    st.session_state[name] = float(value)
    st.number_input(
        label, 0.0, float(most), key=name, help=help_, on_change=_write, args=(name,), width=190,
        format="%.10g", step=1.0,
    )  # fmt: skip


def _write(name: str) -> None:
    value = st.session_state[name]
    urls.write({} if value is None else {name: [f"{value:.12g}"]}, clears=(name, PAGE))


def _write_kind() -> None:
    urls.write({view.KIND: [st.session_state[view.KIND]]}, clears=(PAGE,))


def _write_rate() -> None:
    urls.write({view.RATE: [st.session_state[view.RATE]]}, clears=(PAGE,))
