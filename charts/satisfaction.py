"""Charts of satisfaction: scores over time with limits, by group, and what matters most."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent

_MAX_TICKS = 7


@dataclass(frozen=True)
class TrendLabels:
    """Words of the trend in the viewer's language."""

    limits: str
    noise: str
    change: str
    cannot_tell: str
    unfinished: str


@dataclass(frozen=True)
class MapLabels:
    """Words of the map in the viewer's language."""

    performance: str
    importance: str


def score_trend(
    rows: pd.DataFrame,
    *,
    labels: TrendLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw a score by period with its interval, and the limits that noise stays within.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``value``, ``low``, ``high``, ``lower``, ``upper``, ``verdict`` (as
        ``analytics.satisfaction_trend``), ``hover``.
    """
    colours = PALETTES[mode]
    traces: list[go.Scatter] = []
    limits = rows[rows["lower"].notna()]
    if len(limits):
        places = limits.index.tolist()
        traces.append(
            go.Scatter(
                x=[*places, *places[::-1]],
                y=[*limits["upper"], *limits["lower"].iloc[::-1]],
                fill="toself", fillcolor=translucent(colours.main, 0.10), line={"width": 0},
                mode="lines", hoverinfo="skip", name=labels.limits,
            )
        )  # fmt: skip
    done = rows[rows["verdict"] != "unfinished"]
    traces.append(
        go.Scatter(
            x=done.index.tolist(), y=done["value"].tolist(), mode="lines", hoverinfo="skip",
            showlegend=False, line={"color": translucent(colours.main, 0.5), "width": 1},
        )
    )  # fmt: skip
    kinds = (
        ("noise", labels.noise, colours.main, "circle"),
        ("change", labels.change, colours.bad, "diamond"),
        ("cannot_tell", labels.cannot_tell, colours.muted, "circle"),
        ("unfinished", labels.unfinished, colours.compare, "circle-open"),
    )
    for verdict, name, colour, symbol in kinds:
        part = rows[rows["verdict"] == verdict]
        if part.empty:
            continue
        traces.append(
            go.Scatter(
                x=part.index.tolist(), y=part["value"].tolist(), mode="markers", name=name,
                marker={"size": 9, "color": colour, "symbol": symbol, "line": {"width": 2}},
                error_y={
                    "type": "data", "symmetric": False, "color": translucent(colour, 0.5),
                    "array": (part["high"] - part["value"]).tolist(),
                    "arrayminus": (part["value"] - part["low"]).tolist(), "thickness": 2,
                    "width": 0,
                },
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    seen = pd.concat([rows[name] for name in ("value", "low", "high", "lower", "upper")]).dropna()
    lowest, highest = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    step = max(1, -(-len(rows) // _MAX_TICKS))
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            xaxis={
                "tickmode": "array", "tickvals": list(range(0, len(rows), step)),
                "ticktext": rows["label"].iloc[::step].tolist(), "tickangle": 0,
                "range": [-0.6, len(rows) - 0.4], "zeroline": False,
            },
            yaxis=value_axis(lowest, highest, write, colours),
        ),
    )  # fmt: skip


def group_intervals(
    rows: pd.DataFrame, *, mean: float, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw the mean of each group as a point in its interval, and that of all as a line.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``value``, ``low``, ``high``, ``standing``, ``hover``.
    """
    colours = PALETTES[mode]
    paint = {"above": colours.good, "below": colours.bad}
    shades = [paint.get(one, colours.main) for one in rows["standing"]]
    places = list(range(len(rows)))
    lines = [
        go.Scatter(
            x=[low, high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(shade, 0.55), "width": 4},
        )
        for place, shade, low, high in zip(places, shades, rows["low"], rows["high"], strict=True)
        if low == low and high == high
    ]  # fmt: skip
    points = go.Scatter(
        x=rows["value"].tolist(), y=places, mode="markers", marker={"size": 10, "color": shades},
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    seen = pd.concat([rows["value"], rows["low"], rows["high"]]).dropna()
    lowest, highest = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            shapes=[rule_line(x=mean, colours=colours)] if mean == mean else [],
            xaxis=value_axis(lowest, highest, write, colours),
            yaxis=name_axis(rows["name"], most=18),
        ),
    )


def driver_map(
    rows: pd.DataFrame,
    *,
    labels: MapLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw importance by performance; lines at the even share and at the middle.

    Parameters
    ----------
    rows : DataFrame
        ``name``, ``performance``, ``share``, ``low``, ``high`` (0 to 1), ``hover``.
    """
    colours = PALETTES[mode]
    points = go.Scatter(
        x=rows["performance"].tolist(), y=rows["share"].tolist(), mode="markers+text",
        text=rows["name"].tolist(), textposition="top center", cliponaxis=False,
        marker={"size": 10, "color": colours.main},
        error_y={
            "type": "data", "symmetric": False, "color": translucent(colours.main, 0.45),
            "array": (rows["high"] - rows["share"]).tolist(),
            "arrayminus": (rows["share"] - rows["low"]).tolist(), "thickness": 2, "width": 0,
        },
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["high"].max()) if len(rows) else 1.0
    even = 1 / len(rows) if len(rows) else 0.0
    across = value_axis(0.0, 1.0, write, colours)
    upright = value_axis(0.0, highest, write, colours)
    return go.Figure(
        data=[points],
        layout=layout(
            mode,
            height=height,
            margin={"t": 24, "r": 24},
            shapes=[rule_line(x=0.5, colours=colours), rule_line(y=even, colours=colours)],
            xaxis=across | {"title": axis_title(labels.performance, colours)},
            yaxis=upright | {"title": axis_title(labels.importance, colours)},
        ),
    )
