import numpy as np
import pytest

from analytics.slippage import pipeline_conversion, slippage
from analytics.stats import wilson_interval
from tests.deals.frames import day, states

START, END = day("2025-05-01"), day("2025-06-01")
OPENING = states(
    [
        (1, "2025-05-31", 100.0, None),
        (2, "2025-05-10", 50.0, None),
        (3, "2025-05-10", None, None),
        (4, "2025-05-10", 30.0, None),
        (5, "2025-05-10", 20.0, None),
        (6, "2025-06-01", 500.0, None),  # not due
        (7, "2025-05-10", 40.0, "won"),  # not open
        (8, "2025-05-10", 5.0, None),
    ]
)
CLOSING = states(
    [
        (1, "2025-06-01", 100.0, None),  # slipped by a day
        (2, "2025-05-20", 60.0, "won"),
        (3, None, None, None),  # its date was taken away
        (4, "2025-05-25", 30.0, None),  # moved, but still due
        (5, "2025-07-01", 20.0, "lost"),
        (6, "2025-08-01", 500.0, None),
        (7, "2025-05-10", 40.0, "won"),
        (9, "2025-05-10", 25.0, "won"),  # created and won
    ]
)


def test_slippage_by_hand() -> None:
    found = slippage(OPENING, CLOSING, START, END)

    assert (found.due, found.slipped, found.won, found.lost) == (6, 2, 1, 1)
    assert (found.still_due, found.left, found.unvalued) == (1, 1, 1)
    assert found.due == found.slipped + found.won + found.lost + found.still_due + found.left
    assert (found.low, found.high) == tuple(map(float, wilson_interval(2, 6)))
    assert (found.slipped_value, found.due_value) == (100, 205)
    assert found.value_share == pytest.approx(100 / 205)
    assert found.value_low < found.value_share < found.value_high


def test_none_due_has_no_rate() -> None:
    found = slippage(OPENING, CLOSING, day("2026-01-01"), day("2026-02-01"))

    assert found.due == 0
    assert np.isnan([found.share, found.low, found.value_share, found.value_low]).all()


def test_pipeline_conversion_by_hand() -> None:
    found = pipeline_conversion(OPENING, CLOSING)

    assert (found.won_value, found.open_value) == (85, 705)
    assert (found.created_value, found.created) == (25, 1)
    assert (found.open_deals, found.unvalued) == (7, 1)
    assert found.share == pytest.approx(85 / 705)
    assert 0 <= found.low < found.share < found.high
    assert np.isnan(pipeline_conversion(states([]), CLOSING).share)
