"""Charts of a team: quotas, pace and what people did. No queries, no calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, plain_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent


@dataclass(frozen=True)
class QuotaLabels:
    """Words of the bars in the viewer's language."""

    won: str
    due: str
    quota: str


@dataclass(frozen=True)
class PaceLabels:
    """Words of the pace in the viewer's language."""

    won: str
    usual: str
    even: str
    elapsed: str


def quota_bars(
    rows: pd.DataFrame, *, labels: QuotaLabels, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw what each won as a bar, with a mark for what was due and one for the quota.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``won``, ``due``, ``quota`` (NaN: none), ``hover``.

    Returns
    -------
    Figure
        Bars, then marks of what was due, then those of quotas.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    bars = go.Bar(
        y=places, x=rows["won"].tolist(), orientation="h", name=labels.won,
        marker={"color": colours.main}, customdata=[[text] for text in rows["hover"]],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )  # fmt: skip
    marks = [
        _marks(rows["due"], places, labels.due, "line-ns-open", colours.compare),
        _marks(rows["quota"], places, labels.quota, "diamond-open", colours.text),
    ]
    highest = float(rows[["won", "due", "quota"]].max().max()) if len(rows) else 1.0
    return go.Figure(
        data=[bars, *marks],
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            showlegend=True,
            bargap=0.35,
            xaxis=value_axis(0.0, highest, write, colours, about=3),
            yaxis=name_axis(rows["name"]),
        ),
    )


def pace_lines(
    won: pd.DataFrame,
    usual: pd.DataFrame,
    *,
    quota: float | None,
    labels: PaceLabels,
    write: Callable[[float], str],
    write_share: Callable[[float], str],
    mode: Mode = "light",
    height: int = 300,
) -> go.Figure:
    """Draw money won by share of the period gone, beside how past periods ran.

    Parameters
    ----------
    won : DataFrame
        ``elapsed`` (0 to 1), ``amount`` (sum so far), ``hover``.
    usual : DataFrame
        ``elapsed``, ``amount``, ``low``, ``high``; empty where there is no past or no quota.
    quota : float or None
        Drawn as an even line from 0, and as its end.
    """
    colours = PALETTES[mode]
    traces: list[go.Scatter] = []
    if len(usual):
        traces.append(
            go.Scatter(
                x=[*usual["elapsed"], *usual["elapsed"].iloc[::-1]],
                y=[*usual["high"], *usual["low"].iloc[::-1]],
                fill="toself", fillcolor=translucent(colours.compare, 0.18), line={"width": 0},
                mode="lines", hoverinfo="skip", showlegend=False,
            )
        )  # fmt: skip
        traces.append(plain_line(usual["elapsed"], usual["amount"], labels.usual, colours.compare))
    if quota is not None:
        traces.append(plain_line([0, 1], [0, quota], labels.even, colours.muted, dash="dot"))
    traces.append(
        go.Scatter(
            x=won["elapsed"].tolist(), y=won["amount"].tolist(), name=labels.won, mode="lines",
            line={"color": colours.main, "width": 3, "shape": "hv"},
            customdata=[[text] for text in won["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    )  # fmt: skip
    seen = [quota or 0.0, *won["amount"], *(usual["high"] if len(usual) else [])]
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            legend={"traceorder": "normal"},
            xaxis={
                "title": axis_title(labels.elapsed, colours), "range": [0, 1.04],
                "tickmode": "array", "tickvals": [0, 0.25, 0.5, 0.75, 1],
                "ticktext": [write_share(v) for v in (0, 0.25, 0.5, 0.75, 1)], "zeroline": False,
            },
            yaxis=value_axis(0.0, max(seen), write, colours),
        ),
    )  # fmt: skip


def activity_bars(
    rows: pd.DataFrame, parts: pd.DataFrame, *, write: Callable[[float], str], mode: Mode = "light"
) -> go.Figure:
    """Draw contacts by person, in parts by channel.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``.
    parts : DataFrame
        ``place`` (row), ``channel`` (as it is called), ``contacts``, ``hover``.
    """
    colours = PALETTES[mode]
    traces = [
        go.Bar(
            y=part["place"].tolist(), x=part["contacts"].tolist(), orientation="h", name=str(name),
            marker={"color": colours.series[place % len(colours.series)]},
            customdata=[[text] for text in part["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for place, (name, part) in enumerate(parts.groupby("channel", sort=False))
    ]  # fmt: skip
    highest = float(parts.groupby("place")["contacts"].sum().max()) if len(parts) else 1.0
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            barmode="stack",
            showlegend=True,
            bargap=0.35,
            legend={"traceorder": "normal"},
            xaxis=value_axis(0.0, highest, write, colours, about=3),
            yaxis=name_axis(rows["name"]),
        ),
    )


def _marks(values: pd.Series, places: list[int], name: str, symbol: str, colour: str) -> go.Scatter:
    known = values.notna().to_numpy()
    return go.Scatter(
        x=values[known].tolist(), y=[p for p, there in zip(places, known, strict=True) if there],
        mode="markers", name=name, hoverinfo="skip",
        marker={"symbol": symbol, "size": 13, "color": colour, "line": {"width": 2}},
    )  # fmt: skip
