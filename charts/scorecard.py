"""The chart of the scorecard: a measure by month, before and after. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, layout, translucent
from charts.ticks import round_ticks

_MAX_TICKS = 7


@dataclass(frozen=True)
class BeforeAfterLabels:
    """Words of the chart; ``other`` is empty without a comparison group."""

    before: str
    after: str
    neither: str
    other: str = ""


def before_after_lines(
    points: pd.DataFrame,
    *,
    means: tuple[float, float],
    labels: BeforeAfterLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw each month as a dot by its side, with the value of each side as a level line.

    Parameters
    ----------
    points : DataFrame
        One row per month in order: ``label``, ``side`` (``before``, ``after``, ``neither``),
        ``value`` and ``other`` (NaN: nothing to tell), ``hover``.
    means : tuple of float
        Of before and after.
    write : callable
        Writes an axis value.

    Returns
    -------
    Figure
        Traces in order: the months of neither side, the other group (if any), before and after
        (dots, then the level line of each).
    """
    colours = PALETTES[mode]
    ink = {"before": colours.compare, "after": colours.main, "neither": colours.muted}
    names = {"before": labels.before, "after": labels.after, "neither": labels.neither}
    traces = [_dots(points, "neither", names, ink)]
    if labels.other:
        traces.append(_other(points, labels.other, colours))
    for side, mean in zip(("before", "after"), means, strict=True):
        traces += [_dots(points, side, names, ink), _level(points, side, mean, ink)]
    seen = points[["value", "other"] if labels.other else ["value"]].to_numpy(dtype="float64")
    known = seen[np.isfinite(seen)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    ticks = round_ticks(low, high if high > low else low + (abs(low) or 1.0))
    reach, step = (ticks[-1] - ticks[0]) or 1.0, max(1, -(-len(points) // _MAX_TICKS))
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            xaxis={
                "tickmode": "array", "tickvals": list(range(0, len(points), step)),
                "ticktext": points["label"].iloc[::step].tolist(), "tickangle": 0,
                "range": [-0.6, len(points) - 0.4], "zeroline": False,
            },
            yaxis={
                "tickmode": "array", "tickvals": ticks, "ticktext": [write(one) for one in ticks],
                "range": [ticks[0] - 0.04 * reach, ticks[-1] + 0.04 * reach],
            },
        ),
    )  # fmt: skip


def _dots(
    points: pd.DataFrame, side: str, names: dict[str, str], ink: dict[str, str]
) -> go.Scatter:
    at = np.flatnonzero((points["side"] == side).to_numpy())
    part = points.iloc[at]
    is_main = side != "neither"
    return go.Scatter(
        x=at.tolist(), y=part["value"].tolist(), mode="markers", name=names[side],
        marker={"size": 9 if is_main else 6, "color": ink[side], "opacity": 1 if is_main else 0.5},
        customdata=[[text] for text in part["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>", showlegend=bool(len(part)),
    )  # fmt: skip


def _level(points: pd.DataFrame, side: str, mean: float, ink: dict[str, str]) -> go.Scatter:
    at = np.flatnonzero((points["side"] == side).to_numpy())
    ends = [float(at.min()) - 0.4, float(at.max()) + 0.4] if len(at) else []
    return go.Scatter(
        x=ends, y=[mean] * len(ends), mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": ink[side], "width": 2},
    )  # fmt: skip


def _other(points: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=list(range(len(points))), y=points["other"].tolist(), mode="lines+markers", name=name,
        line={"color": translucent(colours.muted, 0.9), "width": 1.5, "dash": "dot"},
        marker={"size": 4, "symbol": "diamond"}, connectgaps=True, hoverinfo="skip",
    )  # fmt: skip
