"""What if money moves from one channel to another?"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analytics.budget_moves import move
from ui import budget_answers as told
from ui import budget_view as view
from ui import urls
from ui.context import PageContext
from ui.formats import plain

_BOXES = {"more": "success", "less": "error", "cannot_tell": "info", "refused": "warning"}


def part(ctx: PageContext, able: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw the choice and its answer; it takes two channels with a curve."""
    t = ctx.t
    st.subheader(t("budget.move"), anchor=False, help=t("budget.move_help"))
    if len(able) < 2:
        st.info(t("budget.move_takes_two"), icon=":material/block:")
        return
    names = list(able)
    curves = {name: told.curve_of(said) for name, said in able.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        source = _channel(ctx, view.SOURCE, names, names[0])
        target = _channel(ctx, view.TARGET, names, names[1])
        asked = view.amount(round(curves[source].spent_now / 10, 2))
        st.session_state[view.AMOUNT] = asked
        st.number_input(
            t("budget.amount", currency=ctx.formats.currency), 0.0, view.MOST, key=view.AMOUNT,
            on_change=_write, format="%.10g", width=220, help=t("budget.amount_help"),
        )  # fmt: skip
    found = move(curves[source], curves[target], asked)
    getattr(st, _BOXES[found.verdict])(
        view.moved(ctx, found, source, target), icon=":material/swap_horiz:"
    )
    warning = view.observed(ctx, able, source, target)
    if warning and found.verdict != "refused":
        st.warning(plain(warning), icon=":material/warning:")


def _channel(ctx: PageContext, name: str, options: list[str], default: str) -> str:
    chosen = urls.choice(name, options, default=default)
    st.selectbox(
        ctx.t(f"budget.{name}"), options, format_func=lambda one: view.name_of(ctx, one),
        key=name, on_change=urls.write_choice, args=(name,), width=200, filter_mode=None,
    )  # fmt: skip
    return chosen


def _write() -> None:
    urls.write({view.AMOUNT: [f"{st.session_state[view.AMOUNT]:.12g}"]})
