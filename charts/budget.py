"""The chart of what a channel returns by weekly spend. No calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout, translucent
from charts.ticks import round_ticks


@dataclass(frozen=True)
class CurveLabels:
    """Words of the chart in the viewer's language."""

    spend: str
    returned: str
    interval: str
    beyond: str
    weeks: str
    now: str


def spend_curve(
    curve: pd.DataFrame,
    weeks: pd.DataFrame,
    *,
    spent_now: float,
    labels: CurveLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw the curve in its interval, what lies beyond any spend so far apart, and the weeks.

    Parameters
    ----------
    curve : DataFrame
        ``analytics.budget_moves.curve_frame`` and ``hover``.
    weeks : DataFrame
        ``spend``, ``returned``, ``hover``: what was credited, not only what spend added.
    spent_now : float
        A vertical line.

    Returns
    -------
    Figure
        Traces in order: weeks, interval, curve, and the curve beyond what was spent.
    """
    colours = PALETTES[mode]
    seen = curve[curve["is_seen"]]
    beyond = curve[~curve["is_seen"] | (curve["spend"] == seen["spend"].max())]
    values = pd.concat([curve["low"], curve["high"], weeks["returned"]])
    ticks = round_ticks(min(0.0, float(values.min())), float(values.max()))
    across = round_ticks(0.0, float(curve["spend"].max()))
    return go.Figure(
        data=[
            go.Scatter(
                x=weeks["spend"].tolist(), y=weeks["returned"].tolist(), mode="markers",
                name=labels.weeks, marker={"size": 6, "color": translucent(colours.muted, 0.6)},
                customdata=[[text] for text in weeks["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            ),
            go.Scatter(
                x=[*curve["spend"], *curve["spend"].iloc[::-1]],
                y=[*curve["high"], *curve["low"].iloc[::-1]], fill="toself", mode="lines",
                fillcolor=translucent(colours.main, 0.16), line={"width": 0}, hoverinfo="skip",
                name=labels.interval,
            ),
            _line(seen, labels.returned, {"color": colours.main, "width": 2}),
            _line(beyond, labels.beyond, {"color": colours.muted, "width": 2, "dash": "dot"}),
        ],
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            shapes=[
                {"type": "line", "x0": spent_now, "x1": spent_now, "y0": 0, "y1": 1,
                 "yref": "paper", "line": {"color": colours.text, "width": 1, "dash": "dash"}}
            ],
            annotations=[
                {"x": spent_now, "y": 1, "yref": "paper", "yanchor": "top", "text": labels.now,
                 "showarrow": False, "xanchor": "left", "xshift": 6,
                 "font": {"size": 12, "color": colours.text}}
            ],
            xaxis={
                "title": axis_title(labels.spend, colours), "tickmode": "array",
                "tickvals": across, "ticktext": [write(one) for one in across],
            },
            yaxis={
                "tickmode": "array", "tickvals": ticks, "ticktext": [write(one) for one in ticks],
                "range": [ticks[0], ticks[-1] * 1.02],
            },
        ),
    )  # fmt: skip


def _line(curve: pd.DataFrame, name: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=curve["spend"].tolist(), y=curve["returned"].tolist(), mode="lines", name=name,
        line=line, customdata=[[text] for text in curve["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
