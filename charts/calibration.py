"""Probabilities against what came of them. No queries, no calculations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout
from charts.ticks import round_ticks

_HOVER = "%{customdata[0]}<extra></extra>"
_SYMBOLS = ("circle", "diamond-open")


@dataclass(frozen=True)
class CalibrationLabels:
    """Words of the chart in the viewer's language.

    ``ways`` are what ways to foretell are called, by code, the first drawn in front; empty where
    there is one only.
    """

    predicted: str
    observed: str
    perfect: str
    ways: Mapping[str, str] = field(default_factory=dict)


def calibration_plot(
    bins: pd.DataFrame,
    *,
    labels: CalibrationLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw the share observed against the mean probability of each bin, with intervals.

    Parameters
    ----------
    bins : DataFrame
        In order: ``predicted_rate``, ``observed_rate``, ``low``, ``high`` (0-1), ``hover``; with
        ``ways`` also ``way``.
    labels : CalibrationLabels
    write : callable
        Writes a share.

    Returns
    -------
    Figure
        Traces in order: the diagonal on which probabilities are right, then the bins of each way,
        told apart by shape and colour. Both axes have the same range, from 0.
    """
    colours = PALETTES[mode]
    ticks = round_ticks(0.0, float(bins[["predicted_rate", "observed_rate", "high"]].max().max()))
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
    parts = [(name, bins[bins["way"] == way]) for way, name in labels.ways.items()]
    for (name, own), colour, symbol in zip(
        parts or [(labels.observed, bins)], (colours.main, colours.compare), _SYMBOLS, strict=False
    ):
        figure.add_scatter(
            x=own["predicted_rate"].tolist(),
            y=own["observed_rate"].tolist(),
            name=name,
            mode="markers",
            marker={"size": 9, "color": colour, "symbol": symbol},
            error_y=whiskers(own["observed_rate"], own["low"], own["high"], colour),
            customdata=[[text] for text in own["hover"]],
            hovertemplate=_HOVER,
        )
    return figure


def whiskers(middle: pd.Series, low: pd.Series, high: pd.Series, colour: str) -> dict[str, object]:
    """Return the error bars of points, or of bars, from low to high."""
    return {
        "type": "data", "symmetric": False, "array": (high - middle).tolist(),
        "arrayminus": (middle - low).tolist(), "color": colour, "thickness": 1, "width": 4,
    }  # fmt: skip
