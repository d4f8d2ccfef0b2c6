"""Charts of tickets: came and solved, when they come, waits, backlog. No calculations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent

_MAX_TICKS = 7

_ROOM = {"standoff": 8}  # without it the margin leaves the title out


@dataclass(frozen=True)
class FlowLabels:
    """Words of the bars in the viewer's language."""

    created: str
    solved: str


def flow_bars(
    rows: pd.DataFrame,
    *,
    labels: FlowLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw tickets created beside those solved by period; one that is not over hollow.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``created``, ``solved``, ``is_complete``, ``hover``.
    """
    colours = PALETTES[mode]
    traces = []
    for column, name, colour in (
        ("created", labels.created, colours.main), ("solved", labels.solved, colours.compare),
    ):  # fmt: skip
        fills = [colour if done else translucent(colour, 0.15) for done in rows["is_complete"]]
        widths = [0 if done else 2 for done in rows["is_complete"]]
        traces.append(
            go.Bar(
                x=rows.index.tolist(), y=rows[column].tolist(), name=name,
                marker={"color": fills, "line": {"color": colour, "width": widths}},
                customdata=[[text, row] for row, text in enumerate(rows["hover"])],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    highest = float(rows[["created", "solved"]].to_numpy().max()) if len(rows) else 1.0
    return go.Figure(
        data=traces,
        layout=layout(
            mode, height=height, barmode="group", bargap=0.25, showlegend=True,
            legend={"traceorder": "normal"}, xaxis=_periods(rows),
            yaxis=value_axis(0.0, highest, write, colours, about=3),
        ),
    )  # fmt: skip


def arrival_heat(
    grid: pd.DataFrame,
    *,
    weekdays: Sequence[str],
    hover: Callable[[int, int, int], str],
    label: str,
    mode: Mode = "light",
    height: int = 270,
) -> go.Figure:
    """Draw tickets by weekday and hour: the more, the darker.

    Parameters
    ----------
    grid : DataFrame
        Index 1 (Monday) to 7, columns 0 to 23: tickets.
    hover : callable
        Weekday, hour, tickets -> text.
    """
    colours = PALETTES[mode]
    texts = [[hover(int(d), int(h), int(grid.loc[d, h])) for h in grid.columns] for d in grid.index]
    heat = go.Heatmap(
        z=grid.to_numpy().tolist(), x=[int(hour) for hour in grid.columns],
        y=list(range(len(grid))), customdata=texts,
        hovertemplate="%{customdata}<extra></extra>",
        colorscale=[[0, colours.grid], [1, colours.main]], xgap=1, ygap=1, showscale=False,
    )  # fmt: skip
    return go.Figure(
        data=[heat],
        layout=layout(
            mode, height=height,
            xaxis={"title": axis_title(label, colours) | _ROOM, "tickvals": list(range(0, 24, 3)),
                   "ticktext": [f"{hour}" for hour in range(0, 24, 3)], "tickangle": 0},
            yaxis={"tickmode": "array", "tickvals": list(range(len(grid))),
                   "ticktext": list(weekdays), "range": [len(grid) - 0.5, -0.5],
                   "showgrid": False, "zeroline": False},
        ),
    )  # fmt: skip


def wait_curves(
    curves: Mapping[str, pd.DataFrame],
    *,
    label: str,
    ticks: Mapping[float, str],
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw the share that is done by hours since creation, on a logarithmic axis.

    Parameters
    ----------
    curves : mapping of str to DataFrame
        By name: ``hours`` (above 0), ``value``, ``low``, ``high``, ``hover``.
    label : str
        Title of the axis.
    ticks : mapping of float to str
        Hours and what is written there.
    """
    colours = PALETTES[mode]
    traces = []
    for (name, points), colour in zip(
        curves.items(), (colours.main, colours.compare, colours.series[2]), strict=False
    ):  # fmt: skip
        traces += _curve(name, points, colour)
    return go.Figure(
        data=traces,
        layout=layout(
            mode, height=height, showlegend=True, legend={"traceorder": "normal"},
            xaxis={
                "type": "log", "title": axis_title(label, colours) | _ROOM, "tickmode": "array",
                "tickvals": list(ticks), "ticktext": list(ticks.values()), "showgrid": True,
                "gridcolor": colours.grid, "tickangle": 0,
            },
            yaxis=value_axis(0.0, 1.0, write, colours),
        ),
    )  # fmt: skip


def backlog_line(
    rows: pd.DataFrame,
    *,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw open tickets at the end of each period; the running one as an open circle.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``open``, ``is_complete``, ``hover``.
    """
    colours = PALETTES[mode]
    symbols = ["circle" if done else "circle-open" for done in rows["is_complete"]]
    line = go.Scatter(
        x=rows.index.tolist(), y=rows["open"].tolist(), mode="lines+markers",
        line={"color": colours.main, "width": 2},
        marker={"size": 8, "symbol": symbols, "color": colours.main, "line": {"width": 2}},
        customdata=[[text, row] for row, text in enumerate(rows["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["open"].max()) if len(rows) else 1.0
    return go.Figure(
        data=[line],
        layout=layout(
            mode, height=height, xaxis=_periods(rows),
            yaxis=value_axis(0.0, highest, write, colours, about=3),
        ),
    )  # fmt: skip


def age_bars(
    rows: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw open tickets by age: ``name``, ``tickets``, ``hover``, the youngest on top."""
    colours = PALETTES[mode]
    bars = go.Bar(
        x=rows["tickets"].tolist(), y=list(range(len(rows))), orientation="h",
        marker={"color": colours.main}, customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["tickets"].max()) if len(rows) else 1.0
    return go.Figure(
        data=[bars],
        layout=layout(
            mode, height=FRAME + ROW * len(rows),
            xaxis=value_axis(0.0, highest, write, colours, about=3),
            yaxis=name_axis(rows["name"]),
        ),
    )  # fmt: skip


def rate_rows(
    rows: pd.DataFrame, *, overall: float, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw a rate by group as a point in its interval, that of all as an upright line.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``value``, ``low``, ``high``, ``hover``.
    """
    colours = PALETTES[mode]
    lines = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(colours.main, 0.45), "width": 4},
        )
        for place, row in enumerate(rows.itertuples())
    ]  # fmt: skip
    points = go.Scatter(
        x=rows["value"].tolist(), y=list(range(len(rows))), mode="markers",
        marker={"size": 10, "color": colours.main},
        customdata=[[text, row] for row, text in enumerate(rows["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["high"].max()) if rows["high"].notna().any() else 1.0
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode, height=FRAME + ROW * len(rows),
            shapes=[rule_line(x=overall, colours=colours)] if overall == overall else [],
            xaxis=value_axis(0.0, highest, write, colours, about=3),
            yaxis=name_axis(rows["name"]),
        ),
    )  # fmt: skip


def _curve(name: str, points: pd.DataFrame, colour: str) -> list[go.Scatter]:
    known = points.dropna(subset=["low", "high"])
    band = go.Scatter(
        x=[*known["hours"], *known["hours"].iloc[::-1]],
        y=[*known["high"], *known["low"].iloc[::-1]],
        fill="toself", fillcolor=translucent(colour, 0.16), line={"width": 0}, mode="lines",
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    line = go.Scatter(
        x=points["hours"].tolist(), y=points["value"].tolist(), mode="lines", name=name,
        line={"color": colour, "width": 2, "shape": "hv"},
        customdata=[[text] for text in points["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    return [band, line]


def _periods(rows: pd.DataFrame) -> dict[str, object]:
    step = max(1, -(-len(rows) // _MAX_TICKS))
    return {
        "tickmode": "array", "tickvals": list(range(0, len(rows), step)),
        "ticktext": rows["label"].iloc[::step].tolist(), "tickangle": 0,
        "range": [-0.6, len(rows) - 0.4], "zeroline": False,
    }  # fmt: skip
