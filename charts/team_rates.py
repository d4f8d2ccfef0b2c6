"""Charts of people's rates: intervals beside the team's, funnel plot. No calculations."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, ROW, name_axis, plain_line, rule_line, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent


@dataclass(frozen=True)
class FunnelLabels:
    """Words of the funnel plot in the viewer's language."""

    closed: str
    person: str
    other: str
    warning: str
    alarm: str
    team: str


def rate_intervals(
    rows: pd.DataFrame,
    *,
    team: float,
    team_label: str,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw each rate as a point in its interval, and the team's as a line.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom: ``name``, ``value``, ``low``, ``high``, ``standing`` (``above``,
        ``below``, else plain), ``is_named`` (False: another of the team, drawn pale), ``hover``.
    team : float
        Share: the team's rate.
    """
    colours = PALETTES[mode]
    paint = {"above": colours.good, "below": colours.bad}
    colour = [
        paint.get(row["standing"], colours.main) if row["is_named"] else colours.muted
        for row in rows.to_dict("records")
    ]
    low, high = rows["value"] - rows["low"], rows["high"] - rows["value"]
    places = list(range(len(rows)))
    traces = [
        go.Scatter(
            x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
            line={"color": translucent(shade, 0.55), "width": 4},
        )
        for place, shade, row in zip(places, colour, rows.itertuples(), strict=True)
        if low.notna().iloc[place] and high.notna().iloc[place]
    ]  # fmt: skip
    traces.append(
        go.Scatter(
            x=rows["value"].tolist(), y=places, mode="markers",
            marker={"size": 10, "color": colour},
            customdata=[[text] for text in rows["hover"]],
            hovertemplate="%{customdata[0]}<extra></extra>",
        )
    )  # fmt: skip
    top = float(rows["high"].max()) if rows["high"].notna().any() else 1.0
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=FRAME + ROW * len(rows),
            shapes=[rule_line(x=team, colours=colours)],
            annotations=[
                {
                    "x": team, "y": 1, "yref": "paper", "yanchor": "bottom", "text": team_label,
                    "showarrow": False, "font": {"size": 12, "color": colours.muted},
                }
            ],
            margin={"t": 26},
            xaxis=value_axis(0.0, min(top * 1.05, 1.0), write, colours, about=4),
            yaxis=name_axis(rows["name"]),
        ),
    )  # fmt: skip


def funnel_plot(
    people: pd.DataFrame,
    curve: pd.DataFrame,
    *,
    team: float,
    labels: FunnelLabels,
    write: Callable[[float], str],
    mode: Mode = "light",
    height: int = 340,
) -> go.Figure:
    """Draw rates by number of deals, and within which they lie by chance alone.

    Parameters
    ----------
    people : DataFrame
        ``closed``, ``rate``, ``verdict`` (``above``, ``below``, else chance), ``is_named``,
        ``hover``.
    curve : DataFrame
        Of ``analytics.team_funnel.funnel_curve``.
    """
    colours = PALETTES[mode]
    paint = {"above": colours.good, "below": colours.bad}
    traces = []
    for name, label, dash in (("998", labels.alarm, "dot"), ("95", labels.warning, "dash")):
        for side in ("low", "high"):
            line = plain_line(
                curve["closed"], curve[f"{side}_{name}"], label, colours.muted, dash=dash
            )
            line.showlegend = side == "high"
            traces.append(line)
    for is_named, label in ((False, labels.other), (True, labels.person)):
        part = people[people["is_named"] == is_named]
        if part.empty:
            continue
        shades = [paint.get(verdict, colours.main) for verdict in part["verdict"]]
        traces.append(
            go.Scatter(
                x=part["closed"].tolist(), y=part["rate"].tolist(), mode="markers", name=label,
                marker={
                    "size": 10, "color": shades if is_named else colours.muted,
                    "symbol": "circle" if is_named else "circle-open",
                },
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=height,
            showlegend=True,
            shapes=[rule_line(y=team, colours=colours)],
            annotations=[
                {
                    "x": 0.01, "xref": "paper", "xanchor": "left", "y": team, "yanchor": "bottom",
                    "text": labels.team, "showarrow": False,
                    "font": {"size": 12, "color": colours.muted},
                }
            ],
            xaxis={"title": axis_title(labels.closed, colours), "rangemode": "tozero"},
            yaxis=value_axis(0.0, 1.0, write, colours),
        ),
    )  # fmt: skip
