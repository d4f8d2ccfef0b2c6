"""Planted truths are found in most companies, not only in that of the other tests."""

import pytest

from sample_data.generate import generate
from sample_data.planted import FOUND_FROM
from tests.sample_data import power

pytestmark = [pytest.mark.slow, pytest.mark.long]
FOUND = 8  # of ten; what is found in 95 % of companies is found in fewer of ten in one of a hundred


def test_each_truth_is_found_in_most_companies_of_the_default_size():
    shares = power.shares(range(1, 11), 5_000)
    to_find = {name: share for name, share in shares.items() if "without lift" not in name}
    assert len(to_find) == len(shares) - 2
    assert {n: s for n, s in to_find.items() if s < FOUND / 10} == {}


def test_truths_said_to_need_few_customers_are_found_in_few():
    assert max(size or 0 for size in FOUND_FROM.values()) == 5_000
    shares = power.shares(range(1, 11), 1_000)
    begin = tuple(n.replace("_", " ") for n, size in FOUND_FROM.items() if size == 1_000)
    to_find = {n: s for n, s in shares.items() if n.startswith((*begin, "peak"))}
    assert len(to_find) == 8
    assert {n: s for n, s in to_find.items() if s < FOUND / 10} == {}


def test_the_campaign_without_lift_looks_like_one_as_often_as_chance_has_it():
    """Of 75 companies 3.75 are expected; 11 or more have a chance of 1 in 600, 0 of 1 in 47."""
    misled = 0
    for seed in range(75):
        truth = generate(customers=1_000, seed=seed).planted["truths"]["campaign_without_lift"]
        seen = truth["realised"]["seen_lift_conversion"]
        misled += seen["low"] > 0 or seen["high"] < 0
    assert 1 <= misled <= 10
