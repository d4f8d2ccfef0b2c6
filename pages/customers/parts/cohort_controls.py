"""What the Retention page shows: units, counting, measure, split, filters. All in the address."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from ui import urls
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.filters import MISSING
from ui.retention_view import AGES, FILTERS, KINDS, MEASURES, SPLITS, UNITS, View
from ui.segment_filter import segment_words

_PREFIX = "cohort_filter_"


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
            _filters(ctx, view, offered)


def described(ctx: PageContext, view: View) -> str:
    """Return the filters in words; empty without any."""
    segment = segment_words(ctx) if view.among else ""
    named = [
        ctx.t(
            "filter.described",
            dimension=ctx.t(f"dimension.{name}"),
            values=ctx.t("filter.separator").join(value_label(ctx, name, v) for v in values),
        )
        for name, values in view.where
    ]
    return ctx.t("filter.joiner").join([segment, *named] if segment else named)


def _word(ctx: PageContext, name: str, value: str) -> str:
    return ctx.t(f"retention.{name}_{value}")


def _option(ctx: PageContext, name: str, value: str) -> str:
    if name == "ages":
        return ctx.t("retention.ages_all") if value == "all" else ctx.t("retention.ages_n", n=value)
    return ctx.t("retention.split_none") if value == "none" else ctx.t(f"dimension.{value}")


def _filters(ctx: PageContext, view: View, offered: Mapping[str, Sequence[str]]) -> None:
    chosen = dict(view.where)
    label = ctx.t("filter.more_active", n=len(chosen)) if chosen else ctx.t("filter.more")
    with st.popover(label, icon=":material/filter_alt:"):
        for name, values in offered.items():
            kept = [MISSING if value is None else value for value in chosen.get(name, ())]
            st.session_state[_PREFIX + name] = kept
            st.multiselect(
                ctx.t(f"dimension.{name}"),
                values,
                format_func=partial(value_label, ctx, name),
                key=_PREFIX + name,
                on_change=_apply,
                args=(tuple(offered),),
                placeholder=ctx.t("filter.all"),
                select_all=False,
            )
        st.caption(ctx.t("filter.link_note"))
    if chosen:
        st.button(
            ctx.t("filter.reset"),
            key="cohort_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=urls.write,
            args=({},),
            kwargs={"clears": FILTERS},
        )


def _apply(names: tuple[str, ...]) -> None:
    chosen = {name: list(st.session_state[_PREFIX + name]) for name in names}
    urls.write({name: kept for name, kept in chosen.items() if kept}, clears=FILTERS)
