"""The chart of what contacting so many customers is expected to bring. No calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout, translucent
from charts.ticks import round_ticks


@dataclass(frozen=True)
class GainLabels:
    """Words of the chart in the viewer's language."""

    contacted: str
    gain: str
    interval: str
    best: str


def gain_curve(
    curve: pd.DataFrame,
    *,
    best: int,
    labels: GainLabels,
    write: Callable[[float], str],
    count: Callable[[float], str],
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw the expected gain by customers contacted, with its interval and the best number.

    Parameters
    ----------
    curve : DataFrame
        In order: ``contacted``, ``gain``, ``low``, ``high`` (money), ``hover`` (text).
    best : int
        A vertical line; none at 0.
    labels : GainLabels
    write, count : callable
        Write an amount and a number of customers on the axes.

    Returns
    -------
    Figure
        Traces in order: the interval, the line.
    """
    colours = PALETTES[mode]
    money = round_ticks(float(curve["low"].min()), float(curve["high"].max()))
    people = round_ticks(0.0, float(curve["contacted"].max()))
    reach = (money[-1] - money[0]) or 1.0
    return go.Figure(
        data=[
            _band(curve, labels.interval, colours),
            go.Scatter(
                x=curve["contacted"].tolist(),
                y=curve["gain"].astype(float).tolist(),
                name=labels.gain,
                mode="lines",
                line={"color": colours.main, "width": 2},
                customdata=[[text] for text in curve["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            ),
        ],
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            shapes=_lines(best, colours),
            annotations=_words(best, float(curve["contacted"].max()), labels.best, colours),
            xaxis={
                "title": axis_title(labels.contacted, colours),
                "tickmode": "array",
                "tickvals": people,
                "ticktext": [count(tick) for tick in people],
                "range": [0, float(curve["contacted"].max()) or 1.0],
            },
            yaxis={
                "tickmode": "array",
                "tickvals": money,
                "ticktext": [write(tick) for tick in money],
                "range": [money[0] - 0.03 * reach, money[-1] + 0.03 * reach],
            },
        ),
    )


def _band(curve: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=[*curve["contacted"], *curve["contacted"].iloc[::-1]],
        y=[*curve["high"].astype(float), *curve["low"].iloc[::-1].astype(float)],
        name=name,
        fill="toself",
        fillcolor=translucent(colours.main, 0.16),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _lines(best: int, colours: Palette) -> list[dict[str, object]]:
    if not best:
        return []
    line = {"color": colours.text, "width": 1, "dash": "dash"}
    return [
        {"type": "line", "x0": best, "x1": best, "y0": 0, "y1": 1, "yref": "paper", "line": line}
    ]


def _words(best: int, most: float, text: str, colours: Palette) -> list[dict[str, object]]:
    if not best:
        return []
    is_left = best < 0.6 * most
    return [
        {
            "x": best, "y": 0, "yref": "paper", "yanchor": "bottom", "text": text,
            "showarrow": False, "xanchor": "left" if is_left else "right",
            "xshift": 6 if is_left else -6, "yshift": 14,
            "font": {"size": 12, "color": colours.text},
        }
    ]  # fmt: skip
