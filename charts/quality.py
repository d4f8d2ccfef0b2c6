"""Charts of data quality: how full fields are, imports over time, and what faults do to numbers."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, layout, translucent


def filled_bars(
    rows: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw how full each field is: filled, and what is missing in another colour up to all.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``share`` (0-1), ``text``, ``hover``.
    """
    colours = PALETTES[mode]
    place = list(range(len(rows)))
    hover = {"customdata": rows["hover"].tolist(), "hovertemplate": "%{customdata}<extra></extra>"}
    axis = value_axis(0.0, 1.0, write, colours) | {"range": [0.0, 1.14]}
    figure = go.Figure(
        layout=layout(
            mode, height=FRAME + ROW * len(rows), barmode="stack", bargap=0.35, xaxis=axis,
            yaxis=name_axis(rows["name"]),
        )
    )  # fmt: skip
    shares = rows["share"].astype("float64")
    for values, colour in ((shares, colours.main), (1.0 - shares, colours.main_soft)):
        figure.add_bar(x=values.tolist(), y=place, orientation="h", marker_color=colour, **hover)
    figure.add_scatter(
        x=[1.01] * len(rows), y=place, mode="text", text=rows["text"].tolist(),
        textposition="middle right", textfont={"color": colours.text, "size": 12},
        hoverinfo="skip",
    )  # fmt: skip
    return figure


def imports_line(
    rows: pd.DataFrame, *, names: tuple[str, str], write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:  # fmt: skip
    """Draw, import by import, the share of values that are there and the share of rows refused.

    Parameters
    ----------
    rows : DataFrame
        In the order of arrival: ``label``, ``share`` (missing where a later import says the last
        word of every row), ``refused``, ``hover``.
    names : tuple of str
        What the two are called.
    """
    colours = PALETTES[mode]
    hover = {"customdata": rows["hover"].tolist(), "hovertemplate": "%{customdata}<extra></extra>"}
    place = list(range(len(rows)))
    step = max(1, -(-len(rows) // 6))
    figure = go.Figure(
        layout=layout(
            mode, height=300, showlegend=True,
            xaxis={"tickvals": place[::step], "ticktext": rows["label"].tolist()[::step],
                   "range": [-0.5, len(rows) - 0.5]},
            yaxis=value_axis(0.0, 1.0, write, colours),
        )
    )  # fmt: skip
    for column, name, colour, symbol in (
        ("share", names[0], colours.main, "circle"),
        ("refused", names[1], colours.bad, "diamond"),
    ):
        figure.add_scatter(
            x=place, y=rows[column].astype("float64").tolist(), name=name, mode="lines+markers",
            line={"color": colour, "width": 2}, marker={"size": 9, "symbol": symbol}, **hover,
        )  # fmt: skip
    return figure


def effect_ranges(
    rows: pd.DataFrame, *, names: tuple[str, str, str], write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:  # fmt: skip
    """Draw how far each number may be off, relative to what it is.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``low``, ``high``, ``without`` (relative to the value, 0 is
        the value itself; missing where not known), ``hover``.
    names : tuple of str
        What the range, the value and the number without duplicates are called.
    """
    colours = PALETTES[mode]
    place = list(range(len(rows)))
    hover = {"customdata": rows["hover"].tolist(), "hovertemplate": "%{customdata}<extra></extra>"}
    low, high = float(min(0.0, rows["low"].min())), float(max(0.0, rows["high"].max()))
    figure = go.Figure(
        layout=layout(
            mode, height=FRAME + 24 + ROW * len(rows), showlegend=True,
            shapes=[rule_line(x=0.0, colours=colours)],
            xaxis=value_axis(low, high, write, colours, about=3),
            yaxis=name_axis(rows["name"], most=18),
        )
    )  # fmt: skip
    figure.add_bar(
        x=(rows["high"] - rows["low"]).tolist(), base=rows["low"].tolist(), y=place,
        orientation="h", width=0.3, name=names[0],
        marker_color=translucent(colours.compare, 0.45), **hover,
    )  # fmt: skip
    figure.add_scatter(
        x=[0.0] * len(rows), y=place, mode="markers", name=names[1],
        marker={"size": 10, "color": colours.main}, **hover,
    )  # fmt: skip
    if rows["without"].notna().any():
        figure.add_scatter(
            x=rows["without"].astype("float64").tolist(), y=place, mode="markers", name=names[2],
            marker={"size": 11, "symbol": "diamond-open", "color": colours.compare}, **hover,
        )  # fmt: skip
    return figure
