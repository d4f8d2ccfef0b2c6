"""Charts of cohorts: a table with colours, and curves by age. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout, translucent
from charts.ticks import round_ticks

ROW_HEIGHT, _FRAME = 24, 64
_MOST_TICKS = 13
# Of the smallest value: still apart from a cell that is blank.
_GROUND: dict[Mode, str] = {"light": "#eaf3f9", "dark": "#16232f"}


@dataclass(frozen=True)
class CurveLabels:
    """Words of the axes in the viewer's language."""

    age: str
    value: str


def cohort_table(
    cells: pd.DataFrame, *, rows: list[str], age: str, mode: Mode = "light"
) -> go.Figure:
    """Draw a cohort a row, an age a column, each cell with its number.

    Parameters
    ----------
    cells : DataFrame
        One row per cell that can be observed: ``row`` (place in ``rows``), ``age``, ``value``
        (NaN: not known), ``text`` (number in the cell), ``hover``, ``is_complete`` (False: the
        unit is still running; drawn with a dashed border and without colour).
    rows : list of str
        Names of the cohorts from top to bottom.
    age : str
        Title of the columns.
    mode : str
        ``light`` or ``dark``.

    Returns
    -------
    Figure
        A heat map of the finished cells, then a trace of all cells to point at, whose
        ``customdata`` is hover text and row number in ``cells``. What has no row stays blank.
    """
    colours = PALETTES[mode]
    done = cells[cells["is_complete"] & cells["value"].notna()]
    ages = [int(a) for a in sorted(cells["age"].unique())]
    grid = done.pivot(index="row", columns="age", values="value")
    grid = grid.reindex(index=range(len(rows)), columns=ages)
    written = done.pivot(index="row", columns="age", values="text")
    written = written.reindex(index=range(len(rows)), columns=ages)
    heat = go.Heatmap(
        z=[[None if v != v else float(v) for v in line] for line in grid.to_numpy(dtype=float)],
        x=ages,
        y=list(range(len(rows))),
        text=[["" if t != t else t for t in line] for line in written.to_numpy(dtype=object)],
        texttemplate="%{text}",
        textfont={"size": 11},
        colorscale=[[0, _GROUND[mode]], [1, colours.main]],
        xgap=1,  # on a telephone a cell is as wide as its two digits
        ygap=1,
        showscale=False,
        hoverinfo="skip",
    )
    running = cells[~cells["is_complete"]]
    return go.Figure(
        data=[heat, _pointed_at(cells, colours)],
        layout=layout(
            mode,
            height=_FRAME + ROW_HEIGHT * len(rows),
            shapes=[
                _dashed(int(a), int(r), colours)
                for a, r in zip(running["age"], running["row"], strict=True)
            ],
            xaxis={
                "side": "top",
                "tickangle": 0,
                "title": axis_title(age, colours),
                "tickmode": "array",
                "tickvals": ages,
                "range": [min(ages, default=0) - 0.5, max(ages, default=0) + 0.5],
                "zeroline": False,
            },
            yaxis={
                "tickmode": "array",
                "tickvals": list(range(len(rows))),
                "ticktext": rows,
                "range": [len(rows) - 0.5, -0.5],
                "tickfont": {"size": 11, "color": colours.muted},
                "showgrid": False,
                "zeroline": False,
            },
        ),
    )


def curves(
    points: pd.DataFrame,
    *,
    labels: CurveLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw a line per series by age, with a band where there is an interval.

    Parameters
    ----------
    points : DataFrame
        In the order to be drawn: ``series`` (name in the legend), ``age``, ``value``, ``low``,
        ``high`` (NaN: no interval), ``hover``.
    labels : CurveLabels
        Titles of the axes.
    write : callable
        Writes an axis value.

    Returns
    -------
    Figure
        For each series its band (if any), then its line.
    """
    colours = PALETTES[mode]
    traces: list[go.Scatter] = []
    for place, (name, part) in enumerate(points.groupby("series", sort=False)):
        colour = colours.series[place % len(colours.series)]
        banded = part.dropna(subset=["low", "high"])
        if len(banded):
            traces.append(_band(banded, colour))
        traces.append(_line(part, str(name), colour))
    known = [0.0, *points[["value", "low", "high"]].stack().dropna().astype(float)]
    low, high = min(known), max(known)
    ticks = round_ticks(low, high)
    reach = (ticks[-1] - ticks[0]) or 1.0
    oldest = int(points["age"].max()) if len(points) else 1
    every = max(1, -(-(oldest + 1) // _MOST_TICKS))
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=len(points["series"].unique()) > 1,
            xaxis={
                "title": axis_title(labels.age, colours),
                "tickmode": "array",
                "tickvals": list(range(0, oldest + 1, every)),
            },
            yaxis={
                "title": axis_title(labels.value, colours),
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "range": [ticks[0] - 0.02 * reach, ticks[-1] + 0.04 * reach],
            },
        ),
    )


def _pointed_at(cells: pd.DataFrame, colours: Palette) -> go.Scatter:
    """Return a trace over all cells: heat maps cannot be clicked, and unfinished ones are text."""
    is_plain = cells["is_complete"] & cells["value"].notna()
    return go.Scatter(
        x=cells["age"].tolist(),
        y=cells["row"].tolist(),
        mode="markers+text",
        text=["" if plain else text for plain, text in zip(is_plain, cells["text"], strict=True)],
        textfont={"size": 11, "color": colours.muted},
        marker={"symbol": "square", "size": ROW_HEIGHT - 4, "opacity": 0},
        customdata=[[text, place] for place, text in enumerate(cells["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _dashed(age: int, row: int, colours: Palette) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": age - 0.46,
        "x1": age + 0.46,
        "y0": row - 0.42,
        "y1": row + 0.42,
        "line": {"color": colours.muted, "width": 1, "dash": "dot"},
    }


def _band(part: pd.DataFrame, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[*part["age"], *part["age"].iloc[::-1]],
        y=[*part["high"], *part["low"].iloc[::-1]],
        fill="toself",
        fillcolor=translucent(colour, 0.16),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        showlegend=False,
    )


def _line(part: pd.DataFrame, name: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=part["age"].tolist(),
        y=[None if value != value else value for value in part["value"].astype(float).tolist()],
        name=name,
        mode="lines+markers",
        line={"color": colour, "width": 2},
        marker={"size": 5},
        customdata=[[text] for text in part["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
