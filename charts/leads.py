"""Charts of leads: volume, time to the first contact, conversion. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent

_MAX_TICKS = 7


@dataclass(frozen=True)
class VolumeLabels:
    """Words of the bars in the viewer's language."""

    done: str
    unfinished: str


@dataclass(frozen=True)
class CohortLabels:
    """Words of the cohorts in the viewer's language."""

    share: str
    still_open: str


def volume_bars(
    rows: pd.DataFrame,
    *,
    labels: VolumeLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 260,
) -> go.Figure:
    """Draw leads by period; one that is not over as a hollow bar.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``leads``, ``is_complete``, ``hover``.
    """
    colours = PALETTES[mode]
    traces = []
    for is_done, name in ((True, labels.done), (False, labels.unfinished)):
        part = rows[rows["is_complete"] == is_done]
        if part.empty:
            continue
        traces.append(
            go.Bar(
                x=part.index.tolist(), y=part["leads"].tolist(), name=name,
                marker={
                    "color": colours.main if is_done else translucent(colours.main, 0.12),
                    "line": {"color": colours.main, "width": 0 if is_done else 2},
                },
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    highest = float(rows["leads"].max()) if len(rows) else 1.0
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            barmode="overlay",
            bargap=0.25,
            showlegend=len(traces) > 1,
            xaxis=_periods(rows),
            yaxis=value_axis(0.0, highest, write, colours, about=3),
        ),
    )


def response_curve(
    points: pd.DataFrame,
    *,
    label: str,
    ticks: dict[float, str],
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw the share contacted by hours since the lead came, on a logarithmic axis.

    Parameters
    ----------
    points : DataFrame
        ``hours`` (above 0), ``value``, ``low``, ``high``, ``hover``.
    label : str
        Title of the axis.
    ticks : dict of float to str
        Hours and what is written there.
    """
    colours = PALETTES[mode]
    known = points.dropna(subset=["low", "high"])
    band = go.Scatter(
        x=[*known["hours"], *known["hours"].iloc[::-1]],
        y=[*known["high"], *known["low"].iloc[::-1]],
        fill="toself", fillcolor=translucent(colours.main, 0.16), line={"width": 0},
        mode="lines", hoverinfo="skip",
    )  # fmt: skip
    line = go.Scatter(
        x=points["hours"].tolist(), y=points["value"].tolist(), mode="lines",
        line={"color": colours.main, "width": 2, "shape": "hv"},
        customdata=[[text] for text in points["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    return go.Figure(
        data=[band, line],
        layout=layout(
            mode,
            height=height,
            xaxis={
                "type": "log", "title": axis_title(label, colours), "tickmode": "array",
                "tickvals": list(ticks), "ticktext": list(ticks.values()), "showgrid": True,
                "gridcolor": colours.grid, "tickangle": 0,
            },
            yaxis=value_axis(0.0, 1.0, write, colours),
        ),
    )  # fmt: skip


def cohort_points(
    rows: pd.DataFrame,
    *,
    labels: CohortLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw conversion by cohort with its interval; young cohorts as an open-ended arrow up.

    Parameters
    ----------
    rows : DataFrame
        In order: ``label``, ``share``, ``low``, ``high`` (NaN while open), ``so_far`` (share that
        converted already), ``is_open``, ``hover``.
    """
    colours = PALETTES[mode]
    done, young = rows[~rows["is_open"]], rows[rows["is_open"]]
    traces = [
        go.Scatter(
            x=done.index.tolist(), y=done["share"].tolist(), mode="markers+lines",
            name=labels.share, line={"color": translucent(colours.main, 0.5), "width": 1},
            marker={"size": 8, "color": colours.main},
            error_y={
                "type": "data", "symmetric": False, "color": translucent(colours.main, 0.6),
                "array": (done["high"] - done["share"]).tolist(),
                "arrayminus": (done["share"] - done["low"]).tolist(), "thickness": 2, "width": 0,
            },
            customdata=[[text] for text in done["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    ]  # fmt: skip
    if len(young):
        traces.append(
            go.Scatter(
                x=young.index.tolist(), y=young["so_far"].tolist(), mode="markers",
                name=labels.still_open,
                marker={
                    "size": 11, "symbol": "triangle-up-open", "color": colours.compare,
                    "line": {"width": 2, "color": colours.compare},
                },
                customdata=[[text] for text in young["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    seen = pd.concat([rows["high"], rows["so_far"]]).dropna()
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            legend={"traceorder": "normal"},
            xaxis=_periods(rows),
            yaxis=value_axis(0.0, float(seen.max()) if len(seen) else 1.0, write, colours),
        ),
    )


def source_intervals(
    rows: pd.DataFrame, *, overall: float, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw conversion by source, drawn toward all, as a point in its interval.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``value``, ``low``, ``high``, ``hover``.
    overall : float
        Share of all: an upright line.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    lines = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(colours.main, 0.45), "width": 4},
        )
        for place, row in zip(places, rows.itertuples(), strict=True)
    ]  # fmt: skip
    points = go.Scatter(
        x=rows["value"].tolist(), y=places, mode="markers",
        marker={"size": 10, "color": colours.main},
        customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    highest = float(rows["high"].max()) if rows["high"].notna().any() else 1.0
    return go.Figure(
        data=[*lines, points],
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            shapes=[rule_line(x=overall, colours=colours)] if overall == overall else [],
            xaxis=value_axis(0.0, highest, write, colours, about=3),
            yaxis=name_axis(rows["name"]),
        ),
    )


def _periods(rows: pd.DataFrame) -> dict[str, object]:
    step = max(1, -(-len(rows) // _MAX_TICKS))
    return {
        "tickmode": "array", "tickvals": list(range(0, len(rows), step)),
        "ticktext": rows["label"].iloc[::step].tolist(), "tickangle": 0,
        "range": [-0.6, len(rows) - 0.4], "zeroline": False,
    }  # fmt: skip
