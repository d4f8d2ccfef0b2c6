"""Figures that are built once: a figure becomes a dictionary, is cached, and is drawn as it is.

``st.plotly_chart`` would validate a dictionary on every rerun (10 ms a figure, measured on plotly
7.1), and a pickled figure costs as much to read back. ``ReadyFigure`` says that this is done.
"""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from charts.theme import CONFIG

Spec = dict[str, Any]


class ReadyFigure(BaseFigure):  # type: ignore[misc]  # plotly is untyped
    """A figure that is known to be valid and is never changed."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def to_dict(self) -> Spec:
        """Return the figure as it was built."""
        return self._spec


def spec_of(figure: go.Figure) -> Spec:
    """Return a figure as the dictionary to be cached."""
    spec: Spec = figure.to_dict()
    return spec


def draw(spec: Spec, *, alt: str, key: str, on_click: Callable[[], None] | None = None) -> None:
    """Draw a figure; with ``on_click``, bars and points can be clicked (see ``clicked_row``)."""
    figure = ReadyFigure(spec)
    if on_click is None:
        st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
        return
    st.plotly_chart(
        figure, key=key, config=CONFIG, alt=alt, on_select=on_click, selection_mode="points"
    )


def clicked_row(key: str) -> int | None:
    """Return the row number (last of ``customdata``) of the point clicked in chart ``key``."""
    points = st.session_state.get(key, {}).get("selection", {}).get("points", [])
    if not points:
        return None
    data = points[0].get("customdata") or ()
    # Streamlit hands lists over as lists, and on some browsers as {"0": …, "1": …}.
    values = list(data.values()) if isinstance(data, dict) else list(data)
    return int(values[-1]) if values else None
