"""The chart of forecasters: what two periods say does not hide the others."""

import pandas as pd

from charts.forecast_people import biases


def _row(low: float, high: float, periods: int, *, is_model: bool = False) -> dict[str, object]:
    return {
        "label": "a", "shrunk": (low + high) / 2, "low": low, "high": high, "periods": periods,
        "verdict": "cannot_tell", "is_model": is_model, "hover": "a",
    }  # fmt: skip


def test_intervals_of_few_periods_run_over_the_axis() -> None:
    rows = pd.DataFrame([_row(-0.1, 0.2, 8), _row(-1.5, 1.5, 2, is_model=True)])
    figure = biases(rows, write=str)
    low, high = figure.layout.xaxis.range
    assert -0.4 < low <= -0.1
    assert 0.2 <= high < 0.4
    assert list(figure.data[1].x) == [-1.5, 1.5]
    alone = biases(rows.iloc[:0], write=str).layout.xaxis.range
    assert alone[0] <= -0.05
    assert alone[1] >= 0.05
