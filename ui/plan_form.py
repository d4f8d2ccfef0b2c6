"""Numbers of a form that stay in the address."""

import streamlit as st

from ui import urls
from ui.context import PageContext


def number(
    ctx: PageContext, name: str, label: str, default: float, *, least: float, most: float,
    step: float = 1.0, digits: int = 2,
) -> float:  # fmt: skip
    """Draw a field for the parameter ``name`` and return its value; the default where it is none.

    Labels: ``label`` and ``<label>_help``.
    """
    try:
        asked = float(st.query_params.get(name, ""))
    except ValueError:
        asked = default
    value = min(max(asked, least), most) if asked == asked else default
    key = f"plan_{name}"
    st.session_state[key] = float(round(value, digits))
    st.number_input(
        ctx.t(label), float(least), float(most), step=float(step), format=f"%.{digits}f",
        key=key, width=210, help=ctx.t(f"{label}_help"), on_change=_write, args=(name, key),
    )  # fmt: skip
    return round(value, digits)


def _write(name: str, key: str) -> None:
    urls.write({name: [f"{float(st.session_state[key]):g}"]})
