"""Charts of responses: what an order catches, or causes, by the share contacted."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout, translucent
from charts.ticks import round_ticks


@dataclass(frozen=True)
class OrderLabels:
    """Words of the chart in the viewer's language."""

    contacted: str
    caught: str
    interval: str
    at_random: str


def order_curve(
    curve: pd.DataFrame,
    *,
    labels: OrderLabels,
    write: Callable[[float], str],
    share: Callable[[float], str],
    tick: Callable[[float], str] | None = None,
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw what the first so many catch, with its interval, over contact in any order.

    Parameters
    ----------
    curve : DataFrame
        ``share`` (0-1), ``caused``, ``low``, ``high``, ``at_random``.
    labels : OrderLabels
    write, share : callable
        Write what is caught, and a share contacted.
    tick : callable, optional
        Writes what is caught along the axis, where that is to be shorter.

    Returns
    -------
    Figure
        Traces in order: the interval, the straight line, the curve.
    """
    colours = PALETTES[mode]
    at = curve["share"].tolist()
    ticks = round_ticks(
        min(0.0, float(curve["low"].min())), float(curve[["high", "at_random"]].max().max())
    )
    steps = [0.0, 0.25, 0.5, 0.75, 1.0]
    reach = (ticks[-1] - ticks[0]) or 1.0
    return go.Figure(
        data=[
            go.Scatter(
                x=[*at, *at[::-1]], y=[*curve["high"], *curve["low"].iloc[::-1]], fill="toself",
                fillcolor=translucent(colours.main, 0.16), line={"width": 0}, mode="lines",
                hoverinfo="skip", name=labels.interval,
            ),
            go.Scatter(
                x=at, y=curve["at_random"].tolist(), mode="lines", name=labels.at_random,
                line={"color": colours.muted, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
            ),
            go.Scatter(
                x=at, y=curve["caused"].tolist(), mode="lines", name=labels.caught,
                line={"color": colours.main, "width": 2},
                customdata=[
                    [f"{share(x)}: {write(y)} ({write(low)} … {write(high)})"]
                    for x, y, low, high in zip(
                        at, curve["caused"], curve["low"], curve["high"], strict=True
                    )
                ],
                hovertemplate="%{customdata[0]}<extra></extra>",
            ),
        ],
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            xaxis={
                "title": axis_title(labels.contacted, colours), "tickmode": "array",
                "tickvals": steps, "ticktext": [share(step) for step in steps], "range": [0, 1],
            },
            yaxis={
                "tickmode": "array", "tickvals": ticks,
                "ticktext": [(tick or write)(one) for one in ticks],
                "range": [ticks[0] - 0.03 * reach, ticks[-1] + 0.03 * reach],
            },
        ),
    )  # fmt: skip
