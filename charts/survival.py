"""Charts of lifetimes: curves in steps, with the number at risk below; rates by age. No sums."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout, translucent
from charts.ticks import round_ticks

_PLOT, _GAP, _ROW = 300, 64, 20  # pixels


@dataclass(frozen=True)
class AgeLabels:
    """Titles of the axes in the viewer's language."""

    age: str
    value: str


def step_curves(
    points: pd.DataFrame,
    *,
    labels: AgeLabels,
    write: Callable[[float], str],
    ages: list[int],
    at_risk: pd.DataFrame | None = None,
    write_count: Callable[[float], str] = str,
    has_legend: bool | None = None,
    mode: Mode = "light",
) -> go.Figure:
    """Draw a curve per series that changes in steps, with its interval.

    Parameters
    ----------
    points : DataFrame
        In the order to be drawn: ``series`` (name in the legend), ``age`` in months, ``value``,
        ``low``, ``high`` (shares; NaN: no interval), ``hover``.
    labels : AgeLabels
        Titles of the axes.
    write, write_count : callable
        Writes an axis value, and a number at risk.
    ages : list of int
        Ticks of the age.
    at_risk : DataFrame, optional
        Numbers to be written below: ``series``, ``age``, ``at_risk``; series in the same order.
    has_legend : bool, optional
        By default where there is more than one series.

    Returns
    -------
    Figure
        For each series two edges of the band (if any) and the line; then a trace of the numbers
        at risk per series, a row each, told by the colour of the square before it.
    """
    colours = PALETTES[mode]
    traces: list[go.Scatter] = []
    names = list(dict.fromkeys(points["series"]))
    for place, name in enumerate(names):
        part, colour = points[points["series"] == name], _colour(colours, place)
        banded = part.dropna(subset=["low", "high"])
        if len(banded):
            traces += _band(banded, colour)
        traces.append(_line(part, name, colour))
    below = [] if at_risk is None else _numbers(at_risk, names, write_count, colours)
    rows = _ROW * len(below)
    height = _PLOT + _GAP + rows + (16 if rows else 0)
    share = rows / height
    highest = float(points[["value", "high"]].max().max()) if len(points) else 1.0
    ticks = round_ticks(0.0, highest)
    more: dict[str, Any] = {}
    if below:
        squares = [f'<span style="color:{_colour(colours, n)}">■</span>' for n in range(len(names))]
        more["yaxis2"] = {
            "domain": [0.0, share],
            "range": [len(names) - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(len(names))),
            "ticktext": squares,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        }
    oldest = float(points["age"].max()) if len(points) else 1.0
    return go.Figure(
        data=[*traces, *below],
        layout=layout(
            mode,
            height=height,
            showlegend=len(names) > 1 if has_legend is None else has_legend,
            legend={"traceorder": "normal"},  # filled areas would turn it round
            xaxis={
                "anchor": "y",
                "title": axis_title(labels.age, colours),
                "tickmode": "array",
                "tickvals": ages,
                "range": [-0.03 * oldest, 1.02 * oldest],
            },
            yaxis={
                "domain": [share + _GAP / height if below else 0.0, 1.0],
                "title": axis_title(labels.value, colours),
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "range": [-0.01 * ticks[-1], 1.02 * ticks[-1]],
            },
            **more,
        ),
    )


def rates_by_age(
    points: pd.DataFrame,
    *,
    labels: AgeLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw a rate per band of age as a point with its interval.

    Parameters
    ----------
    points : DataFrame
        One row per band: ``middle`` and ``start`` in months, ``value``, ``low``, ``high``,
        ``hover``.
    labels : AgeLabels
        Titles of the axes.
    write : callable
        Writes an axis value.

    Returns
    -------
    Figure
        One trace of points.
    """
    colours = PALETTES[mode]
    value = points["value"].astype(float)
    ticks = round_ticks(0.0, float(points["high"].quantile(0.9) if len(points) else 1.0) or 1.0)
    return go.Figure(
        data=go.Scatter(
            x=points["middle"].tolist(),
            y=value.tolist(),
            mode="markers",
            marker={"size": 8, "color": colours.main},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (points["high"] - value).tolist(),
                "arrayminus": (value - points["low"]).tolist(),
                "color": colours.main,
                "thickness": 1.5,
                "width": 3,
            },
            customdata=[[text] for text in points["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        ),
        layout=layout(
            mode,
            height=height,
            xaxis={
                "title": axis_title(labels.age, colours),
                "rangemode": "tozero",
            },
            yaxis={
                "title": axis_title(labels.value, colours),
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                # The last ages have few left: their intervals reach beyond what can be read.
                "range": [-0.02 * ticks[-1], 1.05 * ticks[-1]],
            },
        ),
    )


def _colour(colours: Palette, place: int) -> str:
    return colours.series[place % len(colours.series)]


def _band(part: pd.DataFrame, colour: str) -> list[go.Scatter]:
    """Return both edges; the second fills down to the first, in steps as the line."""
    soft = translucent(colour, 0.14)
    edges = [
        go.Scatter(
            x=part["age"].tolist(),
            y=part[edge].tolist(),
            mode="lines",
            line={"width": 0, "shape": "hv"},
            hoverinfo="skip",
            showlegend=False,
        )
        for edge in ("low", "high")
    ]
    edges[1].update(fill="tonexty", fillcolor=soft)
    return edges


def _line(part: pd.DataFrame, name: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=part["age"].tolist(),
        y=part["value"].tolist(),
        name=name,
        mode="lines",
        line={"color": colour, "width": 2, "shape": "hv"},
        customdata=[[text] for text in part["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _numbers(
    at_risk: pd.DataFrame, names: list[str], write: Callable[[float], str], colours: Palette
) -> list[go.Scatter]:
    return [
        go.Scatter(
            x=(own := at_risk[at_risk["series"] == name])["age"].tolist(),
            y=[place] * len(own),
            yaxis="y2",
            mode="text",
            cliponaxis=False,
            text=[write(n) for n in own["at_risk"]],
            textfont={"size": 11, "color": colours.muted},
            hoverinfo="skip",
            showlegend=False,
        )
        for place, name in enumerate(names)
    ]
