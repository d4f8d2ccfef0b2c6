import numpy as np
import pytest

from analytics.stats import ratio_interval, wilson_interval
from analytics.value_shares import value_share_interval


def test_many_like_deals_have_the_delta_method() -> None:
    amounts = np.tile([10.0, 20, 30, 5, 8], 20)
    part = amounts * np.tile([True, False, True, False], 25)  # whatever the amount
    sums = part.sum(), amounts.sum()
    squares = (part**2).sum(), (amounts**2).sum()
    low, high = value_share_interval(100, *sums, part_sq=squares[0], whole_sq=squares[1])

    expected = ratio_interval(
        100, *sums, numerator_sq=squares[0], denominator_sq=squares[1], cross=squares[0]
    )
    assert (low, high) == pytest.approx(expected, abs=0.01)
    assert low <= expected[0]
    assert high >= expected[1]


def test_one_amount_that_decides_leaves_the_share_open() -> None:
    low, high = value_share_interval(10, 910, 1000, part_sq=910**2, whole_sq=910**2 + 900)

    assert low < 0.3
    assert high == 1


def test_all_or_nothing_is_as_sure_as_the_deals_that_carry_it() -> None:
    low, high = value_share_interval([4, 4, 4], [0, 40, 97], [40, 40, 100],
                                     part_sq=[0, 400, 9409], whole_sq=[400, 400, 9412])  # fmt: skip

    assert (low[0], high[0]) == pytest.approx(tuple(map(float, wilson_interval(0, 4))))
    assert (low[1], high[1]) == pytest.approx(tuple(map(float, wilson_interval(4, 4))))
    assert high[2] == 1


def test_one_amount_or_none_says_nothing() -> None:
    low, high = value_share_interval([0, 1], [0, 5], [0, 5], part_sq=[0, 25], whole_sq=[0, 25])

    assert np.isnan([*low, *high]).all()
