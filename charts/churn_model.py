"""Charts of the proof of churn: probabilities against who left. No queries, no calculations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout
from charts.ticks import round_ticks

_HOVER = "%{customdata[0]}<extra></extra>"


@dataclass(frozen=True)
class CalibrationLabels:
    """Words of the calibration plot in the viewer's language."""

    predicted: str
    observed: str
    perfect: str


@dataclass(frozen=True)
class TenthLabels:
    """Words of the chart by tenth in the viewer's language."""

    tenth: str
    predicted: str
    left: str


def calibration_plot(
    bins: pd.DataFrame,
    *,
    labels: CalibrationLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw the share who left against the mean probability of each bin, with intervals.

    Parameters
    ----------
    bins : DataFrame
        In order: ``predicted_rate``, ``observed_rate``, ``low``, ``high`` (0-1), ``hover``.
    labels : CalibrationLabels
    write : callable
        Writes a share.

    Returns
    -------
    Figure
        Traces in order: the diagonal on which probabilities are right, and the bins. Both axes
        have the same range, from 0.
    """
    colours = PALETTES[mode]
    ticks = round_ticks(0.0, float(bins[["predicted_rate", "observed_rate", "high"]].max().max()))
    axis = {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [write(tick) for tick in ticks],
        "range": [0.0, ticks[-1] * 1.02],
    }
    return go.Figure(
        data=[
            go.Scatter(
                x=[0.0, ticks[-1]], y=[0.0, ticks[-1]], name=labels.perfect, mode="lines",
                line={"color": colours.muted, "width": 1, "dash": "dash"}, hoverinfo="skip",
            ),
            go.Scatter(
                x=bins["predicted_rate"].tolist(),
                y=bins["observed_rate"].tolist(),
                name=labels.observed,
                mode="markers",
                marker={"size": 9, "color": colours.main},
                error_y=_whiskers(bins["observed_rate"], bins["low"], bins["high"], colours),
                customdata=[[text] for text in bins["hover"]],
                hovertemplate=_HOVER,
            ),
        ],
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            xaxis={**axis, "title": axis_title(labels.predicted, colours), "showgrid": True},
            yaxis={**axis, "title": axis_title(labels.observed, colours)},
        ),
    )  # fmt: skip


def tenth_bars(
    tenths: pd.DataFrame,
    *,
    labels: TenthLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw how many were predicted to leave beside how many left, by tenth of the probability.

    Parameters
    ----------
    tenths : DataFrame
        The highest first: ``tenth``, ``predicted_rate``, ``observed_rate``, ``low``, ``high``
        (0-1), ``hover``.
    labels : TenthLabels
    write : callable
        Writes a share.

    Returns
    -------
    Figure
        Bars of the prediction and, with intervals, bars of who left; colours differ in lightness.
    """
    colours = PALETTES[mode]
    names = [str(tenth) for tenth in tenths["tenth"]]
    ticks = round_ticks(0.0, float(tenths[["predicted_rate", "high"]].max().max()))
    bars = [
        go.Bar(
            x=names,
            y=tenths[column].tolist(),
            name=name,
            marker={"color": colour},
            customdata=[[text] for text in tenths["hover"]],
            hovertemplate=_HOVER,
        )
        for column, name, colour in (
            ("predicted_rate", labels.predicted, colours.main_soft),
            ("observed_rate", labels.left, colours.main),
        )
    ]
    bars[1].error_y = _whiskers(tenths["observed_rate"], tenths["low"], tenths["high"], colours)
    return go.Figure(
        data=bars,
        layout=layout(
            mode,
            height=height,
            barmode="group",
            bargap=0.25,
            showlegend=True,
            xaxis={"type": "category", "title": axis_title(labels.tenth, colours)},
            yaxis={
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "range": [0.0, ticks[-1] * 1.02],
            },
        ),
    )


def _whiskers(
    middle: pd.Series, low: pd.Series, high: pd.Series, colours: Palette
) -> dict[str, object]:
    up: Sequence[float] = (high - middle).tolist()
    down: Sequence[float] = (middle - low).tolist()
    return {
        "type": "data", "symmetric": False, "array": up, "arrayminus": down,
        "color": colours.text, "thickness": 1, "width": 4,
    }  # fmt: skip
