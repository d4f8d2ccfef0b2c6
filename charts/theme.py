"""Colours and layout that all charts share. Colours are Okabe-Ito's; see .streamlit/config.toml."""

from dataclasses import dataclass
from typing import Any, Literal

Mode = Literal["light", "dark"]

FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'PingFang SC', "
    "'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
)


@dataclass(frozen=True)
class Palette:
    """Colours of one mode. ``series`` is told apart with any colour vision, in this order."""

    background: str
    text: str
    muted: str
    grid: str
    main: str
    main_soft: str
    compare: str
    good: str
    bad: str
    series: tuple[str, ...]


PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        background="#ffffff",
        text="#1b2430",
        muted="#566270",
        grid="#e6eaef",
        main="#0072b2",
        main_soft="#a9cfe6",
        compare="#b87400",
        good="#007a5a",
        bad="#c04a00",
        series=("#0072b2", "#d98200", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a6c00"),
    ),
    "dark": Palette(
        background="#11161d",
        text="#e7ebf0",
        muted="#a3afbc",
        grid="#28323d",
        main="#56b4e9",
        main_soft="#27506b",
        compare="#e69f00",
        good="#2fc79b",
        bad="#f08a4b",
        series=("#56b4e9", "#e69f00", "#2fc79b", "#dd9cc0", "#8fb6d9", "#f08a4b", "#f0e442"),
    ),
}


def translucent(colour: str, opacity: float) -> str:
    """Return ``#rrggbb`` as a colour that lets through what is behind it; opacity is 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def axis_title(text: str, colours: Palette) -> dict[str, Any]:
    """Return the title of an axis."""
    return {"text": text, "font": {"size": 12, "color": colours.muted}}


CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


def layout(mode: Mode, *, height: int, **more: Any) -> dict[str, Any]:
    """Return a layout with our fonts, colours and margins; ``more`` adds to it."""
    colours = PALETTES[mode]
    axis = {
        "gridcolor": colours.grid,
        "zerolinecolor": colours.muted,
        "linecolor": colours.grid,
        "tickfont": {"color": colours.muted, "size": 12},
        "automargin": True,
        "fixedrange": True,
    }
    base: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": colours.text, "size": 13},
        "hoverlabel": {
            "bgcolor": colours.background,
            "bordercolor": colours.grid,
            "font": {"family": FONT, "color": colours.text, "size": 13},
        },
        "dragmode": False,
        "showlegend": False,
        "separators": ".,",
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12},
        },
        "xaxis": axis | {"showgrid": False},
        "yaxis": axis | {"zeroline": True},
    }
    for name in ("xaxis", "yaxis", "margin", "legend"):
        if name in more:
            base[name] |= more.pop(name)
    return base | more
