"""Charts of experiments: effects in their intervals, and over time. No queries, no calculations."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent


def effect_intervals(
    rows: pd.DataFrame, *, label: str, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw differences as points in their intervals, a row each, with a line at no difference.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``difference``, ``low``, ``high``, ``is_told`` (whether it
        leaves out no effect), ``hover``. Without an interval only the point is drawn, hollow.
    label : str
        Title of the axis of values.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    tones = [colours.main if told else colours.muted for told in rows["is_told"]]
    told = rows.assign(has_interval=rows["low"].notna())
    lines = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(tone, 0.45), "width": 4},
        )
        for place, tone, row in zip(places, tones, told.itertuples(), strict=True)
        if row.has_interval
    ]  # fmt: skip
    fills = [
        tone if known else colours.background
        for tone, known in zip(tones, rows["low"].notna(), strict=True)
    ]
    points = go.Scatter(
        x=rows["difference"].tolist(), y=places, mode="markers",
        marker={"size": 11, "color": fills, "line": {"color": tones, "width": 2}},
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    low, high = _reach(rows[["difference", "low", "high"]])
    axis = value_axis(min(low, 0.0), max(high, 0.0), write, colours, about=4)
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode,
            height=FRAME + 14 + ROW * max(2, len(rows)),
            shapes=[rule_line(x=0.0, colours=colours)],
            xaxis={**axis, "title": axis_title(label, colours)},
            yaxis=name_axis(rows["name"], most=18),
        ),
    )


def effects_over_time(
    rows: pd.DataFrame,
    *,
    write: Callable[[float], str],
    ticks: dict[float, str] | None = None,
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw the difference of each arm over time in its interval, with a line at no difference.

    Parameters
    ----------
    rows : DataFrame
        By arm in order of time: ``name``, ``at`` (day or number), ``difference``, ``low``,
        ``high``, ``hover``. Rows without an interval are not drawn.
    ticks : dict of float to str, optional
        What is written along the axis; days without.
    """
    colours = PALETTES[mode]
    shown = rows.dropna(subset=["low", "high"])
    traces = []
    for place, (name, part) in enumerate(shown.groupby("name", sort=False)):
        colour = colours.series[place % len(colours.series)]
        at = part["at"].tolist()
        traces.append(
            go.Scatter(
                x=[*at, *at[::-1]], y=[*part["high"], *part["low"].iloc[::-1]], fill="toself",
                fillcolor=translucent(colour, 0.14), line={"width": 0}, mode="lines",
                hoverinfo="skip", showlegend=False,
            )
        )  # fmt: skip
        traces.append(
            go.Scatter(
                x=at, y=part["difference"].tolist(), name=str(name),
                mode="lines+markers" if len(part) < 20 else "lines",
                line={"color": colour, "width": 2},
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    low, high = _reach(shown[["low", "high"]])
    axis = {} if ticks is None else {
        "tickmode": "array", "tickvals": list(ticks), "ticktext": list(ticks.values())
    }  # fmt: skip
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=len(traces) > 2,
            shapes=[rule_line(y=0.0, colours=colours)],
            xaxis={"zeroline": False, **axis},
            yaxis=value_axis(min(low, 0.0), max(high, 0.0), write, colours, about=4),
        ),
    )


def _reach(numbers: pd.DataFrame) -> tuple[float, float]:
    """Return the least and the greatest number; 0 and 1 where none is known."""
    known = numbers.to_numpy(dtype="float64").ravel()
    known = known[known == known]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
