"""Charts of customer value and of its proof. Plotly only: no queries, no calculations."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
_HOVER = "%{customdata[0]}<extra></extra>"


def pairs(
    groups: pd.DataFrame,
    *,
    names: tuple[str, str],
    title: str,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw what was predicted beside what came, group by group.

    Parameters
    ----------
    groups : DataFrame
        In order: ``label`` (text), ``predicted``, ``actual`` (one unit), ``hover`` (text).
    names : tuple of str
        Names of predicted and actual.
    title : str
        Title of the x axis.
    write : callable
        Writes an axis value.

    Returns
    -------
    Figure
        Bars of the prediction and bars of what came, side by side; colours differ in lightness too.
    """
    colours = PALETTES[mode]
    hover = [[text] for text in groups["hover"]]
    bars = [
        go.Bar(
            x=groups["label"].tolist(),
            y=groups[column].tolist(),
            name=name,
            marker={"color": colour},
            customdata=hover,
            hovertemplate=_HOVER,
        )
        for column, name, colour in zip(
            ("predicted", "actual"), names, (colours.main_soft, colours.main), strict=True
        )
    ]
    return go.Figure(
        data=bars,
        layout=layout(
            mode,
            height=320,
            barmode="group",
            bargap=0.25,
            showlegend=True,
            xaxis={"type": "category", "title": _title(title, mode)},
            yaxis=_axis([*groups["predicted"], *groups["actual"]], write),
        ),
    )


def curves(
    points: pd.DataFrame,
    *,
    lines: Sequence[tuple[str, str]],
    title: str,
    write: Callable[[float], str],
    hover: Callable[[str, float, float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw cumulated purchases over the weeks of the test.

    Parameters
    ----------
    points : DataFrame
        ``week`` from 0, and a column per line.
    lines : sequence of (str, str)
        Columns and names in order; the first is what came and is drawn strongest.
    title : str
        Title of the x axis.
    write, hover : callable
        Write an axis value, and a point (line's name, week, value).

    Returns
    -------
    Figure
        A trace per line, told apart by colour and by dash.
    """
    colours = PALETTES[mode]
    traces = []
    for place, (column, name) in enumerate(lines):
        colour = colours.text if place == 0 else colours.series[(place - 1) % len(colours.series)]
        traces.append(
            go.Scatter(
                x=points["week"].tolist(),
                y=points[column].tolist(),
                name=name,
                mode="lines",
                line={
                    "color": colour,
                    "width": 3 if place == 0 else 2,
                    "dash": _DASHES[place % len(_DASHES)],
                },
                customdata=[
                    [hover(name, float(week), float(value))]
                    for week, value in zip(points["week"], points[column], strict=True)
                ],
                hovertemplate=_HOVER,
            )
        )
    values = [value for column, _ in lines for value in points[column]]
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=340,
            showlegend=True,
            xaxis={"title": _title(title, mode), "rangemode": "tozero"},
            yaxis=_axis(values, write),
        ),
    )


def bands(
    groups: pd.DataFrame, *, title: str, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw how many customers there are in each band of value.

    Parameters
    ----------
    groups : DataFrame
        In order: ``label`` (text of the band), ``customers``, ``hover`` (text).
    title : str
        Title of the x axis.
    write : callable
        Writes an axis value.
    """
    colours = PALETTES[mode]
    return go.Figure(
        data=go.Bar(
            x=groups["label"].tolist(),
            y=groups["customers"].tolist(),
            marker={"color": colours.main},
            customdata=[[text] for text in groups["hover"]],
            hovertemplate=_HOVER,
        ),
        layout=layout(
            mode,
            height=280,
            bargap=0.1,
            xaxis={"type": "category", "title": _title(title, mode), "tickangle": -40},
            yaxis=_axis(groups["customers"].tolist(), write),
        ),
    )


def _title(text: str, mode: Mode) -> dict[str, object]:
    return {"text": text, "font": {"size": 12, "color": PALETTES[mode].muted}}


def _axis(values: Sequence[float], write: Callable[[float], str]) -> dict[str, object]:
    """Return an axis from zero (or the lowest) whose few ticks are written in the language."""
    low, high = min(0.0, *values), max(0.0, *values)
    step = _step((high - low) or 1.0)
    first = int(low // step)
    ticks = [step * place for place in range(first, int(-(-high // step)) + 1)]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": [write(tick) for tick in ticks]}


def _step(reach: float) -> float:
    """Return a round distance of ticks: about four of them."""
    raw = reach / 4
    power = 10.0 ** int(f"{raw:e}".split("e")[1])
    return next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= raw * 0.999)
