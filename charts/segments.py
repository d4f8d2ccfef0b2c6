"""Charts of segments: tables of two groupings with colours, stages over time. Plotly only."""

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, layout

_MAX_TICKS = 7
_MATRIX_FRAME, _ONE_LINE = 120, 60


def matrix(
    cells: pd.DataFrame,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    row_title: str,
    column_title: str,
    row_height: int = 34,
    mode: Mode = "light",
) -> go.Figure:
    """Draw a number in each cell of a table, the larger the deeper its colour.

    Parameters
    ----------
    cells : DataFrame
        Any cells of the table: ``row``, ``column``, ``value`` (shade; NaN is empty), ``text``,
        ``hover``.
    rows, columns : sequence of str
        From top to bottom and from left to right.
    row_title, column_title : str
        Names of the axes.
    row_height : int
        In pixels.
    mode : str
        ``light`` or ``dark``.

    Returns
    -------
    Figure
        A heat map, then a trace of all cells to point at, whose ``customdata`` is the hover text
        and the row number in ``cells``: heat maps cannot be clicked.
    """
    colours = PALETTES[mode]
    grid = {
        name: cells.pivot_table(
            index="row", columns="column", values=name, aggfunc="first", dropna=False
        )
        .reindex(index=list(rows), columns=list(columns))
        .to_numpy()
        for name in ("value", "text")
    }
    heat = go.Heatmap(
        x=list(columns),
        y=list(rows),
        z=grid["value"],
        text=[["" if text != text else text for text in line] for line in grid["text"]],
        texttemplate="%{text}",
        hoverinfo="skip",
        colorscale=[[0, colours.grid], [1, colours.main_soft]],  # text is read on every shade
        textfont={"color": colours.text},
        showscale=False,
        xgap=2,
        ygap=2,
    )
    pointed_at = go.Scatter(
        x=cells["column"].tolist(),
        y=cells["row"].tolist(),
        mode="markers",
        marker={"symbol": "square", "size": row_height - 4, "opacity": 0},
        customdata=[[text, place] for place, text in enumerate(cells["hover"])],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    figure = go.Figure(
        [heat, pointed_at], layout(mode, height=_MATRIX_FRAME + row_height * len(rows))
    )
    letters = sum(len(name.encode("utf-8")) for name in columns)  # a wide letter is 3 bytes
    figure.update_xaxes(
        title={"text": column_title, "font": {"size": 12}},
        type="category",
        range=[-0.5, len(columns) - 0.5],
        tickangle=-40 if letters > _ONE_LINE else None,  # None: turned where they do not fit
    )
    figure.update_yaxes(
        title={"text": row_title, "font": {"size": 12}},
        type="category",
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
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
