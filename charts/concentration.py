"""Charts of concentration: the Lorenz curve, and the largest customers. No calculations."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout
from charts.ticks import round_ticks

_TICKS = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
_BAR = 26


def lorenz(
    points: pd.DataFrame,
    *,
    axes: tuple[str, str],
    names: tuple[str, str],
    write: Callable[[float], str],
    hover: Callable[[float, float], str],
    marked: pd.DataFrame,
    mode: Mode = "light",
) -> go.Figure:
    """Draw which share of the total the largest customers have.

    Parameters
    ----------
    points : DataFrame
        ``Concentration.lorenz``: ``customers_share``, ``amount_share``, largest first.
    axes, names : tuple of str
        Titles of the axes; names of the curve and of the line of equal shares.
    write, hover : callable
        Write a share, and a point of the curve.
    marked : DataFrame
        Points to name on the curve: ``customers_share``, ``amount_share``, ``text``.

    Returns
    -------
    Figure
        The line of equal shares, the curve, and the named points.
    """
    colours = PALETTES[mode]
    # Not more points than can be seen.
    drawn = points.iloc[:: max(1, len(points) // 400)]
    drawn = pd.concat([drawn, points.iloc[-1:]]).drop_duplicates()
    pairs = list(zip(drawn["customers_share"], drawn["amount_share"], strict=True))
    equal = go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", name=names[1], hoverinfo="skip",
        line={"color": colours.muted, "width": 1, "dash": "dot"},
    )  # fmt: skip
    curve = go.Scatter(
        x=[float(x) for x, _ in pairs],
        y=[float(y) for _, y in pairs],
        mode="lines",
        name=names[0],
        line={"color": colours.main, "width": 2.5},
        fill="tonexty",
        fillcolor=f"rgba({_rgb(colours.main)},0.12)",
        customdata=[[hover(float(x), float(y))] for x, y in pairs],
        hovertemplate="%{customdata[0]}<extra></extra>",
    )
    named = go.Scatter(
        x=marked["customers_share"].tolist(),
        y=marked["amount_share"].tolist(),
        mode="markers+text",
        text=marked["text"].tolist(),
        textposition="bottom right",
        marker={"size": 8, "color": colours.compare},
        hoverinfo="skip",
        showlegend=False,
    )
    ticks = {"tickmode": "array", "tickvals": _TICKS, "ticktext": [write(t) for t in _TICKS]}
    titles = [axis_title(text, colours) for text in axes]
    return go.Figure(
        data=[equal, curve, named],
        layout=layout(
            mode,
            height=360,
            showlegend=True,
            xaxis={**ticks, "title": titles[0], "range": [-0.01, 1.02]},
            yaxis={**ticks, "title": titles[1], "range": [0, 1.04]},
        ),
    )


def key_bars(
    customers: pd.DataFrame,
    *,
    names: tuple[str, str],
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw the largest customers as bars, those at risk in the colour for bad and hatched.

    Parameters
    ----------
    customers : DataFrame
        Largest first: ``label``, ``amount``, ``is_at_risk``, ``hover``.
    names : tuple of str
        Names of the bars without and with a risk.

    Returns
    -------
    Figure
        Up to two bar traces; ``customdata`` is hover text and row number.
    """
    colours = PALETTES[mode]
    risky = customers["is_at_risk"].astype(bool)
    hatch = {
        "shape": "/",
        "bgcolor": colours.bad,
        "fgcolor": colours.background,
        "size": 6,
        "solidity": 0.25,
    }
    traces = [
        go.Bar(
            x=customers.loc[part, "amount"].tolist(),
            y=[row for row, is_in in enumerate(part) if is_in],
            orientation="h",
            width=0.75,  # else a trace with few bars draws them as thick as they are far apart
            name=name,
            marker=marker,
            customdata=[
                [text, row]
                for row, (text, is_in) in enumerate(zip(customers["hover"], part, strict=True))
                if is_in
            ],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
        for part, name, marker in (
            (~risky, names[0], {"color": colours.main}),
            (risky, names[1], {"color": colours.bad, "pattern": hatch}),
        )
        if part.any()
    ]
    largest = float(customers["amount"].max()) if len(customers) else 1.0
    ticks = [tick for tick in round_ticks(0.0, largest, about=5) if tick <= largest]
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=60 + _BAR * len(customers),
            bargap=0.3,
            showlegend=True,
            barmode="overlay",
            xaxis={
                "tickmode": "array",
                "tickvals": ticks,
                "ticktext": [write(tick) for tick in ticks],
                "range": [0, 1.03 * largest],
                "showgrid": True,
            },
            yaxis={
                "range": [len(customers) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": list(range(len(customers))),
                "ticktext": customers["label"].tolist(),
                "showgrid": False,
                "zeroline": False,
            },
        ),
    )


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
