"""Charts of forecasts: history and what is ahead. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, layout, translucent
from charts.ticks import round_ticks

_MAX_TICKS = 7


@dataclass(frozen=True)
class ForecastLabels:
    """Words in the viewer's language."""

    actual: str
    running: str
    forecast: str
    inner: str
    outer: str
    earlier: str = ""


def forecast_lines(
    points: pd.DataFrame,
    *,
    labels: ForecastLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 360,
) -> go.Figure:
    """Draw what came as a line, the period in progress apart, what is ahead with its bands.

    Parameters
    ----------
    points : DataFrame
        One row per period in order: ``label``, ``actual``, ``running``, ``yhat``, ``low``,
        ``high`` (inner band), ``low_outer``, ``high_outer``, ``hover``; optionally ``earlier``,
        what was forecast before. NaN: nothing to draw.

    Returns
    -------
    Figure
        Traces in order: outer band, inner band, actual, forecast, earlier forecast (if any), the
        period in progress (if any). ``customdata`` is the hover text.
    """
    colours = PALETTES[mode]
    traces = [
        _band(points, "low_outer", "high_outer", labels.outer, translucent(colours.compare, 0.16)),
        _band(points, "low", "high", labels.inner, translucent(colours.compare, 0.3)),
        _line(points, "actual", labels.actual, colours.main),
        _line(points, "yhat", labels.forecast, colours.compare, dash="dash"),
    ]
    if "earlier" in points and points["earlier"].notna().any():
        traces.append(_line(points, "earlier", labels.earlier, colours.muted, dash="dot"))
    if points["running"].notna().any():
        traces.append(_hollow(points, labels.running, colours))
    names = ["actual", "running", "yhat", "low_outer", "high_outer"]
    seen = points[names].to_numpy(dtype="float64")
    known = seen[np.isfinite(seen)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    ticks = round_ticks(min(0.0, low), high or 1.0)
    reach = (ticks[-1] - ticks[0]) or 1.0
    step = max(1, -(-len(points) // _MAX_TICKS))
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            legend={"traceorder": "normal"},
            xaxis={
                "tickmode": "array", "tickvals": list(range(0, len(points), step)),
                "ticktext": points["label"].iloc[::step].tolist(), "tickangle": 0,
                "range": [-0.6, len(points) - 0.4], "zeroline": False,
            },
            yaxis={
                "tickmode": "array", "tickvals": ticks, "ticktext": [write(t) for t in ticks],
                "range": [ticks[0] - 0.02 * reach, ticks[-1] + 0.04 * reach],
            },
        ),
    )  # fmt: skip


def _band(points: pd.DataFrame, low: str, high: str, name: str, colour: str) -> go.Scatter:
    """Return an area that begins at the last value that is known."""
    at = np.flatnonzero(points[low].notna().to_numpy())
    return go.Scatter(
        x=[*at, *at[::-1]], y=[*points[high].iloc[at], *points[low].iloc[at[::-1]]],
        fill="toself", fillcolor=colour, line={"width": 0}, mode="lines", hoverinfo="skip",
        name=name,
    )  # fmt: skip


def _line(
    points: pd.DataFrame, column: str, name: str, colour: str, *, dash: str = "solid"
) -> go.Scatter:
    at = np.flatnonzero(points[column].notna().to_numpy())
    return go.Scatter(
        x=at.tolist(), y=points[column].iloc[at].tolist(), name=name,
        mode="lines+markers" if len(at) <= 60 else "lines",
        line={"color": colour, "width": 2.5 if dash == "solid" else 2, "dash": dash},
        marker={"size": 5}, customdata=[[text] for text in points["hover"].iloc[at]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip


def _hollow(points: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    at = np.flatnonzero(points["running"].notna().to_numpy())
    return go.Scatter(
        x=at.tolist(), y=points["running"].iloc[at].tolist(), name=name, mode="markers",
        marker={"symbol": "circle-open", "size": 11, "color": colours.main, "line": {"width": 2}},
        customdata=[[text] for text in points["hover"].iloc[at]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
