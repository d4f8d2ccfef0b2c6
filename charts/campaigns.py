"""Charts of campaigns: effects in their intervals, and rates by number of messages."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, layout, translucent


def effect_intervals(
    rows: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw effects as points in their intervals, with an upright line at no effect.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``value``, ``low``, ``high``, ``is_told`` (an effect that is
        told from none), ``hover``. An interval that holds no effect is drawn in grey.
    """
    colours = PALETTES[mode]
    inks = [colours.main if told else colours.muted for told in rows["is_told"]]
    lines = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(ink, 0.45), "width": 4},
        )
        for place, (row, ink) in enumerate(zip(rows.itertuples(), inks, strict=True))
    ]  # fmt: skip
    points = go.Scatter(
        x=rows["value"].tolist(), y=list(range(len(rows))), mode="markers",
        marker={"size": 10, "color": inks},
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    low, high = min(0.0, float(rows["low"].min())), max(0.0, float(rows["high"].max()))
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            shapes=[rule_line(x=0.0, colours=colours)],
            xaxis=value_axis(low, high, write, colours, about=4),
            yaxis=name_axis(rows["name"]),
        ),
    )
