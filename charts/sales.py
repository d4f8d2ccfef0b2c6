"""Charts of sales over time and of what moved. Plotly only: no queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_MAX_TICKS = 7


@dataclass(frozen=True)
class TrendLabels:
    """Words of the trend chart in the viewer's language."""

    value: str
    unfinished: str
    compare: str


def trend(
    buckets: pd.DataFrame,
    *,
    labels: TrendLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 320,
) -> go.Figure:
    """Draw a measure over time as bars, unfinished buckets apart, the comparison as a line.

    Parameters
    ----------
    buckets : DataFrame
        One row per bucket in order: ``starts_on`` (day), ``label`` (text of the bucket), ``value``
        (NaN: not defined, no bar), ``is_complete``, ``compare_value`` (NaN: none), ``hover``
        (text shown for the bucket).
    labels : TrendLabels
        Names of the traces.
    write : callable
        Writes an axis value.
    mode : str
        ``light`` or ``dark``.

    Returns
    -------
    Figure
        Traces in order: finished bars, unfinished bars (hatched, if any), comparison (if any).
        Every point's ``customdata`` is its hover text and its row number in ``buckets``.
    """
    colours = PALETTES[mode]
    traces: list[go.Bar | go.Scatter] = []
    complete = buckets["is_complete"].astype(bool)
    parts: tuple[tuple[pd.Series, str, dict[str, object]], ...] = (
        (complete, labels.value, {"color": colours.main}),
        (
            ~complete,
            labels.unfinished,
            {
                "color": colours.main_soft,
                "line": {"color": colours.main, "width": 1},
                "pattern": {"shape": "/", "fgcolor": colours.main, "size": 6, "solidity": 0.3},
            },
        ),
    )
    for part, name, marker in parts:
        if part.any():
            traces.append(_bars(buckets, part, name, marker))
    if buckets["compare_value"].notna().any():
        traces.append(_line(buckets, labels.compare, colours.compare))
    step = max(1, -(-len(buckets) // _MAX_TICKS))
    shown = buckets.iloc[::step]
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            barmode="overlay",
            bargap=0.25,
            showlegend=len(traces) > 1,
            xaxis={
                "type": "category",
                "categoryorder": "array",  # else unfinished buckets, a later trace, come last
                "categoryarray": list(range(len(buckets))),
                "tickmode": "array",
                "tickvals": list(range(0, len(buckets), step)),
                "ticktext": shown["label"].tolist(),
                "tickangle": 0,
                "range": [-0.6, len(buckets) - 0.4],
            },
            yaxis=_axis(buckets[["value", "compare_value"]], write),
        ),
    )


def movers(
    moves: pd.DataFrame,
    *,
    mode: Mode = "light",
    higher_is_better: bool = True,
) -> go.Figure:
    """Draw how much each member of a dimension added to a change, largest first.

    Parameters
    ----------
    moves : DataFrame
        In the order to be drawn: ``label`` (text), ``change`` (same unit as the measure), ``text``
        (the change as written under the label), ``hover`` (text).
    higher_is_better : bool
        Which sign has the colour for good.

    Returns
    -------
    Figure
        One horizontal bar trace; ``customdata`` is hover text and row number.
    """
    colours = PALETTES[mode]
    good, bad = (colours.good, colours.bad) if higher_is_better else (colours.bad, colours.good)
    change = moves["change"]
    low, high = min(0.0, float(change.min())), max(0.0, float(change.max()))
    reach = (high - low) or 1.0
    return go.Figure(
        data=go.Bar(
            x=change.tolist(),
            y=list(range(len(moves))),
            orientation="h",
            marker={"color": [good if value >= 0 else bad for value in change]},
            customdata=[[text, row] for row, text in enumerate(moves["hover"])],
            hovertemplate="%{customdata[0]}<extra></extra>",
        ),
        layout=layout(
            mode,
            height=40 + 42 * len(moves),
            bargap=0.35,
            xaxis={
                "range": [low - 0.03 * reach, high + 0.03 * reach],
                "showticklabels": False,
                "zeroline": True,
                "nticks": 4,
            },
            yaxis={
                "autorange": "reversed",
                "tickmode": "array",
                "tickvals": list(range(len(moves))),
                "ticktext": [
                    f"{_short(label)}<br><b>{text}</b>"
                    for label, text in zip(moves["label"], moves["text"], strict=True)
                ],
                "showgrid": False,
                "zeroline": False,
                "tickfont": {"color": colours.text, "size": 13},
            },
        ),
    )


def _bars(buckets: pd.DataFrame, part: pd.Series, name: str, marker: dict[str, object]) -> go.Bar:
    rows = [row for row, is_in in enumerate(part) if is_in]
    chosen = buckets.iloc[rows]
    return go.Bar(
        x=rows,
        y=_numbers(chosen["value"]),
        name=name,
        marker=marker,
        customdata=[[text, row] for text, row in zip(chosen["hover"], rows, strict=True)],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )


def _line(buckets: pd.DataFrame, name: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=list(range(len(buckets))),
        y=_numbers(buckets["compare_value"]),
        name=name,
        mode="lines",
        line={"color": colour, "width": 2, "dash": "dot"},
        hoverinfo="skip",
    )


def _axis(values: pd.DataFrame, write: Callable[[float], str]) -> dict[str, object]:
    """Return an axis with four or five round ticks written in the viewer's language."""
    flat = values.to_numpy(dtype=float, na_value=float("nan")).ravel()
    known = [value for value in flat if value == value]
    low, high = min([0.0, *known]), max([0.0, *known])
    step = _round_step((high - low) / 4)
    first, last = int(low // step), max(1, int(-(-high // step)))
    ticks = [number * step for number in range(first, last + 1)]
    return {
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [write(tick) for tick in ticks],
        "range": [ticks[0] * 1.03, ticks[-1] * 1.03 or 1.0],
    }


def _round_step(rough: float) -> float:
    if rough <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(rough))) - 1) if rough >= 1 else 10.0 ** -len(str(int(1 / rough)))
    return next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough)


def _numbers(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]


def _short(label: str, limit: int = 18) -> str:
    return label if len(label) <= limit else label[: limit - 1] + "…"
