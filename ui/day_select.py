"""A day in the address, chosen by year, month and day: Streamlit's calendar knows no Chinese."""

import calendar
from datetime import date

import streamlit as st

from ui import urls
from ui.context import PageContext

_PARTS = ("year", "month", "day")


def day_asked(name: str, default: date, *, first: date, last: date) -> date:
    """Return the day that the address gives, within [first, last]; the default where it is none."""
    text = st.query_params.get(name, "")
    try:
        asked = date.fromisoformat(text) if len(text) == 10 and text.isascii() else default
    except ValueError:
        asked = default
    return min(max(asked, first), last)


def day_select(ctx: PageContext, name: str, day: date, *, first: date, last: date) -> None:
    """Draw three selects that write the day into the parameter ``name`` of the address."""
    options = {
        "year": list(range(first.year, last.year + 1)),
        "month": list(range(1, 13)),
        "day": list(range(1, calendar.monthrange(day.year, day.month)[1] + 1)),
    }
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for part in _PARTS:
            st.session_state[f"{name}_{part}"] = getattr(day, part)
            st.selectbox(
                ctx.t(f"day.{name}_{part}"),
                options[part],
                key=f"{name}_{part}",
                on_change=_apply,
                args=(name, first, last),
                width=104,
                filter_mode=None,
            )


def _apply(name: str, first: date, last: date) -> None:
    year, month, day = (st.session_state[f"{name}_{part}"] for part in _PARTS)
    asked = date(year, month, min(day, calendar.monthrange(year, month)[1]))
    urls.write({name: [min(max(asked, first), last).isoformat()]})
