"""What the Retention page shows: units, counting, measure, split, filters. All in the address."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from ui import urls
from ui.attribute_filters import attribute_filters
from ui.context import PageContext
from ui.retention_view import AGES, FILTERS, KINDS, MEASURES, SPLITS, UNITS, View


def controls(ctx: PageContext, view: View, offered: Mapping[str, Sequence[str]]) -> None:
    """Draw the choices; each writes itself into the address."""
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        shown: dict[str, Sequence[str]] = {"unit": UNITS, "measure": MEASURES, "kind": KINDS}
        if view.measure != "customers":
            del shown["kind"]
        for name, options in shown.items():
            st.segmented_control(
                t(f"retention.{name}"),
                options,
                format_func=partial(_word, ctx, name),
                key=name,
                required=True,
                help=t(f"retention.{name}_help"),
                on_change=urls.write_choice,
                args=(name,),
            )
        for name, options in (("split", SPLITS), ("ages", AGES)):
            st.selectbox(
                t(f"retention.{name}"),
                options,
                format_func=partial(_option, ctx, name),
                key=name,
                help=t(f"retention.{name}_help"),
                on_change=urls.write_choice,
                args=(name,),
                width=190,
                filter_mode=None,
            )
        if offered:
            attribute_filters(ctx, view.where, offered, names=FILTERS)


def _word(ctx: PageContext, name: str, value: str) -> str:
    return ctx.t(f"retention.{name}_{value}")


def _option(ctx: PageContext, name: str, value: str) -> str:
    if name == "ages":
        return ctx.t("retention.ages_all") if value == "all" else ctx.t("retention.ages_n", n=value)
    return ctx.t("retention.split_none") if value == "none" else ctx.t(f"dimension.{value}")
