"""What the rates of churn show: definition and filters, in the address; the definition in words."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui import urls
from ui.attribute_filters import attribute_filters
from ui.churn_view import FILTERS, Seen, View
from ui.context import PageContext

_DEFINITION = "churn"


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
            attribute_filters(ctx, view.where, offered, names=FILTERS)


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
    if view.definition == "contract" and found.known_from is not None and found.is_cut:
        lines.append(ctx.t("churn.known_from", month=ctx.formats.month(found.known_from)))
    st.markdown(" ".join(lines))
