"""Chart of the proof of churn: tenths of the probability against who left. No calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.calibration import whiskers
from charts.theme import PALETTES, Mode, axis_title, layout
from charts.ticks import round_ticks

_HOVER = "%{customdata[0]}<extra></extra>"


@dataclass(frozen=True)
class TenthLabels:
    """Words of the chart by tenth in the viewer's language."""

    tenth: str
    predicted: str
    left: str


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
    bars[1].error_y = whiskers(tenths["observed_rate"], tenths["low"], tenths["high"], colours.text)
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
