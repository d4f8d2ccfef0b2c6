"""Sizes of segments: over time with who came and went, and of their combinations."""

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_MAX_TICKS, _ROW = 7, 34


def sizes(
    rows: pd.DataFrame, *, names: tuple[str, str, str], mode: Mode = "light", height: int = 300
) -> go.Figure:
    """Draw the size at month ends as a line; who entered above zero and who left below as bars.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``customers``, ``entered``, ``left`` (missing in the first), ``hover``.
        The last row is the day the data ends, which may be no month end: its mark is open.
    names : tuple of str
        What size, entries and exits are called.

    Returns
    -------
    Figure
        Traces: entries, exits, size.
    """
    colours = PALETTES[mode]
    place = list(range(len(rows)))
    hover = {"customdata": rows["hover"].tolist(), "hovertemplate": "%{customdata}<extra></extra>"}
    filled = rows[["entered", "left"]].astype("float64").fillna(0.0)
    step = max(1, -(-len(rows) // _MAX_TICKS))
    figure = go.Figure(
        layout=layout(
            mode,
            height=height,
            barmode="relative",
            bargap=0.45,
            showlegend=True,
            xaxis={
                "tickvals": place[::step],
                "ticktext": rows["label"].tolist()[::step],
                "range": [-0.6, len(rows) - 0.4],
            },
        )
    )
    figure.add_bar(
        x=place, y=filled["entered"].tolist(), name=names[1], marker_color=colours.good, **hover
    )
    figure.add_bar(
        x=place, y=(-filled["left"]).tolist(), name=names[2], marker_color=colours.bad, **hover
    )
    symbols = ["circle"] * (len(rows) - 1) + ["circle-open"]
    figure.add_scatter(
        x=place,
        y=rows["customers"].astype("float64").tolist(),
        name=names[0],
        mode="lines+markers",
        line={"color": colours.main, "width": 2},
        marker={"size": 8, "symbol": symbols, "color": colours.main},
        **hover,
    )
    return figure


def bars(rows: pd.DataFrame, *, mode: Mode = "light") -> go.Figure:
    """Draw one bar per row, from the top down.

    Parameters
    ----------
    rows : DataFrame
        ``label``, ``value``, ``text``.
    """
    colours = PALETTES[mode]
    figure = go.Figure(
        layout=layout(
            mode,
            height=60 + _ROW * len(rows),
            xaxis={"visible": False},
            yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
        )
    )
    figure.add_bar(
        x=rows["value"].tolist(),
        y=rows["label"].tolist(),
        text=rows["text"].tolist(),
        textposition="auto",
        orientation="h",
        marker_color=colours.main,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    return figure
