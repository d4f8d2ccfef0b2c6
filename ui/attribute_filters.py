"""Filters by attributes of the customer, for pages that name them in the address."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from crm_data.queries.cohorts import Where
from ui import urls
from ui.context import PageContext
from ui.filter_bar import filters_in_words, value_label
from ui.filters import MISSING
from ui.segment_filter import segment_words

Kept = Sequence[tuple[str, Sequence[str | None]]]


def attribute_filters(
    ctx: PageContext, where: Kept, offered: Mapping[str, Sequence[str]], *, names: tuple[str, ...]
) -> None:
    """Draw a select for each attribute offered, and a button that takes all choices back.

    Parameters
    ----------
    where : sequence of (name, values)
        What is chosen; None is a missing value.
    offered : mapping of str to sequence of str
        Values of each attribute that can be chosen.
    names : tuple of str
        Every attribute that the page filters by.
    """
    chosen = dict(where)
    label = ctx.t("filter.more_active", n=len(chosen)) if chosen else ctx.t("filter.more")
    with st.popover(label, icon=":material/filter_alt:"):
        for name, values in offered.items():
            kept = [MISSING if value is None else value for value in chosen.get(name, ())]
            st.session_state[_key(name)] = kept
            st.multiselect(
                ctx.t(f"dimension.{name}"),
                values,
                format_func=partial(value_label, ctx, name),
                key=_key(name),
                on_change=_apply,
                args=(tuple(offered), names),
                placeholder=ctx.t("filter.all"),
                select_all=False,
            )
        st.caption(ctx.t("filter.link_note"))
    if chosen:
        st.button(
            ctx.t("filter.reset"),
            key="attributes_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=urls.write,
            args=({},),
            kwargs={"clears": names},
        )


def values_offered(options: pd.DataFrame, names: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of each field that has two or more, in order, missing last.

    Parameters
    ----------
    options : DataFrame
        ``SALES_OPTIONS``: ``field``, ``value``.
    """
    values = {
        str(field): [MISSING if v is None or v != v else str(v) for v in part["value"]]
        for field, part in options.groupby("field")
    }
    return {
        name: sorted(v for v in values[name] if v != MISSING)
        + [MISSING] * (MISSING in values[name])
        for name in names
        if len(values.get(name, ())) > 1
    }


def where_asked(offered: Mapping[str, Sequence[str]]) -> Where:
    """Return the filters that the address names, of values that are offered."""
    query = urls.query()
    return tuple(
        (name, tuple(None if v == MISSING else v for v in kept))
        for name, found in offered.items()
        if (kept := [v for v in found if v in set(query.get(name, ()))])
    )


def described(ctx: PageContext, where: Kept, among: str) -> str:
    """Return the chosen segment and filters in words; empty without any."""
    segment = [segment_words(ctx)] if among else []
    return ctx.t("filter.joiner").join([*segment, *filters_in_words(ctx, where)])


def _key(name: str) -> str:
    return f"attribute_{name}"


def _apply(offered: tuple[str, ...], names: tuple[str, ...]) -> None:
    chosen = {name: list(st.session_state[_key(name)]) for name in offered}
    urls.write({name: kept for name, kept in chosen.items() if kept}, clears=names)
