"""Chart of how true the chances of deals were. No queries, no calculations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout
from charts.ticks import round_ticks

_HOVER = "%{customdata[0]}<extra></extra>"
_SYMBOLS = ("circle", "diamond-open")


@dataclass(frozen=True)
class ReliabilityLabels:
    """Words of the chart in the viewer's language; ``ways`` by code, the first drawn in front."""

    predicted: str
    observed: str
    perfect: str
    ways: Mapping[str, str]


def reliability_plot(
    bins: pd.DataFrame,
    *,
    labels: ReliabilityLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 360,
) -> go.Figure:
    """Draw the share of deals won against the chance that they were given, with intervals.

    Parameters
    ----------
    bins : DataFrame
        ``way``, ``predicted_chance``, ``won_rate``, ``low``, ``high`` (0-1), ``hover``.
    labels : ReliabilityLabels
    write : callable
        Writes a share.

    Returns
    -------
    Figure
        The diagonal on which chances are right, then the points of each way of ``labels.ways``,
        told apart by shape and colour. Both axes have the same range, from 0.
    """
    colours = PALETTES[mode]
    ticks = round_ticks(0.0, float(bins[["predicted_chance", "won_rate", "high"]].max().max()))
    axis = {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [write(tick) for tick in ticks],
        "range": [0.0, ticks[-1] * 1.02],
    }
    figure = go.Figure(
        data=[
            go.Scatter(
                x=[0.0, ticks[-1]], y=[0.0, ticks[-1]], name=labels.perfect, mode="lines",
                line={"color": colours.muted, "width": 1, "dash": "dash"}, hoverinfo="skip",
            )
        ],
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            xaxis={**axis, "title": axis_title(labels.predicted, colours), "showgrid": True},
            yaxis={**axis, "title": axis_title(labels.observed, colours)},
        ),
    )  # fmt: skip
    for (way, name), colour, symbol in zip(
        labels.ways.items(), (colours.main, colours.compare), _SYMBOLS, strict=False
    ):
        own = bins[bins["way"] == way]
        figure.add_scatter(
            x=own["predicted_chance"].tolist(),
            y=own["won_rate"].tolist(),
            name=name,
            mode="markers",
            marker={"size": 9, "color": colour, "symbol": symbol},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (own["high"] - own["won_rate"]).tolist(),
                "arrayminus": (own["won_rate"] - own["low"]).tolist(),
                "color": colour,
                "thickness": 1,
                "width": 4,
            },
            customdata=[[text] for text in own["hover"]],
            hovertemplate=_HOVER,
        )
    return figure
