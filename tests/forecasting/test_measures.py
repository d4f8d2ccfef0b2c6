"""Measures by hand."""

import numpy as np
import pandas as pd
import pytest

from forecasting.backtest import seasonal_scale
from forecasting.measures import bias, mase, pinball, scores, smape, wape

ACTUAL = np.array([10.0, 0.0, 20.0])
YHAT = np.array([8.0, 1.0, 24.0])


def test_by_hand() -> None:
    assert wape(ACTUAL, YHAT) == pytest.approx(7 / 30)
    assert bias(ACTUAL, YHAT) == pytest.approx(3 / 30)
    assert mase(ACTUAL, YHAT, np.array([2.0, 2.0, 4.0])) == pytest.approx((1 + 0.5 + 1) / 3)
    assert smape(ACTUAL, YHAT) == pytest.approx((4 / 18 + 2 + 8 / 44) / 3)
    assert pinball(ACTUAL, YHAT, 0.9) == pytest.approx((0.9 * 2 + 0.1 * 1 + 0.1 * 4) / 3)


def test_nothing_to_divide_by_is_not_zero() -> None:
    nothing = np.array([0.0, 0.0])

    assert np.isnan(wape(nothing, nothing))
    assert np.isnan(bias(nothing, nothing))
    assert smape(nothing, nothing) == 0
    assert np.isnan(mase(ACTUAL, YHAT, np.full(3, np.nan)))


def test_the_scale_is_the_change_over_a_season() -> None:
    assert seasonal_scale(np.array([1.0, 5.0, 4.0, np.nan, 6.0]), 2) == pytest.approx(2.5)
    assert seasonal_scale(np.array([1.0, 5.0]), 12) == 4
    assert np.isnan(seasonal_scale(np.full(30, 2.0), 12))


def test_scores_leave_out_what_is_missing() -> None:
    table = pd.DataFrame(
        {
            "candidate": ["b", "b", "a", "a"], "ds": [1, 2, 1, 2],
            "known": [7, 7, 7, 7], "scale": 2.0,
            "actual": [10.0, np.nan, 10.0, np.nan], "yhat": [12.0, 5.0, 11.0, 5.0],
            "low_80": [9.0, 0.0, 10.5, 0.0], "high_80": [15.0, 9.0, 12.0, 9.0],
        }
    )  # fmt: skip

    found = scores(table, (0.8,)).set_index("candidate")

    assert list(found.index) == ["a", "b"]
    assert found["n"].tolist() == [1, 1]
    assert found["mase"].tolist() == [0.5, 1.0]
    assert found["coverage_80"].tolist() == [0.0, 1.0]
    assert found.loc["b", "pinball"] == pytest.approx((0.1 * 1 + 0.1 * 5) / 2)
