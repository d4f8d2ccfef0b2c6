"""Charts of clusters and portraits. Plotly only: no queries, no calculations."""

import pandas as pd
import plotly.graph_objects as go

from charts.theme import PALETTES, Mode, axis_title, layout

_ROW = 34


def stability(
    rows: pd.DataFrame,
    *,
    names: dict[str, str],
    chosen: str,
    axis: str,
    least: float,
    mode: Mode = "light",
) -> go.Figure:
    """Draw agreement by number of clusters, a line for each method, least to most as bars.

    Parameters
    ----------
    rows : DataFrame
        ``method``, ``k``, ``agreement``, ``low``, ``high``, ``is_chosen``, ``hover``.
    names : dict
        Names of the methods.
    chosen, axis : str
        Name of the mark around what was chosen; title of the axis of numbers.
    least : float
        Agreement below which no number is taken: a dotted line.

    Returns
    -------
    Figure
        One trace per method, then the mark, if anything is chosen.
    """
    colours = PALETTES[mode]
    figure = go.Figure()
    shift = 0.06
    for place, (method, own) in enumerate(rows.groupby("method", sort=False)):
        colour = colours.series[place]
        figure.add_scatter(
            x=[float(k) + (place * 2 - 1) * shift for k in own["k"]],
            y=own["agreement"].tolist(),
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (own["high"] - own["agreement"]).tolist(),
                "arrayminus": (own["agreement"] - own["low"]).tolist(),
                "thickness": 1.2,
                "width": 4,
            },
            name=names[str(method)],
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": ("solid", "dot")[place % 2]},
            marker={"size": 7, "symbol": ("circle", "diamond")[place % 2]},
            customdata=own["hover"].tolist(),
            hovertemplate="%{customdata}<extra></extra>",
        )
    methods = list(rows["method"].drop_duplicates())
    taken = rows[rows["is_chosen"]]
    if not taken.empty:
        row = taken.iloc[0]
        figure.add_scatter(
            x=[float(row["k"]) + (methods.index(row["method"]) * 2 - 1) * shift],
            y=[float(row["agreement"])],
            mode="markers",
            name=chosen,
            marker={
                "size": 18,
                "color": "rgba(0,0,0,0)",
                "line": {"color": colours.text, "width": 2},
            },
            hoverinfo="skip",
        )
    figure.add_hline(y=least, line={"color": colours.muted, "dash": "dot", "width": 1})
    sizes = sorted(rows["k"].unique().tolist())
    floor = min(0.0, float(rows["low"].min()))
    return figure.update_layout(
        layout(
            mode,
            height=320,
            showlegend=True,
            margin={"t": 36},
            xaxis={
                "tickmode": "array",
                "tickvals": sizes,
                "ticktext": [str(k) for k in sizes],
                "title": axis_title(axis, colours),
            },
            yaxis={"range": [floor - 0.03, 1.05], "tickformat": ".1f"},
        )
    )


def differences(rows: pd.DataFrame, *, more: str, less: str, mode: Mode = "light") -> go.Figure:
    """Draw standardised differences with their intervals, in the order given, from the top.

    Parameters
    ----------
    rows : DataFrame
        ``label``, ``effect``, ``effect_low``, ``effect_high``, ``is_claimed``, ``hover``.
    more, less : str
        What stands at the right and at the left end.

    Returns
    -------
    Figure
        One trace; differences that are not claimed are hollow.
    """
    colours = PALETTES[mode]
    places = list(range(len(rows)))
    signs = [colours.main if effect > 0 else colours.compare for effect in rows["effect"]]
    fills = [
        sign if is_claimed else "rgba(0,0,0,0)"
        for sign, is_claimed in zip(signs, rows["is_claimed"], strict=True)
    ]
    reach = 1.08 * float(rows[["effect_low", "effect_high"]].abs().to_numpy().max() or 1.0)
    figure = go.Figure(
        go.Scatter(
            x=rows["effect"].tolist(),
            y=places,
            mode="markers",
            marker={"size": 11, "color": fills, "line": {"color": signs, "width": 2}},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (rows["effect_high"] - rows["effect"]).tolist(),
                "arrayminus": (rows["effect"] - rows["effect_low"]).tolist(),
                "color": colours.muted,
                "thickness": 1.4,
                "width": 0,
            },
            customdata=rows["hover"].tolist(),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line={"color": colours.muted, "width": 1})
    for text, x, anchor in ((less, 0.0, "left"), (more, 1.0, "right")):
        figure.add_annotation(
            text=text, x=x, y=1.0, xref="paper", yref="paper", xanchor=anchor, yanchor="bottom",
            showarrow=False, font={"size": 12, "color": colours.muted},
        )  # fmt: skip
    return figure.update_layout(
        layout(
            mode,
            height=70 + _ROW * len(rows),
            margin={"t": 26},
            xaxis={"range": [-reach, reach], "showgrid": True, "nticks": 7},
            yaxis={
                "range": [len(rows) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": places,
                "ticktext": [_short(str(label)) for label in rows["label"]],
                "showgrid": False,
                "zeroline": False,
                "tickfont": {"color": colours.text, "size": 12},
            },
        )
    )


def _short(label: str, limit: int = 24) -> str:
    return label if len(label) <= limit else label[: limit - 1] + "…"
