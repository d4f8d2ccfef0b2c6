"""Charts of clusters and portraits draw the numbers that they were given."""

import pandas as pd
import pytest

from charts.clusters import differences, stability
from charts.theme import PALETTES

ROWS = pd.DataFrame(
    {
        "method": ["kmeans", "kmeans", "mixture"],
        "k": [2, 3, 2],
        "agreement": [0.9, 0.8, 0.7],
        "low": [0.8, 0.5, 0.7],
        "high": [1.0, 0.9, 0.75],
        "is_chosen": [True, False, False],
        "hover": ["a", "b", "c"],
    }
)
NAMES = {"kmeans": "K", "mixture": "M"}


def drawn(rows: pd.DataFrame):  # type: ignore[no-untyped-def]  # a figure
    return stability(rows, names=NAMES, chosen="taken", axis="number", least=0.75)


def test_stability_has_a_line_for_each_method_and_a_ring_around_the_chosen() -> None:
    kmeans, mixture, ring = drawn(ROWS).data

    assert (kmeans.name, mixture.name, ring.name) == ("K", "M", "taken")
    assert list(kmeans.y) == [0.9, 0.8]
    assert list(kmeans.error_y.array) == pytest.approx([0.1, 0.1])
    assert list(kmeans.error_y.arrayminus) == pytest.approx([0.1, 0.3])
    assert list(kmeans.customdata) == ["a", "b"]
    assert (list(ring.x), list(ring.y)) == ([kmeans.x[0]], [0.9])


def test_nothing_chosen_has_no_ring() -> None:
    assert len(drawn(ROWS.assign(is_chosen=False)).data) == 2


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_differences_keep_their_order_and_mark_what_may_be_chance(mode: str) -> None:
    rows = pd.DataFrame(
        {
            "label": ["Orders", "A name that is much too long for the axis"],
            "effect": [1.0, -0.5],
            "effect_low": [0.8, -1.1],
            "effect_high": [1.2, 0.1],
            "is_claimed": [True, False],
            "hover": ["x", "y"],
        }
    )
    figure = differences(rows, more="more", less="less", mode=mode)  # type: ignore[arg-type]  # both modes
    (dots,) = figure.data

    assert list(dots.x) == [1.0, -0.5]
    assert list(dots.error_x.array) == pytest.approx([0.2, 0.6])
    assert list(dots.error_x.arrayminus) == pytest.approx([0.2, 0.6])
    assert list(dots.marker.color) == [PALETTES[mode].main, "rgba(0,0,0,0)"]  # type: ignore[index]  # both modes
    assert figure.layout.yaxis.range == (1.5, -0.5)  # the first on top
    assert figure.layout.yaxis.ticktext[1].endswith("…")
    assert figure.layout.xaxis.range == pytest.approx((-1.08 * 1.2, 1.08 * 1.2))
