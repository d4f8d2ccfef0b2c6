"""The chart of the test holds the numbers it was given."""

import pandas as pd
import pytest

from charts.offers import recall_by_method
from charts.theme import PALETTES, Mode

METHODS = pd.DataFrame(
    {
        "label": ["Popular", "Cosine"], "value": [0.1, 0.3], "low": [0.05, 0.25],
        "high": [0.15, 0.35], "hover": ["a", "b"], "is_used": [False, True],
        "is_popular": [True, False],
    }
)  # fmt: skip


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_points_and_intervals_are_those_given(mode: Mode) -> None:
    figure = recall_by_method(METHODS, write=lambda v: f"{v:.0%}", mode=mode)
    first, second, points = figure.data
    colours = PALETTES[mode]

    assert (list(first.x), list(second.x)) == ([0.05, 0.15], [0.25, 0.35])
    assert list(points.x) == [0.1, 0.3]
    assert list(points.marker.color) == [colours.background, colours.main]
    assert list(figure.layout.yaxis.ticktext) == ["Popular", "Cosine"]
    assert list(figure.layout.xaxis.ticktext) == ["0%", "10%", "20%", "30%"]


def test_nothing_found_is_drawn_at_zero() -> None:
    nothing = METHODS.assign(value=0.0, low=0.0, high=0.0)

    assert list(recall_by_method(nothing, write=str).data[-1].x) == [0.0, 0.0]
