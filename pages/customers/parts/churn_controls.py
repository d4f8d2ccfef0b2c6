"""What the rates of churn show: definition and filters, in the address; the definition in words."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from ui import urls
from ui.churn_view import FILTERS, Seen, View
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.filters import MISSING
from ui.segment_filter import segment_words

_PREFIX, _DEFINITION = "churn_filter_", "churn"


def controls(ctx: PageContext, view: View, offered: Mapping[str, Sequence[str]]) -> None:
    """Draw the choices; each writes itself into the address."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(view.offered) > 1:
            st.segmented_control(
                ctx.t("churn.definition"),
                view.offered,
                format_func=lambda name: ctx.t(f"churn.by_{name}"),
                key=_DEFINITION,
                required=True,
                help=ctx.t("churn.definition_help"),
                on_change=urls.write_choice,
                args=(_DEFINITION,),
            )
        if offered:
            _filters(ctx, view, offered)


def definition(ctx: PageContext, view: View, found: Seen) -> None:
    """Say what counts as lost, where that comes from, and how months are counted."""
    days = ctx.formats.count(found.days)
    lines = [f"**{ctx.t('churn.lost_is')}** {ctx.t(f'churn.is_{view.definition}', days=days)}"]
    if view.definition != view.in_force:
        lines.append(ctx.t("churn.not_in_force", other=ctx.t(f"churn.by_{view.in_force}")))
    elif found.rules.kind == "as_found":
        lines.append(ctx.t(f"churn.found_{view.definition}"))
    else:
        lines.append(ctx.t("churn.set"))
    if view.definition == "silence":
        set_by = "proposed" if found.rules.silence_days is None else "days_set"
        lines.append(ctx.t(f"churn.{set_by}", days=days))
    lines.append(ctx.t("churn.clock", day=ctx.formats.day(found.last_day)))
    st.markdown(" ".join(lines))


def described(ctx: PageContext, view: View) -> str:
    """Return the filters in words; empty without any."""
    named = [
        ctx.t(
            "filter.described",
            dimension=ctx.t(f"dimension.{name}"),
            values=ctx.t("filter.separator").join(value_label(ctx, name, v) for v in values),
        )
        for name, values in view.where
    ]
    segment = [segment_words(ctx)] if view.among else []
    return ctx.t("filter.joiner").join([*segment, *named])


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
            key="churn_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=urls.write,
            args=({},),
            kwargs={"clears": FILTERS},
        )


def _apply(names: tuple[str, ...]) -> None:
    chosen = {name: list(st.session_state[_PREFIX + name]) for name in names}
    urls.write({name: kept for name, kept in chosen.items() if kept}, clears=FILTERS)
