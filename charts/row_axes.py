"""Axes and lines of charts with a row a person."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.theme import Palette
from charts.ticks import round_ticks

ROW, FRAME = 30, 76  # pixels: of a row, and of all that is not rows


def plain_line(x: Any, y: Any, name: str, colour: str, *, dash: str = "solid") -> go.Scatter:
    """Return a thin line that is not pointed at."""
    return go.Scatter(
        x=list(x), y=list(y), name=name, mode="lines", hoverinfo="skip",
        line={"color": colour, "width": 1.5, "dash": dash},
    )  # fmt: skip


def rule_line(
    *, colours: Palette, x: float | None = None, y: float | None = None
) -> dict[str, Any]:
    """Return a line across the plot, upright at ``x`` or level at ``y``."""
    at = (
        {"x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper"} if y is None
        else {"y0": y, "y1": y, "x0": 0, "x1": 1, "xref": "paper"}
    )  # fmt: skip
    return {"type": "line", "layer": "below", "line": {"color": colours.muted, "width": 1}, **at}


def value_axis(
    low: float, high: float, write: Callable[[float], str], colours: Palette, *, about: int = 4
) -> dict[str, Any]:
    """Return an axis of values with round ticks."""
    ticks = round_ticks(low, high or 1.0, about=about)
    reach = (ticks[-1] - ticks[0]) or 1.0
    return {
        "tickmode": "array", "tickvals": ticks, "ticktext": [write(tick) for tick in ticks],
        "range": [ticks[0] - 0.02 * reach, ticks[-1] + 0.03 * reach], "showgrid": True,
        "gridcolor": colours.grid,
    }  # fmt: skip


def in_two_lines(name: str, most: int) -> str:
    """Return a name that is wider than ``most`` letters broken at the space next to its middle.

    Chinese characters are two letters wide.

    Examples
    --------
    >>> in_two_lines("积分提醒 Points reminder 2026", 18)
    '积分提醒 Points<br>reminder 2026'
    """
    wide = [0]
    for letter in name:
        wide.append(wide[-1] + (2 if letter > "\u2e7f" else 1))
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    if wide[-1] <= most or not spaces:
        return name
    place = min(spaces, key=lambda one: abs(2 * wide[one] - wide[-1]))
    return f"{name[:place]}<br>{name[place + 1 :]}"


def name_axis(names: pd.Series, *, most: int = 0) -> dict[str, Any]:
    """Return an axis with a name a row, the first on top; longer than ``most``: in two lines."""
    told = [in_two_lines(name, most) if most else name for name in names]
    return {
        "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": told,
        "range": [len(names) - 0.4, -0.6], "showgrid": False, "zeroline": False,
    }  # fmt: skip
