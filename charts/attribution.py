"""Charts of attribution: the spread of all rules, and transitions. No queries, no calculations."""

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from charts.row_axes import FRAME, name_axis, value_axis
from charts.theme import PALETTES, Mode, axis_title, layout, translucent

_ROW = 58  # pixels: rules stand below each other, so that none hides another
_STEP = 0.085  # of a row, from rule to rule
_MARKS = ("circle", "circle-open", "square", "square-open", "triangle-up", "triangle-up-open",
          "x-thin-open", "star")  # fmt: skip


def credit_spread(
    rows: pd.DataFrame,
    experiments: pd.DataFrame,
    *,
    models: Mapping[str, str],
    caused: str,
    label: str,
    write: Callable[[float], str],
    mode: Mode = "light",
) -> go.Figure:
    """Draw what each rule credits each channel with, and what experiments say it caused.

    Parameters
    ----------
    rows : DataFrame
        ``place`` (row from the top), ``name``, ``model``, ``credit``, ``hover``.
    experiments : DataFrame
        ``place``, ``caused``, ``low``, ``high``, ``hover``.
    models : mapping
        Name of each rule in the viewer's language, in order.
    caused, label : str
        What experiments are called, and the title of the axis.
    """
    colours = PALETTES[mode]
    names = rows.drop_duplicates("place").sort_values("place")["name"]
    spans = rows.groupby("place")["credit"].agg(["min", "max"])
    traces = [
        go.Scatter(
            x=[row.min, row.max], y=[place - _STEP / 2] * 2, mode="lines", hoverinfo="skip",
            showlegend=False, line={"color": translucent(colours.main, 0.25), "width": 6},
        )
        for place, row in zip(spans.index, spans.itertuples(), strict=True)
    ]  # fmt: skip
    for number, (model, name) in enumerate(models.items()):
        part = rows[rows["model"] == model]
        traces.append(
            go.Scatter(
                x=part["credit"].tolist(), y=(part["place"] + _STEP * (number - 4)).tolist(),
                mode="markers", name=name,
                marker={
                    "symbol": _MARKS[number % len(_MARKS)], "size": 8,
                    "color": colours.series[number % len(colours.series)],
                    "line": {"width": 1.5, "color": colours.series[number % len(colours.series)]},
                },
                customdata=[[text] for text in part["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    if len(experiments):
        value = experiments["caused"]
        traces.append(
            go.Scatter(
                x=value.tolist(), y=(experiments["place"] + 0.38).tolist(), mode="markers",
                name=caused, marker={"symbol": "diamond", "size": 11, "color": colours.bad},
                error_x={
                    "type": "data", "symmetric": False, "color": colours.bad, "thickness": 2,
                    "array": (experiments["high"] - value).tolist(),
                    "arrayminus": (value - experiments["low"]).tolist(),
                },
                customdata=[[text] for text in experiments["hover"]],
                hovertemplate="%{customdata[0]}<extra></extra>",
            )
        )  # fmt: skip
    low = min([0.0, *experiments["low"].dropna()])
    high = max([float(rows["credit"].max()), *experiments["high"].dropna()])
    axis = value_axis(0.0, high, write, colours)
    first, last = axis["range"]
    axis["range"] = [min(first, low - 0.02 * (last - low)), last]
    return go.Figure(
        data=traces,
        layout=layout(
            mode,
            height=FRAME + 60 + _ROW * len(names),
            showlegend=True,
            xaxis={**axis, "title": axis_title(label, colours)},
            yaxis=name_axis(names),
        ),
    )


def transition_flow(
    rows: pd.DataFrame, nodes: list[str], ends: set[str], *, mode: Mode = "light", height: int = 560
) -> go.Figure:
    """Draw how often one channel followed another.

    Parameters
    ----------
    rows : DataFrame
        ``source_no``, ``target_no`` (places in ``nodes``), ``journeys``, ``hover``.
    nodes : list of str
        Names, the most frequent first on either side.
    ends : set of str
        Names that are no channels: beginning and ends, in grey, as are channels beyond the palette.
    """
    colours = PALETTES[mode]
    kinds = [name for name in dict.fromkeys(nodes) if name not in ends]  # a colour on either side
    tone_of = dict(zip(kinds, colours.series, strict=False))
    tones = [tone_of.get(name, colours.muted) for name in nodes]
    flow = go.Sankey(
        arrangement="snap",
        node={"label": nodes, "color": tones, "pad": 20, "thickness": 14, "line": {"width": 0},
              "hovertemplate": "%{label}<extra></extra>"},
        link={
            "source": rows["source_no"].tolist(), "target": rows["target_no"].tolist(),
            "value": rows["journeys"].tolist(),
            "color": [translucent(tones[place], 0.3) for place in rows["source_no"]],
            "customdata": rows["hover"].tolist(),
            "hovertemplate": "%{customdata}<extra></extra>",
        },
    )  # fmt: skip
    return go.Figure(data=[flow], layout=layout(mode, height=height))
