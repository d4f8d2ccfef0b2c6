"""The day at whose end a page sees things, in the address: as they were known then."""

from datetime import date

import streamlit as st

from ui import urls
from ui.context import PageContext
from ui.day_select import day_asked, day_select

AS_OF = "as_of"


def as_of_asked(first: date, last: date) -> date:
    """Return the day that the address gives, within the days known; else the last."""
    return day_asked(AS_OF, last, first=first, last=last)


def as_of_choice(ctx: PageContext, as_of: date, first: date, last: date) -> None:
    """Draw the choice of the day."""
    key = "as_of_now" if as_of >= last else "as_of_day"
    label = ctx.t(f"pipeline.{key}", day=ctx.formats.day(as_of))
    with st.popover(label, icon=":material/history:"):
        st.caption(ctx.t("pipeline.as_of_help", day=ctx.formats.day(last)))
        day_select(ctx, AS_OF, as_of, first=first, last=last)
        st.button(
            ctx.t("pipeline.as_of_reset"),
            key="as_of_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=as_of >= last,
            on_click=urls.write,
            args=({},),
            kwargs={"clears": (AS_OF,)},
        )
