"""Charts of what a forecast is made of and how it was tested. No queries, no calculations."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout
from charts.ticks import round_ticks

_MAX_TICKS = 7
_TITLE = 20  # pixels of an axis's title


def share_bars(
    rows: pd.DataFrame,
    kinds: Sequence[tuple[str, str]],
    *,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw shares above and below 0, in parts.

    Parameters
    ----------
    rows : DataFrame
        From left to right: ``label``, one column per kind, ``hover``.
    kinds : sequence of (column, name)
        Parts, as they are called.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    traces = [
        go.Bar(
            x=places, y=rows[column].tolist(), name=name,
            marker={"color": colours.series[place]},
            customdata=[[text] for text in rows["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for place, (column, name) in enumerate(kinds)
    ]  # fmt: skip
    values = rows[[column for column, _ in kinds]].to_numpy(dtype="float64")
    low = float(np.minimum(values, 0).sum(axis=1).min()) if len(rows) else 0.0
    high = float(np.maximum(values, 0).sum(axis=1).max()) if len(rows) else 1.0
    axis = value_axis(low, high, write, colours) | {"zeroline": True}
    return go.Figure(
        data=traces,
        layout=layout(
            mode, height=height, barmode="relative", bargap=0.3, showlegend=len(traces) > 1,
            legend={"traceorder": "normal"},
            xaxis={"tickmode": "array", "tickvals": places, "ticktext": rows["label"].tolist(),
                   "tickangle": 0},
            yaxis=axis,
        ),
    )  # fmt: skip


def lines(
    points: pd.DataFrame,
    columns: Sequence[tuple[str, str]],
    *,
    write: Callable[[float], str],
    faint: Sequence[str] = (),
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw columns as lines over the same periods.

    Parameters
    ----------
    points : DataFrame
        One row per period: ``label``, the columns (NaN: nothing to draw), ``hover``.
    columns : sequence of (column, name)
        The first is drawn thick; several with the same name have one entry in the legend.
    faint : sequence of str
        Columns that are drawn thin and are not pointed at.
    """
    colours = PALETTES[mode]
    names: list[str] = []
    traces = []
    for column, name in columns:
        is_first, is_faint = not names, column in faint
        colour = colours.main if is_first else colours.compare
        if not is_first and name not in names and len(set(names)) > 1:
            colour = colours.series[len(set(names)) % len(colours.series)]
        at = np.flatnonzero(points[column].notna().to_numpy())
        pointed = {} if is_faint else {
            "customdata": [[text] for text in points["hover"].iloc[at]],
            "hovertemplate": "%{customdata[0]}<extra></extra>",
        }  # fmt: skip
        traces.append(
            go.Scatter(
                x=at.tolist(), y=points[column].iloc[at].tolist(), name=name, mode="lines",
                legendgroup=name, showlegend=name not in names,
                line={"color": colour, "width": 2.5 if is_first else 1.3 if is_faint else 2},
                hoverinfo="skip" if is_faint else None, **pointed,
            )
        )  # fmt: skip
        names.append(name)
    values = points[[column for column, _ in columns]].to_numpy(dtype="float64")
    known = values[np.isfinite(values)]
    ticks = round_ticks(min(0.0, known.min(initial=0.0)), known.max(initial=0.0) or 1.0)
    reach = (ticks[-1] - ticks[0]) or 1.0
    step = max(1, -(-len(points) // _MAX_TICKS))
    return go.Figure(
        data=traces,
        layout=layout(
            mode, height=height, showlegend=True, legend={"traceorder": "normal"},
            xaxis={"tickmode": "array", "tickvals": list(range(0, len(points), step)),
                   "ticktext": points["label"].iloc[::step].tolist(), "tickangle": 0,
                   "range": [-0.6, len(points) - 0.4], "zeroline": False},
            yaxis={"tickmode": "array", "tickvals": ticks, "ticktext": [write(t) for t in ticks],
                   "range": [ticks[0] - 0.02 * reach, ticks[-1] + 0.04 * reach]},
        ),
    )  # fmt: skip


def error_bars(
    rows: pd.DataFrame, *, measure: str, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw the error of each candidate as a bar; the one that is used stands out.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``label``, ``error`` (NaN: not tested), ``is_used``, ``hover``.
    measure : str
        What the errors are, under their axis.
    """
    colours = PALETTES[mode]
    bars = go.Bar(
        y=list(range(len(rows))), x=rows["error"].tolist(), orientation="h",
        marker={"color": [colours.main if u else colours.main_soft for u in rows["is_used"]]},
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["error"].max()) if rows["error"].notna().any() else 1.0
    return go.Figure(
        data=bars,
        layout=layout(
            mode, height=FRAME + _TITLE + ROW * len(rows), bargap=0.35,
            xaxis=value_axis(0.0, highest, write, colours, about=4)
            | {"title": axis_title(measure, colours)},
            yaxis=name_axis(rows["label"]),
        ),
    )  # fmt: skip


def sum_bars(
    rows: pd.DataFrame,
    *,
    names: tuple[str, str],
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw a bar a part, with a mark for what it is compared with.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``label``, ``value``, ``mark`` (NaN: none), ``hover``.
    names : tuple of str
        What bars and marks are called.
    """
    colours = PALETTES[mode]
    places = np.arange(len(rows))
    bars = go.Bar(
        y=places.tolist(), x=rows["value"].tolist(), orientation="h", name=names[0],
        marker={"color": colours.main}, customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    known = rows["mark"].notna().to_numpy()
    marks = go.Scatter(
        x=rows["mark"][known].tolist(), y=places[known].tolist(), mode="markers", name=names[1],
        hoverinfo="skip",
        marker={"symbol": "line-ns-open", "size": 13, "color": colours.compare,
                "line": {"width": 2}},
    )  # fmt: skip
    highest = float(rows[["value", "mark"]].max().max()) if len(rows) else 1.0
    return go.Figure(
        data=[bars, marks],
        layout=layout(
            mode, height=FRAME + ROW * len(rows), showlegend=True, bargap=0.35,
            xaxis=value_axis(0.0, highest, write, colours, about=4),
            yaxis=name_axis(rows["label"]),
        ),
    )  # fmt: skip
