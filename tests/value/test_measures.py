"""Measures of a prediction, by hand and in plain Python."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from analytics.clv_measures import by_frequency, by_tenth, measures, spearman, top_share


def test_measures_by_hand() -> None:
    found = measures(np.array([4.0, 1.0, 0.0]), np.array([2.0, 2.0, 0.0]))

    assert (found.predicted, found.actual, found.error) == (5, 4, 0.25)
    assert found.mae == 1
    assert found.wape == 0.75
    assert found.rank_correlation == pytest.approx(spearmanr([4, 1, 0], [2, 2, 0]).statistic)
    assert found.top_share == 0.5


def test_what_is_not_defined_is_none() -> None:
    none = measures(np.array([1.0, 1.0]), np.array([0.0, 0.0]))

    assert (none.error, none.wape, none.rank_correlation, none.top_share) == (None,) * 4
    assert none.mae == 1
    negative = measures(np.array([1.0, 2.0]), np.array([-3.0, 1.0]))
    assert (negative.error, negative.top_share) == (None, None)
    assert negative.wape == pytest.approx(5 / 4)
    assert spearman(np.array([1.0, 1.0]), np.array([1.0, 2.0])) is None


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=7),
    st.sampled_from([0.1, 0.3, 0.5]),
)
def test_ties_at_the_border_count_by_their_chance(
    rows: list[tuple[int, int]], share: float
) -> None:
    score, actual = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    wanted = -(-len(rows) * round(share * 10) // 10)
    ways = [
        sum(a for _, a in order[:wanted])
        for order in itertools.permutations(rows)
        if [s for s, _ in order] == sorted((s for s, _ in rows), reverse=True)
    ]

    assert top_share(score, actual, share) == pytest.approx(
        sum(ways) / len(ways) / actual.sum(), rel=1e-9
    )


def test_tenths_are_as_equal_as_can_be_and_the_highest_is_first() -> None:
    values = np.arange(25, dtype=float)
    found = by_tenth(values, pd.DataFrame({"actual": values}))

    assert found["tenth"].tolist() == list(range(1, 11))
    assert sorted(found["customers"]) == [2] * 5 + [3] * 5
    assert found["actual"].sum() == values.sum()
    assert found["actual"].iloc[0] == 24 + 23 + 22
    few = by_tenth(np.array([1.0, 5.0]), pd.DataFrame({"actual": [1.0, 5.0]}))
    assert few["actual"].tolist() == [5, 1]


def test_many_repeats_are_one_group() -> None:
    found = by_frequency([0, 0, 7, 30], pd.DataFrame({"actual": [0.0, 2.0, 3.0, 5.0]}))

    assert found.to_dict("list") == {"frequency": [0, 7], "customers": [2, 2], "actual": [1, 4]}
