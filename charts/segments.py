"""Charts of segments: the RFM map, moves between groups, stages over time. Plotly only."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_MAX_TICKS = 7


def rfm_map(cells: pd.DataFrame, *, r_title: str, fm_title: str, mode: Mode = "light") -> go.Figure:
    """Draw the 5 x 5 map with a number in each cell.

    Parameters
    ----------
    cells : DataFrame
        25 rows: ``r``, ``fm`` (1 to 5), ``value`` (shade; NaN is empty), ``text``, ``hover``.
    r_title, fm_title : str
        Names of the axes.
    mode : str
        ``light`` or ``dark``.
    """
    grid = {
        name: cells.pivot_table(index="fm", columns="r", values=name, aggfunc="first", dropna=False)
        for name in ("value", "text", "hover")
    }
    scores = ["1", "2", "3", "4", "5"]
    heat = _heat(grid, scores, scores, mode)
    figure = go.Figure(heat, layout(mode, height=420))
    figure.update_xaxes(title={"text": r_title, "font": {"size": 12}}, type="category")
    figure.update_yaxes(
        title={"text": fm_title, "font": {"size": 12}}, type="category", showgrid=False
    )
    return figure


def moves(
    pairs: pd.DataFrame,
    names: Sequence[str],
    *,
    from_title: str,
    to_title: str,
    mode: Mode = "light",
) -> go.Figure:
    """Draw how many moved from which group (rows) to which (columns).

    Parameters
    ----------
    pairs : DataFrame
        Every pair of groups: ``from``, ``to``, ``value`` (shade; NaN is empty), ``text``,
        ``hover``.
    names : sequence of str
        The groups, best first.
    from_title, to_title : str
        Names of the axes.
    mode : str
        ``light`` or ``dark``.
    """
    grid = {
        name: pairs.pivot_table(
            index="from", columns="to", values=name, aggfunc="first", dropna=False
        ).reindex(index=list(names), columns=list(names))
        for name in ("value", "text", "hover")
    }
    heat = _heat(grid, list(names), list(names), mode)
    height = 120 + 34 * len(names)
    figure = go.Figure(heat, layout(mode, height=height))
    figure.update_xaxes(title={"text": to_title, "font": {"size": 12}}, tickangle=-40)
    figure.update_yaxes(
        title={"text": from_title, "font": {"size": 12}}, autorange="reversed", zeroline=False
    )
    return figure


def stages(
    sizes: pd.DataFrame,
    names: Sequence[str],
    *,
    unfinished: str,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw the sizes of stages at month ends as stacked bars, the day of today set apart.

    Parameters
    ----------
    sizes : DataFrame
        Days in order, every stage at each: ``label``, ``stage``, ``customers``, ``hover``,
        ``is_complete`` (False is hatched).
    names : sequence of str
        Stages from the bottom up.
    unfinished : str
        What a hatched bar is.
    write : callable
        Writes a number of the axis.
    mode : str
        ``light`` or ``dark``.
    """
    colours = PALETTES[mode]
    labels = list(dict.fromkeys(sizes["label"]))
    figure = go.Figure(layout=layout(mode, height=380, showlegend=True, barmode="stack"))
    for name, colour in zip(names, colours.series, strict=False):
        part = sizes[sizes["stage"] == name]
        figure.add_bar(
            x=part["label"],
            y=part["customers"],
            name=name,
            marker={
                "color": colour,
                "pattern": {"shape": ["" if done else "/" for done in part["is_complete"]]},
                "line": {"width": 0},
            },
            customdata=part["hover"],
            hovertemplate="%{customdata}<extra></extra>",
        )
    if not sizes["is_complete"].all():
        figure.add_annotation(
            x=labels[-1], y=1, yref="paper", text=unfinished, showarrow=False, yanchor="top",
            xanchor="right", font={"size": 11, "color": colours.muted},
        )  # fmt: skip
    every = -(-len(labels) // _MAX_TICKS)
    figure.update_xaxes(type="category", tickvals=labels[::-1][::every])
    figure.update_layout(legend={"traceorder": "normal"})
    ticks = _ticks(float(sizes.groupby("label")["customers"].sum().max()))
    figure.update_yaxes(tickvals=ticks, ticktext=[write(tick) for tick in ticks])
    return figure


def _ticks(most: float) -> list[float]:
    """Return at most six round numbers from 0 to ``most``."""
    power = 10 ** max(len(str(int(most))) - 1, 0)
    steps = (step * power / 10 for step in (1, 2, 5, 10, 20))
    step = max(next(step for step in steps if most / step <= 5), 1.0)
    return [step * n for n in range(int(most / step) + 1)]


def _heat(
    grid: dict[str, pd.DataFrame], x: Sequence[str], y: Sequence[str], mode: Mode
) -> go.Heatmap:
    colours = PALETTES[mode]
    found: dict[str, Any] = {name: frame.to_numpy() for name, frame in grid.items()}
    return go.Heatmap(
        x=x,
        y=y,
        z=found["value"],
        text=found["text"],
        customdata=found["hover"],
        texttemplate="%{text}",
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
        colorscale=[[0, colours.grid], [1, colours.main_soft]],  # text is read on every shade
        textfont={"color": colours.text},
        showscale=False,
        xgap=2,
        ygap=2,
    )
