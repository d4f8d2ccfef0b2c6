"""Charts of matched campaigns: how alike both sides are, and how they went before and after."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.calibration import whiskers
from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout


@dataclass(frozen=True)
class LoveLabels:
    """What the points are called, and the axis."""

    before: str
    after: str
    axis: str


@dataclass(frozen=True)
class EventLabels:
    """What the points are called: before the contact, its own period, later ones."""

    before: str
    own: str
    later: str


def love_plot(
    rows: pd.DataFrame,
    *,
    labels: LoveLabels,
    border: float,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw how unlike both sides are in each term, before and after, with the border.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``before``, ``after`` (deviations, without a sign), ``hover``.
    border : float
        More than this is unlike.
    """
    colours = PALETTES[mode]
    places, hover = list(range(len(rows))), [[text] for text in rows["hover"]]
    kinds = (
        ("before", labels.before, "circle-open", colours.compare),
        ("after", labels.after, "circle", colours.main),
    )
    points = [
        go.Scatter(
            x=rows[name].tolist(), y=places, name=label, mode="markers",
            marker={"size": 9, "symbol": symbol, "color": colour,
                    "line": {"width": 2, "color": colour}},
            customdata=hover, hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for name, label, symbol, colour in kinds
    ]  # fmt: skip
    high = max(2 * border, float(rows[["before", "after"]].max().max()))
    axis = value_axis(0.0, high, write, colours, about=4)
    line = rule_line(x=border, colours=colours)
    return go.Figure(
        data=points,
        layout=layout(
            mode,
            height=FRAME + 30 + ROW * len(rows),
            showlegend=True,
            shapes=[line | {"line": {"color": colours.bad, "width": 1, "dash": "dash"}}],
            xaxis=axis | {"title": axis_title(labels.axis, colours)},
            yaxis=name_axis(rows["name"]),
        ),
    )


def event_plot(
    rows: pd.DataFrame,
    *,
    labels: EventLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw the gap between both sides by period, less that of the one before the contact.

    Parameters
    ----------
    rows : DataFrame
        In the order of time: ``label``, ``period`` (0 is that of the contact), ``gap``, ``low``,
        ``high``, ``hover``.
    """
    colours = PALETTES[mode]
    place = pd.Series(range(len(rows)), index=rows.index)
    parts = (
        (labels.before, rows["period"] < 0, colours.muted, "circle"),
        (labels.own, rows["period"] == 0, colours.main, "diamond"),
        (labels.later, rows["period"] > 0, colours.compare, "circle-open"),
    )
    figure = go.Figure(
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            shapes=[rule_line(y=0.0, colours=colours)],
            xaxis={"tickmode": "array", "tickvals": place.tolist(),
                   "ticktext": rows["label"].tolist()},
            yaxis=value_axis(
                min(0.0, float(rows["low"].min())), max(0.0, float(rows["high"].max())), write,
                colours, about=5,
            ),
        )
    )  # fmt: skip
    for name, chosen, colour, symbol in parts:
        own = rows[chosen]
        if own.empty:
            continue
        figure.add_scatter(
            x=place[chosen].tolist(), y=own["gap"].tolist(), name=name, mode="markers",
            marker={"size": 9, "color": colour, "symbol": symbol},
            error_y=whiskers(own["gap"], own["low"], own["high"], colour),
            customdata=[[text] for text in own["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )  # fmt: skip
    return figure
