"""A choice among a few, shown as one control and kept in the address."""

from collections.abc import Sequence

import streamlit as st

from ui import urls
from ui.context import PageContext


def segmented(
    ctx: PageContext, name: str, options: Sequence[str], labels: str, *, default: str = ""
) -> str:
    """Draw the control for the parameter ``name`` and return what is chosen.

    Labels: ``<labels>`` for the control, ``<labels>_<option>`` for each option. ``default`` is
    chosen where the address says nothing; else the first.
    """
    chosen = urls.choice(name, options, default=default)
    st.segmented_control(
        ctx.t(labels),
        options,
        format_func=lambda one: ctx.t(f"{labels}_{one}"),
        key=name,
        required=True,
        label_visibility="collapsed",
        on_change=urls.write_choice,
        args=(name,),
    )
    return chosen


def selected(ctx: PageContext, name: str, options: Sequence[str], labels: str) -> str:
    """Draw a select for the parameter ``name`` and return what is chosen; labels as above."""
    chosen = urls.choice(name, options)
    st.selectbox(
        ctx.t(labels), options, format_func=lambda one: ctx.t(f"{labels}_{one}"), key=name,
        on_change=urls.write_choice, args=(name,), width=300, filter_mode=None,
    )  # fmt: skip
    return chosen


def named_select(
    ctx: PageContext, name: str, options: Sequence[str], label: str, names: str, *,
    default: str = "",
) -> str:  # fmt: skip
    """Draw a select for the parameter ``name`` and return what is chosen.

    ``label`` is the label's key, ``names`` that of an option, with ``{}`` for the option.
    ``default`` is chosen where the address says nothing; else the first.
    """
    chosen = urls.choice(name, options, default=default)
    st.selectbox(
        ctx.t(label), options, format_func=lambda one: ctx.t(names.format(one)), key=name,
        on_change=urls.write_choice, args=(name,), width=270, filter_mode=None,
    )  # fmt: skip
    return chosen
