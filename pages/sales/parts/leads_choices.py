"""In how many days a lead is to convert, and by what conversion is told; in the address."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ui import urls
from ui.context import PageContext
from ui.lead_view import DAYS, GROUPS

_OPTIONS = {"days": sorted(DAYS, key=int), "by": list(GROUPS)}


def choices(ctx: PageContext, names: Sequence[str]) -> None:
    """Draw a select for each name: ``days``, ``by``."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for name in names:
            st.selectbox(
                ctx.t(f"leads.{name}"),
                _OPTIONS[name],
                format_func=partial(_word, ctx),
                key=name,
                on_change=urls.write_choice,
                args=(name,),
                width=210,
                filter_mode=None,
            )


def _word(ctx: PageContext, option: str) -> str:
    return ctx.t("leads.n_days", n=option) if option.isdigit() else ctx.t(f"leads.by_{option}")
