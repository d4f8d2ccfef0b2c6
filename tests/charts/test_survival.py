"""Charts of lifetimes: what is drawn, read from the figure."""

import math

import pandas as pd

from charts.survival import AgeLabels, rates_by_age, step_curves

NAN = math.nan
POINTS = pd.DataFrame(
    {
        "series": ["A", "A", "B", "B"],
        "age": [0.0, 5.0, 0.0, 8.0],
        "value": [1.0, 0.6, 1.0, 0.5],
        "low": [NAN, 0.4, NAN, NAN],
        "high": [NAN, 0.8, NAN, NAN],
        "hover": list("abcd"),
    }
)
LABELS = AgeLabels("Months", "Still")


def test_curves_are_steps_with_a_band_and_numbers_below() -> None:
    at_risk = pd.DataFrame(
        {"series": ["A", "A", "B"], "age": [0, 6, 0], "at_risk": [9, 4, 7]}
    )  # fmt: skip
    figure = step_curves(POINTS, labels=LABELS, write=str, ages=[0, 6], at_risk=at_risk)
    low, high, a, b, of_a, of_b = figure.data

    assert {trace.line.shape for trace in (low, high, a, b)} == {"hv"}
    assert (list(low.y), list(high.y), high.fill) == ([0.4], [0.8], "tonexty")
    assert [trace.name for trace in (a, b)] == ["A", "B"]
    assert (list(of_a.text), list(of_b.text), of_b.yaxis) == (["9", "4"], ["7"], "y2")
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
    assert figure.layout.showlegend is True
    assert step_curves(POINTS[:2], labels=LABELS, write=str, ages=[0]).layout.showlegend is False


def test_rates_have_uneven_intervals() -> None:
    points = pd.DataFrame(
        {"start": [0], "middle": [1.5], "value": [0.2], "low": [0.1], "high": [0.5], "hover": ["x"]}
    )
    error = rates_by_age(points, labels=LABELS, write=str).data[0].error_y
    assert (round(error.array[0], 9), round(error.arrayminus[0], 9)) == (0.3, 0.1)
