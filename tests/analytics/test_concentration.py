"""Concentration: by hand, by the definition in plain Python, and from bins."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.concentration import concentration, concentration_of_bins, gini
from crm_data.errors import FrameContractError

amounts = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=40)


def by_definition(values: list[float]) -> float:
    """Mean absolute difference of two different customers over twice the mean."""
    n = len(values)
    pairs = [abs(a - b) for i, a in enumerate(values) for j, b in enumerate(values) if i != j]
    return sum(pairs) / (n * (n - 1)) / (2 * sum(values) / n)


@given(values=amounts)
def test_gini_is_half_the_relative_mean_difference(values: list[float]) -> None:
    assert gini(values) == pytest.approx(by_definition(values), abs=1e-9)
    assert concentration(values).gini == pytest.approx(by_definition(values), abs=1e-9)


def test_ten_customers_by_hand() -> None:
    found = concentration([50, 20, 10, 5, 5, 4, 3, 1, 1, 1, 0, -30, np.nan])

    assert (found.customers, found.total, found.left_out, found.left_out_total) == (10, 100, 3, -30)
    assert found.lorenz["customers_share"].tolist() == pytest.approx(np.linspace(0, 1, 11))
    assert found.lorenz["amount_share"].tolist() == pytest.approx(
        [0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.98, 0.99, 1]
    )
    # the top 1 %, 5 % and 10 % of ten are one customer each, 20 % are two; fifty there are not
    assert found.top[["label", "top", "customers", "amount_share"]].to_numpy().tolist() == [
        ["share", 0.01, 1, 0.5],
        ["share", 0.05, 1, 0.5],
        ["share", 0.1, 1, 0.5],
        ["share", 0.2, 2, 0.7],
    ]
    assert found.most_of_it == 3
    assert found.gini_low is not None
    assert found.gini_high is not None
    assert found.gini_low < (found.gini or 0) < found.gini_high + 0.05


def test_top_counts_only_where_there_are_more_customers() -> None:
    top = concentration(range(1, 61)).top

    assert top.loc[top["label"] == "count", ["top", "amount_share"]].to_numpy().tolist() == [
        [10, sum(range(51, 61)) / 1830],
        [50, sum(range(11, 61)) / 1830],
    ]


@pytest.mark.parametrize(
    ("values", "customers", "gini_is"), [([], 0, None), ([0, -5], 0, None), ([7], 1, None)]
)
def test_too_few_to_be_unequal(values: list[float], customers: int, gini_is: None) -> None:
    found = concentration(values)

    assert (found.customers, found.gini, found.gini_low) == (customers, gini_is, gini_is)
    assert len(found.lorenz) == customers + 1


def test_all_alike_and_one_has_it_all() -> None:
    alike = concentration([5.0] * 20)
    assert (alike.gini, alike.gini_low, alike.gini_high) == pytest.approx((0, 0, 0))
    assert alike.most_of_it == 16
    assert concentration([1e9, *[0.01] * 20]).gini == pytest.approx(1, abs=1e-6)


def test_narrow_bins_give_the_same_figures() -> None:
    values = np.sort(np.random.default_rng(1).lognormal(5, 1.5, 5000))[::-1]
    whole = concentration(values)
    place = np.where(np.arange(5000) < 200, -np.arange(5000), -1e6 + np.floor(100 * np.log(values)))
    bins = pd.DataFrame({"place": place, "customers": 1, "net_amount": values})
    bins = bins.groupby("place", sort=False).sum().reset_index()
    found = concentration_of_bins(bins)

    assert len(bins) < 1100
    assert found.gini == pytest.approx(whole.gini, abs=1e-4)
    assert found.gini_low == pytest.approx(whole.gini_low, abs=5e-3)
    assert found.most_of_it == pytest.approx(whole.most_of_it, abs=3)
    assert found.top["amount_share"].tolist() == pytest.approx(
        whole.top["amount_share"].tolist(), abs=1e-4
    )


def test_the_interval_holds_the_truth_of_a_known_distribution() -> None:
    """A Pareto distribution of shape 3 has a Gini of 1 / (2·3 - 1)."""
    draw = np.random.default_rng(5)
    hits = 0
    for seed in range(60):
        found = concentration(draw.pareto(3, 1500) + 1, seed=seed)
        hits += (found.gini_low or 0) <= 0.2 <= (found.gini_high or 0)
    assert hits >= 50


@pytest.mark.parametrize("bad", [([1, 1], [1, 5]), ([1, 1], [5, -1]), ([0, 1], [5, 1])])
def test_bins_that_are_no_bins_are_refused(bad: tuple[list[int], list[int]]) -> None:
    with pytest.raises(FrameContractError):
        concentration_of_bins(pd.DataFrame({"customers": bad[0], "net_amount": bad[1]}))
