"""Charts of deals: funnel, win rates side by side, cohorts, reasons, movement. No sums."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout
from charts.ticks import round_ticks

_ENDED = {"won": "/", "lost": "x"}  # hatching of what left the pipeline for good
FATES = ("advanced", "open", "lost")  # of the deals that entered a stage
_ROW = 54


@dataclass(frozen=True)
class FunnelLabels:
    """Name of each of ``FATES``, and the title of the axis."""

    fates: Sequence[str]
    value: str


def funnel_bars(
    stages: pd.DataFrame,
    *,
    labels: FunnelLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw a bar per stage, first at the top: what became of the deals that entered it.

    Parameters
    ----------
    stages : DataFrame
        In order: ``label``; a column for each of ``FATES`` (deals or money) and its ``_hover``.

    Returns
    -------
    Figure
        A trace per fate; ``customdata`` ends with row number x 3 + place of the fate.
    """
    colours = PALETTES[mode]
    shades = dict(zip(FATES, (colours.main, colours.main_soft, colours.compare), strict=True))
    total = stages[list(FATES)].sum(axis=1)
    ticks = round_ticks(0.0, float(total.max()) if len(stages) else 1.0)
    traces = [
        go.Bar(
            orientation="h",
            name=name,
            x=stages[fate].tolist(),
            y=list(range(len(stages))),
            marker={"color": shades[fate]},
            customdata=[
                [text, row * len(FATES) + place]
                for row, text in enumerate(stages[f"{fate}_hover"])
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for place, (fate, name) in enumerate(zip(FATES, labels.fates, strict=True))
    ]  # fmt: skip
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=90 + _ROW * len(stages),
            barmode="stack",
            bargap=0.35,
            showlegend=True,
            legend={"traceorder": "normal"},
            xaxis=_axis(labels.value, ticks, write, colours) | {"showgrid": True},
            yaxis=_names(stages["label"], colours),
        ),
    )


