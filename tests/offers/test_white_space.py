"""White space: blank is blank, and the next category is above chance."""

import numpy as np
import pandas as pd
import pytest

from analytics.white_space import WhiteSpace, next_steps
from analytics.white_space import white_space as laid_out

AMOUNTS = pd.DataFrame(
    [
        ("c1", "One", 90.0, "a", 50.0), ("c1", "One", 90.0, "b", 0.0),
        ("c1", "One", 90.0, None, 40.0),
        ("c2", "Two", 60.0, "a", 10.0), ("c2", "Two", 60.0, "c", 50.0),
        ("c3", None, 5.0, None, 5.0),
    ],
    columns=["customer_id", "name", "total", "category", "net_amount"],
)  # fmt: skip
PAIRS = pd.DataFrame(
    [
        ("a", "b", 30, 0.6, 1.5), ("a", "c", 40, 0.8, 0.9), ("b", "c", 9, 0.5, 2.0),
        ("a", "d", 4, 0.9, 3.0), ("c", "d", 20, 0.4, 1.1), ("c", "b", 10, 0.2, 1.2),
    ],
    columns=["category", "other_category", "customers_both", "share_both", "lift"],
)  # fmt: skip

PAIRS["other_weight"] = PAIRS["other_category"].map({"a": 0.5, "b": 0.2, "c": 0.3})


def white_space(amounts: pd.DataFrame, pairs: pd.DataFrame, most: int = 12) -> WhiteSpace:
    steps = next_steps(pairs)
    return laid_out(amounts, steps, categories=["a", "c"], most_categories=most)


def test_a_row_per_customer_and_categories_in_the_given_order() -> None:
    found = white_space(AMOUNTS, PAIRS)

    assert found.categories == ("a", "c", "b")
    assert found.amounts["customer_id"].tolist() == ["c1", "c2", "c3"]
    np.testing.assert_array_equal(
        found.amounts[["a", "c", "b"]].to_numpy(),
        [[50, np.nan, 0], [10, 50, np.nan], [np.nan] * 3],  # bought for nothing is bought
    )


def test_the_next_category_is_blank_likely_and_above_chance() -> None:
    suggested = white_space(AMOUNTS, PAIRS).suggested.set_index("customer_id")

    # c1 has a and b: c by a is below chance, so by b; d by a has four customers only.
    assert suggested.loc["c1", ["category", "because", "customers_both"]].tolist() == ["c", "b", 9]
    assert suggested.loc["c1", "share_both"] == pytest.approx(0.5)
    # c2 has a and c: b by a (0.6) before d by c (0.4).
    assert suggested.loc["c2", ["category", "because"]].tolist() == ["b", "a"]
    assert suggested.loc["c3"].isna().all()
    # c: half of the buyers of b, 0.3 of what its buyers spend, of 90; b: 0.6 * 0.2 of 60.
    assert suggested["gap"].tolist()[:2] == pytest.approx([0.5 * 0.3 * 90, 0.6 * 0.2 * 60])


def test_a_step_to_a_category_without_weight_is_worth_nothing() -> None:
    steps = next_steps(PAIRS.assign(other_weight=np.nan)).set_index(["because", "category"])

    assert (steps["worth"] == 0).all()
    assert list(steps.index) == [("a", "b"), ("b", "c"), ("c", "d"), ("c", "b")]
    found = laid_out(AMOUNTS, steps.reset_index(), categories=["a"]).suggested
    assert found["category"].tolist()[:2] == ["c", "b"]
    assert found["gap"].tolist()[:2] == [0, 0]


def test_few_columns_say_how_many_are_left_out() -> None:
    found = white_space(AMOUNTS, PAIRS, 1)

    assert (found.categories, found.left_out) == (("a",), 2)
    assert found.suggested["category"].tolist()[:2] == ["c", "b"]


def test_tidy_has_a_row_for_each_blank() -> None:
    tidy = white_space(AMOUNTS, PAIRS).tidy()

    assert list(tidy.columns) == ["customer_id", "name", "category", "net_amount", "is_next", "gap"]
    assert tidy["customer_id"].tolist() == ["c1"] * 3 + ["c2"] * 3 + ["c3"] * 3
    assert tidy.loc[tidy["is_next"], ["customer_id", "category"]].to_numpy().tolist() == [
        ["c1", "c"], ["c2", "b"],
    ]  # fmt: skip
    assert tidy["net_amount"].isna().sum() == 5
    assert (tidy["gap"].notna() == tidy["is_next"]).all()


def test_nothing_to_lay_out() -> None:
    assert white_space(AMOUNTS.head(0), PAIRS.head(0)).amounts.empty
    without = white_space(AMOUNTS[AMOUNTS["category"].isna()], PAIRS)
    assert without.amounts[["a", "c"]].isna().all(axis=None)
    assert laid_out(AMOUNTS.head(0), next_steps(PAIRS), categories=[]).categories == ()


def test_who_sees_a_part_gets_the_category_without_numbers() -> None:
    found = white_space(AMOUNTS, PAIRS)
    suggested = found.without_numbers().suggested

    assert suggested[["customers_both", "share_both", "lift"]].isna().all(axis=None)
    assert (
        suggested["because"].tolist()[:2] == found.suggested["because"].tolist()[:2] == ["b", "a"]
    )


def test_the_input_is_not_changed() -> None:
    before = AMOUNTS.copy(), PAIRS.copy()
    white_space(AMOUNTS, PAIRS)

    pd.testing.assert_frame_equal(AMOUNTS, before[0])
    pd.testing.assert_frame_equal(PAIRS, before[1])
