"""Chart of forecasters: how far off each was, and how sure that is."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, layout
from forecasting.scoreboard import LEAST_PERIODS

_CLOSEST = 0.05  # the axis shows at least so much on both sides


def biases(rows: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light") -> go.Figure:
    """Draw each bias with its interval, a row each.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``label``, ``shrunk``, ``low``, ``high`` (shares; NaN where there is
        none), ``periods``, ``verdict``, ``is_model``, ``hover``.
    """
    colours = PALETTES[mode]
    shades = {"over": colours.bad, "under": colours.compare, "close": colours.good}
    places = list(range(len(rows)))
    lines = [
        go.Scatter(
            x=[low, high], y=[place, place], mode="lines", hoverinfo="skip", showlegend=False,
            line={"color": shades.get(verdict, colours.muted), "width": 3},
        )
        for place, low, high, verdict in zip(
            places, rows["low"], rows["high"], rows["verdict"], strict=True
        )
    ]  # fmt: skip
    points = go.Scatter(
        x=rows["shrunk"].tolist(), y=places, mode="markers", showlegend=False,
        marker={
            "size": 11,
            "symbol": ["diamond" if one else "circle" for one in rows["is_model"]],
            "color": [shades.get(one, colours.muted) for one in rows["verdict"]],
        },
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    axis = value_axis(*_ends(rows), write, colours, about=4)
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode, height=FRAME + ROW * len(rows), xaxis=axis, yaxis=name_axis(rows["label"]),
            shapes=[rule_line(x=0.0, colours=colours)],
        ),
    )  # fmt: skip


def _ends(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: intervals of two periods run over it, or hide all others."""
    told = rows[["low", "high"]].where(rows["periods"] >= LEAST_PERIODS)
    known = pd.concat([told["low"], told["high"], rows["shrunk"]]).astype("float64").dropna()
    return min([-_CLOSEST, *known]), max([_CLOSEST, *known])
