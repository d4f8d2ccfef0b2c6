"""Charts of the proof of churn: what is drawn, read from the figure."""

import pandas as pd
import pytest

from charts.calibration import CalibrationLabels, calibration_plot
from charts.churn_model import TenthLabels, tenth_bars

ROWS = pd.DataFrame(
    {
        "tenth": [1, 2],
        "predicted_rate": [0.3, 0.1],
        "observed_rate": [0.4, 0.05],
        "low": [0.3, 0.02],
        "high": [0.52, 0.11],
        "hover": ["a", "b"],
    }
)


def test_bins_lie_against_the_line_on_which_probabilities_are_right() -> None:
    labels = CalibrationLabels("predicted", "left", "as predicted")
    figure = calibration_plot(ROWS, labels=labels, write=str)
    line, points = figure.data
    assert points.name == "left"

    assert (list(line.x), list(line.y)) == ([0.0, 0.6], [0.0, 0.6])
    assert (list(points.x), list(points.y)) == ([0.3, 0.1], [0.4, 0.05])
    assert list(points.error_y.array) == pytest.approx([0.12, 0.06])
    assert list(points.error_y.arrayminus) == pytest.approx([0.1, 0.03])
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    assert figure.layout.yaxis.range[1] >= 0.52  # the highest interval is seen whole


def test_tenths_have_the_interval_on_who_left_and_not_on_the_prediction() -> None:
    labels = TenthLabels("tenth", "predicted", "left")
    figure = tenth_bars(ROWS, labels=labels, write=str)
    predicted, left = figure.data

    assert (predicted.name, list(predicted.y)) == ("predicted", [0.3, 0.1])
    assert (left.name, list(left.y)) == ("left", [0.4, 0.05])
    assert predicted.error_y.array is None
    assert list(left.error_y.array) == pytest.approx([0.12, 0.06])
    assert list(left.x) == ["1", "2"]
    assert figure.layout.yaxis.range[1] >= 0.52
