"""Charts of churn: rates by month, and gaps between orders. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, Palette, axis_title, layout, translucent
from charts.ticks import round_ticks

_MAX_TICKS = 7


@dataclass(frozen=True)
class RateLabels:
    """Words of the trend in the viewer's language."""

    rate: str
    interval: str
    unfinished: str
    unknown: str
    expected: str = ""


@dataclass(frozen=True)
class ExpectedBand:
    """What was expected of the newest month: shares, and the labels it is drawn between."""

    low: float
    high: float
    first: int
    last: int


@dataclass(frozen=True)
class GapLabels:
    """Words of the gap chart in the viewer's language."""

    days: str
    gaps: str
    limit: str


def rate_trend(
    points: pd.DataFrame,
    *,
    labels: RateLabels,
    write: Callable[[float], str],
    expected: ExpectedBand | None = None,
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw a rate by month as a line with its interval; an unfinished month apart.

    Parameters
    ----------
    points : DataFrame
        One row per month in order: ``label``, ``value``, ``low``, ``high`` (NaN: not known),
        ``is_complete``, ``hover``. Months not known before the first rate are shaded.
    labels : RateLabels
        Names of the traces.
    write : callable
        Writes an axis value.
    expected : ExpectedBand, optional
        Drawn as two dotted lines from the first month it rests on up to the month it is for.

    Returns
    -------
    Figure
        Traces in order: the interval (if any), the line of finished months, the unfinished month
        (a hollow marker, if any), the expected band (if any). Markers' ``customdata`` is hover
        text and row number.
    """
    colours = PALETTES[mode]
    done = points["is_complete"].astype(bool) & points["value"].notna()
    running = ~points["is_complete"].astype(bool) & points["value"].notna()
    banded = done & points["low"].notna() & points["high"].notna()
    traces = [_band(part, labels.interval, colours) for part in _runs(points, banded)]
    for trace in traces[1:]:
        trace.showlegend = False
    line = points.assign(value=points["value"].where(done))
    traces.append(_line(line, labels.rate, colours))
    if running.any():
        traces.append(_hollow(points[running], labels.unfinished, colours))
    seen = points.loc[done | running, ["value", "low", "high"]].to_numpy(dtype=float)
    shown = seen[~np.isnan(seen)].tolist()
    if expected is not None:
        traces.append(_dotted(expected, labels.expected, colours))
        shown += [expected.low, expected.high]
    ticks = round_ticks(min(shown, default=0.0), max(shown, default=1.0))
    reach = (ticks[-1] - ticks[0]) or 1.0
    step = max(1, -(-len(points) // _MAX_TICKS))
    unknown = int((~points["value"].notna().cummax()).sum()) if points["value"].notna().any() else 0
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            **_not_known(unknown, labels.unknown, colours),
            xaxis={
                "tickmode": "array",
                "tickvals": list(range(0, len(points), step)),
                "ticktext": points["label"].iloc[::step].tolist(),
                "tickangle": 0,
                "range": [-0.6, len(points) - 0.4],
                "zeroline": False,
            },
            yaxis={
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "range": [ticks[0] - 0.03 * reach, ticks[-1] + 0.04 * reach],
            },
        ),
    )


def gap_bars(
    bars: pd.DataFrame,
    *,
    limit: float,
    labels: GapLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 280,
) -> go.Figure:
    """Draw how long gaps between order days are, and where a silence begins.

    Parameters
    ----------
    bars : DataFrame
        One row per bar: ``middle`` and ``width`` in days, ``gaps``, ``hover``.
    limit : float
        Days of silence: a vertical line.
    labels : GapLabels
        Titles of the axes, and the words at the line.
    write : callable
        Writes a count.

    Returns
    -------
    Figure
        One trace of bars; those past the limit in the colour of what is lost.
    """
    colours = PALETTES[mode]
    ticks = round_ticks(0.0, float(bars["gaps"].max() or 1))
    return go.Figure(
        data=go.Bar(
            x=bars["middle"].tolist(),
            y=bars["gaps"].tolist(),
            width=bars["width"].tolist(),
            marker={
                "color": [colours.bad if m > limit else colours.main for m in bars["middle"]],
                "line": {"width": 1, "color": colours.background},
            },
            customdata=[[text] for text in bars["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        ),
        layout=layout(
            mode,
            height=height,
            shapes=[
                {
                    "type": "line", "x0": limit, "x1": limit, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": colours.text, "width": 1, "dash": "dash"},
                }
            ],
            annotations=[
                {
                    "x": limit, "y": 1, "yref": "paper", "text": labels.limit, "showarrow": False,
                    "xanchor": "left", "yanchor": "top", "xshift": 6,
                    "font": {"size": 12, "color": colours.text},
                }
            ],
            xaxis={
                "title": axis_title(labels.days, colours),
                "rangemode": "tozero",
            },
            yaxis={
                "title": axis_title(labels.gaps, colours),
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
            },
        ),
    )  # fmt: skip


def _not_known(months: int, words: str, colours: Palette) -> dict[str, Any]:
    """Return what shades the months before the first rate, and says what they are."""
    if not months:
        return {}
    return {
        "shapes": [
            {
                "type": "rect", "x0": -0.6, "x1": months - 0.5, "y0": 0, "y1": 1, "yref": "paper",
                "fillcolor": colours.grid, "opacity": 0.6, "line": {"width": 0}, "layer": "below",
            }
        ],
        "annotations": [
            {
                "x": (months - 1.1) / 2, "y": 0.5, "yref": "paper", "text": words,
                "showarrow": False, "textangle": 0 if months > 2 else -90,
                "font": {"size": 12, "color": colours.muted},
            }
        ],
    }  # fmt: skip


def _runs(points: pd.DataFrame, kept: pd.Series) -> list[pd.DataFrame]:
    """Return the unbroken runs of months to be drawn; a band must not bridge what is not known."""
    numbered = points.assign(place=range(len(points)))[kept]
    group = (numbered["place"].diff() != 1).cumsum()
    return [part for _, part in numbered.groupby(group)]


def _band(part: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    colour = colours.main
    return go.Scatter(
        x=[*part["place"], *part["place"].iloc[::-1]],
        y=[*part["high"], *part["low"].iloc[::-1]],
        name=name,
        fill="toself",
        fillcolor=translucent(colour, 0.16),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )


def _line(points: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=list(range(len(points))),
        y=[None if value != value else float(value) for value in points["value"]],
        name=name,
        mode="lines+markers",
        line={"color": colours.main, "width": 2},
        marker={"size": 6},
        customdata=[[text, row] for row, text in enumerate(points["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _dotted(band: ExpectedBand, name: str, colours: Palette) -> go.Scatter:
    ends = [band.first - 0.4, band.last + 0.4]
    return go.Scatter(
        x=[*ends, None, *ends],
        y=[band.low, band.low, None, band.high, band.high],
        name=name,
        mode="lines",
        line={"color": colours.compare, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
    )


def _hollow(points: pd.DataFrame, name: str, colours: Palette) -> go.Scatter:
    places = [int(place) for place in points.index]
    return go.Scatter(
        x=places,
        y=points["value"].astype(float).tolist(),
        name=name,
        mode="markers",
        marker={
            "size": 9,
            "symbol": "circle-open",
            "color": colours.main,
            "line": {"width": 2, "color": colours.main},
        },
        customdata=[[text, row] for row, text in zip(places, points["hover"], strict=True)],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
