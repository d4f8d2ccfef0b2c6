"""The gain curve draws the numbers that it was given."""

import pandas as pd

from charts.churn_gain import GainLabels, gain_curve

CURVE = pd.DataFrame(
    {
        "contacted": [0, 10, 20],
        "gain": [0.0, 30.0, 10.0],
        "low": [0.0, -5.0, -40.0],
        "high": [0.0, 60.0, 55.0],
        "hover": ["a", "b", "c"],
    }
)
LABELS = GainLabels("customers", "gain", "interval", "best: 10")


def test_line_band_and_the_best_number() -> None:
    figure = gain_curve(CURVE, best=10, labels=LABELS, write=str, count=str)
    band, line = figure.data

    assert list(line.x) == [0, 10, 20]
    assert list(line.y) == [0.0, 30.0, 10.0]
    assert list(band.y) == [0.0, 60.0, 55.0, -40.0, -5.0, 0.0]
    assert [text for (text,) in line.customdata] == ["a", "b", "c"]
    assert [(shape.x0, shape.x1) for shape in figure.layout.shapes] == [(10, 10)]
    assert figure.layout.annotations[0].text == "best: 10"
    low, high = figure.layout.yaxis.range
    assert low < -40 < 60 < high


def test_nobody_has_no_line() -> None:
    figure = gain_curve(CURVE[:1], best=0, labels=LABELS, write=str, count=str)

    assert not figure.layout.shapes
    assert not figure.layout.annotations
