"""Charts of offers. Plotly only: no queries, no calculations."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MOST_TICKS = 4  # their labels touch on a telephone where there are more


def recall_by_method(
    methods: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw how much of what customers bought next each method found, with its interval.

    Parameters
    ----------
    methods : DataFrame
        A row per method, from top to bottom: label, value, low, high (shares 0 to 1), hover,
        is_used, is_popular.
    write : callable
        Writes a share.
    mode : str
        ``light`` or ``dark``.

    Returns
    -------
    Figure
        Points with intervals; what is used is filled, popularity has a colour of its own.
    """
    colours = PALETTES[mode]
    shade = [colours.compare if popular else colours.main for popular in methods["is_popular"]]
    filled = [
        colour if used else colours.background
        for colour, used in zip(shade, methods["is_used"], strict=True)
    ]
    rows = list(range(len(methods)))
    highest = max(float(methods["high"].max()), 1e-9)
    step = next((s for s in _STEPS if highest / s <= _MOST_TICKS), 1.0)
    ticks = [step * part for part in range(int(highest / step) + 1)]
    bars = [
        go.Scatter(
            x=[low, high], y=[row, row], mode="lines", line={"color": colour, "width": 2},
            hoverinfo="skip",
        )
        for row, low, high, colour in zip(
            rows, methods["low"], methods["high"], shade, strict=True
        )
    ]  # fmt: skip
    points = go.Scatter(
        x=methods["value"].tolist(),
        y=rows,
        mode="markers",
        marker={"size": 12, "color": filled, "line": {"color": shade, "width": 2}},
        customdata=[[text, row] for row, text in zip(rows, methods["hover"], strict=True)],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    return go.Figure(
        data=[*bars, points],
        layout=layout(
            mode,
            height=60 + 36 * len(methods),
            xaxis={
                "range": [0, highest * 1.05],
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "showgrid": True,
            },
            yaxis={
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": rows,
                "ticktext": methods["label"].tolist(),
                "showgrid": False,
                "zeroline": False,
                "tickfont": {"color": colours.text, "size": 13},
            },
        ),
    )
