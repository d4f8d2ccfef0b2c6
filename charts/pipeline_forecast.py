"""Charts of the forecast of a period: how the total is spread, and past ones beside the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent


@dataclass(frozen=True)
class PastLabels:
    """Words of the past quarters in the viewer's language."""

    band: str
    forecast: str
    weighted: str
    won: str


def spread(
    bins: pd.DataFrame,
    marks: Sequence[tuple[float, str]],
    *,
    share: str,
    write: Callable[[float], str],
    write_share: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw how often the total is how much.

    Parameters
    ----------
    bins : DataFrame
        ``start``, ``end`` (money), ``share`` (0 to 1), ``in_band`` (from p10 to p90), ``hover``.
    marks : sequence of (float, str)
        Money and what it is called: upright lines.
    """
    colours = PALETTES[mode]
    middle = (bins["start"] + bins["end"]) / 2
    shades = [colours.main if one else colours.main_soft for one in bins["in_band"]]
    bars = go.Bar(
        x=middle.tolist(), y=bins["share"].tolist(),
        width=(bins["end"] - bins["start"]).tolist(),
        marker={"color": shades, "line": {"width": 0}},
        customdata=[[text] for text in bins["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(bins["share"].max()) if len(bins) else 1.0
    lines = [
        go.Scatter(
            x=[at, at], y=[0, highest * (1.06 + 0.13 * number)], mode="lines+text",
            text=["", name], textposition="top center", hoverinfo="skip",
            textfont={"size": 12, "color": colours.text},
            line={"color": colours.compare, "width": 1.5, "dash": "dot"},
        )
        for number, (at, name) in enumerate(marks)
    ]  # fmt: skip
    edges = [*bins["start"], *bins["end"], *(at for at, _ in marks)]
    axis = value_axis(min(edges, default=0.0), max(edges, default=1.0), write, colours, about=4)
    top = highest * (1.2 + 0.13 * len(lines))
    yaxis = {"tickformat": ".0%", "range": [0, top], "title": axis_title(share, colours),
             "tickvals": [0, highest / 2, highest],
             "ticktext": [write_share(one) for one in (0, highest / 2, highest)]}  # fmt: skip
    return go.Figure(
        data=[bars, *lines], layout=layout(mode, height=height, bargap=0, xaxis=axis, yaxis=yaxis)
    )


def past_quarters(
    rows: pd.DataFrame,
    *,
    labels: PastLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw forecasts of past quarters with their bands, and what was won.

    Parameters
    ----------
    rows : DataFrame
        Oldest first: ``name``, ``p10``, ``p90`` (NaN: no band), ``expected``, ``weighted``,
        ``won``, ``hover``.

    Returns
    -------
    Figure
        Bands, then forecasts, weighted pipelines and results.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    bands = go.Bar(
        x=places, y=(rows["p90"] - rows["p10"]).tolist(), base=rows["p10"].tolist(),
        name=labels.band, width=0.5, hoverinfo="skip",
        marker={"color": translucent(colours.main, 0.3), "line": {"width": 0}},
    )  # fmt: skip
    shapes = (
        ("expected", labels.forecast, "line-ew", colours.main),
        ("weighted", labels.weighted, "x-thin", colours.muted),
        ("won", labels.won, "circle", colours.compare),
    )
    points = [
        go.Scatter(
            x=places, y=rows[name].tolist(), name=said, mode="markers",
            marker={"symbol": symbol, "size": 16 if symbol == "line-ew" else 10, "color": colour,
                    "line": {"color": colour, "width": 2}},
            customdata=[[text] for text in rows["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for name, said, symbol, colour in shapes
    ]  # fmt: skip
    known = rows[["p90", "expected", "weighted", "won"]].max().max() if len(rows) else 1.0
    axis = {
        "tickmode": "array", "tickvals": places, "ticktext": rows["name"].tolist(),
        "range": [-0.6, len(rows) - 0.4], "showgrid": False,
    }  # fmt: skip
    amounts = value_axis(0.0, float(known), write, colours, about=4)
    return go.Figure(
        data=[bands, *points],
        layout=layout(mode, height=height, showlegend=True, xaxis=axis, yaxis=amounts),
    )