def rates_beside(
    rates: pd.DataFrame, *, title: str, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw shares with their intervals, one a row, first at the top.

    Parameters
    ----------
    rates : DataFrame
        ``label``, ``value``, ``low``, ``high`` (0 to 1; NaN: none), ``hover``.

    Returns
    -------
    Figure
        One trace of points; ``customdata`` ends with the row number.
    """
    colours = PALETTES[mode]
    value = rates["value"].astype(float)
    highest = rates[["value", "high"]].astype(float).max().max()
    ticks = round_ticks(0.0, highest if highest > 0 else 1.0)
    points = go.Scatter(
        x=value.tolist(),
        y=list(range(len(rates))),
        mode="markers",
        marker={"size": 11, "color": colours.main},
        error_x={
            "type": "data", "symmetric": False,
            "array": (rates["high"] - value).fillna(0.0).tolist(),
            "arrayminus": (value - rates["low"]).fillna(0.0).tolist(),
            "color": colours.main, "thickness": 2, "width": 5,
        },
        customdata=[[text, row] for row, text in enumerate(rates["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    axis = _axis(title, ticks, write, colours) | {"showgrid": True}
    return go.Figure(
        data=points,
        layout=layout(
            mode, height=80 + 46 * len(rates), xaxis=axis, yaxis=_names(rates["label"], colours)
        ),
    )


def cohort_lines(
    points: pd.DataFrame,
    *,
    age: str,
    share: str,
    write: Callable[[float], str],
    ages: Sequence[int],
    mode: Mode = "light",
) -> go.Figure:
    """Draw a line per cohort; each ends where not all of it has been seen for so long.

    Parameters
    ----------
    points : DataFrame
        In order: ``series``, ``age`` (days), ``value`` (0 to 1), ``hover``, ``is_young`` (the line
        will go on: its end is an open circle).
    age, share : str
        Titles of the axes.
    ages : sequence of int
        Ticks.
    """
    colours = PALETTES[mode]
    names = list(dict.fromkeys(points["series"]))
    highest = float(points["value"].max()) if len(points) else 1.0
    ticks = round_ticks(0.0, highest if highest > 0 else 1.0)
    traces = []
    for place, name in enumerate(names):
        part = points[points["series"] == name]
        colour = colours.series[place % len(colours.series)]
        ends = [*[0] * (len(part) - 1), 9 if part["is_young"].iloc[-1] else 0]
        traces.append(
            go.Scatter(
                x=part["age"].tolist(),
                y=part["value"].tolist(),
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 2,
                      "dash": "solid" if place < len(colours.series) else "dot"},
                marker={"size": ends, "symbol": "circle-open", "color": colour,
                        "line": {"width": 2}},
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=380,
            showlegend=True,
            xaxis={"title": axis_title(age, colours), "tickmode": "array",
                   "tickvals": list(ages)},
            yaxis=_axis(share, ticks, write, colours),
        ),
    )  # fmt: skip


def waterfall(
    steps: pd.DataFrame,
    *,
    value: str,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw what the pipeline was (top), each step up or down, and what it is (bottom).

    Parameters
    ----------
    steps : DataFrame
        In order: ``label``, ``start``, ``end`` (the bar spans them; from 0 for both ends),
        ``kind`` (``total``, ``up``, ``down``, ``won``, ``lost``), ``text``, ``hover``. Won and
        lost are hatched, each its own way: they are over, and not told by colour alone.

    Returns
    -------
    Figure
        One trace of bars; ``customdata`` ends with the row number.
    """
    colours = PALETTES[mode]
    good, bad = colours.good, colours.bad
    shade = {"total": colours.main, "up": good, "down": bad, "won": good, "lost": bad}
    low = steps[["start", "end"]].min(axis=1)
    high = steps[["start", "end"]].max(axis=1)
    ticks = round_ticks(min(0.0, float(low.min())), float(high.max()) or 1.0, about=3)
    bars = go.Bar(
        orientation="h",
        x=(high - low).tolist(),
        y=list(range(len(steps))),
        base=low.tolist(),
        marker={
            "color": [shade[kind] for kind in steps["kind"]],
            "pattern": {
                "shape": [_ENDED.get(kind, "") for kind in steps["kind"]],
                "fillmode": "overlay",
                "fgcolor": colours.background,
                "fgopacity": 1,
                "size": 8,
                "solidity": 0.3,
            },
        },
        text=steps["text"].tolist(),
        textposition="outside",
        cliponaxis=False,
        constraintext="none",
        textfont={"size": 12, "color": colours.text},
        customdata=[[text, row] for row, text in enumerate(steps["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    axis = _axis(value, ticks, write, colours)
    # Room for what is written right of the longest bar.
    axis |= {"showgrid": True, "range": [ticks[0], ticks[0] + 1.25 * (ticks[-1] - ticks[0])]}
    return go.Figure(
        data=bars,
        layout=layout(
            mode,
            height=80 + 36 * len(steps),
            bargap=0.3,
            xaxis=axis,
            yaxis=_names(steps["label"], colours),
        ),
    )


def won_bars(
    periods: pd.DataFrame, *, value: str, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw won value by month or quarter: ``label``, ``value``, ``hover``, ``is_complete``."""
    colours = PALETTES[mode]
    ticks = round_ticks(0.0, float(periods["value"].max()) or 1.0)
    shades = [colours.main if whole else colours.main_soft for whole in periods["is_complete"]]
    bars = go.Bar(
        x=periods["label"].tolist(),
        y=periods["value"].tolist(),
        marker={"color": shades},
        customdata=[[text, row] for row, text in enumerate(periods["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    axis = _axis(value, ticks, write, colours)
    return go.Figure(
        data=bars, layout=layout(mode, height=260, xaxis={"type": "category"}, yaxis=axis)
    )


def _axis(
    title: str, ticks: list[float], write: Callable[[float], str], colours: Palette
) -> dict[str, object]:
    return {
        "title": axis_title(title, colours),
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [write(tick) for tick in ticks],
        "range": [ticks[0], ticks[-1] * 1.02],
    }


def _names(labels: pd.Series, colours: Palette) -> dict[str, object]:
    """Return an axis of rows, the first at the top."""
    return {
        "tickmode": "array",
        "tickvals": list(range(len(labels))),
        "ticktext": labels.tolist(),
        "range": [len(labels) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
        "tickfont": {"color": colours.text, "size": 12},
    }
