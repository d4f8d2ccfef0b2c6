"""RFM against hand counts and a plain-Python loop; ties, rules and thin data."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rfm import score
from analytics.rfm_rules import DEFAULT_GRID, SEGMENTS, RfmRules, rules_from
from crm_data.errors import BadInputError

AS_OF = date(2025, 12, 31)


def facts(rows: list[tuple[int | None, int, float | None]]) -> pd.DataFrame:
    """Return customer facts from days since the last order, orders, net value."""
    last = [None if d is None else pd.Timestamp(AS_OF) - pd.Timedelta(days=d) for d, _, _ in rows]
    return pd.DataFrame(
        {
            "last_order_on": pd.Series(last, dtype="datetime64[us]"),
            "orders": pd.array([n for _, n, _ in rows], dtype="Int64"),
            "net_amount": pd.Series([v for _, _, v in rows], dtype="float64"),
        }
    )


def scores(rows: list[tuple[int | None, int, float | None]], rules: RfmRules | None = None) -> list:
    found = score(facts(rows), AS_OF, rules or RfmRules())
    return list(zip(found["r"], found["f"], found["m"], found["segment"], strict=True))


def test_ten_customers_counted_by_hand() -> None:
    # Six of ten bought once: they are the lowest fifth of orders, the next begin at six tenths.
    rows = [(d * 10, n, 10.0 * v) for d, n, v in zip(
        range(10), [5, 4, 3, 2, 1, 1, 1, 1, 1, 1], range(10, 0, -1), strict=True
    )]  # fmt: skip

    assert scores(rows) == [
        (5, 5, 5, "champions"), (5, 5, 5, "champions"), (4, 4, 4, "loyal"), (4, 4, 4, "loyal"),
        (3, 1, 3, "about_to_sleep"), (3, 1, 3, "about_to_sleep"),
        (2, 1, 2, "hibernating"), (2, 1, 2, "hibernating"),
        (1, 1, 1, "lost"), (1, 1, 1, "lost"),
    ]  # fmt: skip


def test_ties_are_said() -> None:
    found = score(facts([(0, 1, 1.0), (1, 1, 2.0), (2, 1, 3.0), (3, 1, 4.0), (4, 2, 5.0)]), AS_OF)
    points = found.attrs["cut_points"]

    assert points["orders"].used == (1, 5)
    assert points["orders"].is_tied
    assert not points["recency"].is_tied
    assert points["recency"].borders == (-3.0, -2.0, -1.0, 0.0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(7, 1, 5.0)], [(3, 1, 3, "about_to_sleep")]),
        ([(7, 1, -5.0)] * 3, [(3, 1, 3, "about_to_sleep")] * 3),  # no variance, below zero
        ([(7, 3, None)], [(3, 1, 3, "about_to_sleep")]),
    ],
)
def test_thin_data_has_scores(rows: list, expected: list) -> None:
    assert scores(rows) == expected


def test_without_an_order_there_is_no_score() -> None:
    found = score(facts([(None, 0, None), (1, 1, 5.0)]), AS_OF)

    assert found["r"].dtype == "Int64"
    assert found["r"].isna().tolist() == [True, False]
    assert found["segment"].isna().tolist() == [True, False]
    assert score(facts([(None, 0, None)]), AS_OF)["segment"].isna().all()
    assert len(score(facts([]), AS_OF)) == 0


def test_fixed_borders_decide_alone() -> None:
    rules = RfmRules(recency_borders=(30, 90, 180, 365), orders_borders=(2, 3, 5, 10))
    found = score(facts([(30, 2, 1.0), (31, 10, 1.0), (365, 4, 1.0), (366, 1, 1.0)]), AS_OF, rules)

    assert found["r"].tolist() == [5, 4, 2, 1]
    assert found["f"].tolist() == [2, 5, 3, 1]
    assert found.attrs["cut_points"]["orders"].is_fixed


def _plain_scores(values: list[float], *, lowest: bool) -> list[int]:
    """Count for each customer who is below and who is equal."""
    found = []
    for value in values:
        below = sum(other < value for other in values)
        equal = sum(other == value for other in values)
        if lowest:
            found.append(below * 5 // len(values) + 1)
        else:
            found.append(-((2 * below + equal) * 5 // -(2 * len(values))))
    return found


@given(st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 6), st.integers(-3, 12).map(float)),
    min_size=1, max_size=60,
))  # fmt: skip
def test_scores_are_those_of_a_plain_loop(rows: list[tuple[int, int, float]]) -> None:
    found = score(facts(rows), AS_OF)

    assert found["r"].tolist() == _plain_scores([-d for d, _, _ in rows], lowest=False)
    assert found["f"].tolist() == _plain_scores([n for _, n, _ in rows], lowest=True)
    assert found["m"].tolist() == _plain_scores([v for _, _, v in rows], lowest=False)
    for measure, points in found.attrs["cut_points"].items():
        assert all(a <= b for a, b in pairwise(points.borders)), measure
    for r, f, m, segment in found.itertuples(index=False):
        assert segment == DEFAULT_GRID[int(np.ceil((f + m) / 2)) - 1][r - 1]


def test_every_segment_has_a_cell_and_every_cell_a_segment() -> None:
    assert {cell for row in DEFAULT_GRID for cell in row} == set(SEGMENTS)


def test_rules_survive_json() -> None:
    grid = (("new",) * 5,) * 5
    rules = RfmRules(grid=grid, value_borders=(-5.0, 0.0, 10.0, 20.0))

    assert rules_from(rules.as_json()) == rules
    assert rules_from(None) == rules_from({}) == RfmRules()


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        ({"grid": [["new"] * 5] * 4}, "rfm_grid"),
        ({"grid": [["new"] * 5] * 4 + [["new"] * 4 + ["unheard"]]}, "rfm_grid"),
        ({"grid": 5}, "rfm_grid"),
        ({"recency_borders": [1, 2, 3]}, "rfm_borders"),
        ({"recency_borders": [-1, 2, 3, 4]}, "rfm_borders"),
        ({"orders_borders": [1, 2, 2, 4]}, "rfm_borders"),
        ({"value_borders": [1, 2, 3, float("nan")]}, "rfm_borders"),
        ({"value_borders": ["a", 2, 3, 4]}, "rfm_grid"),
    ],
)
def test_rules_that_are_none_are_refused(stored: dict, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        rules_from(stored)
    assert refused.value.code == code
