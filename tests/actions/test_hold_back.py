"""The draw: everybody has the same chance, the arms are alike, the same seed gives the same."""

import numpy as np
import pandas as pd
import pytest

from crm_data.errors import UsageError
from crm_data.hold_back import drawn

N = 200
IDS = pd.Series([f"c{at:03}" for at in range(N)])
VALUES = pd.Series([float(at) for at in range(N)])


def test_every_tenth_of_the_values_gives_its_part() -> None:
    held = drawn(IDS, VALUES, share=0.2, seed=5)

    assert held.sum() == 40
    assert [int(held[at : at + 20].sum()) for at in range(0, N, 20)] == [4] * 10


@pytest.mark.parametrize("values", [VALUES, VALUES // 40], ids=["unlike", "tied"])
def test_the_order_of_the_rows_does_not_matter_and_the_seed_does(values: pd.Series) -> None:
    held = set(IDS[drawn(IDS, values, share=0.1, seed=7)])
    shuffled = IDS.sample(frac=1, random_state=1)
    again = set(shuffled[drawn(shuffled, values[shuffled.index], share=0.1, seed=7)])

    assert held == again
    assert held != set(IDS[drawn(IDS, values, share=0.1, seed=8)])


def test_everybody_has_the_same_chance() -> None:
    times = sum(drawn(IDS[:15], VALUES[:15], share=0.3, seed=seed) for seed in range(2_000))

    # 600 expected each, standard deviation 20.
    assert np.abs(times - 600).max() < 90


def test_members_next_to_each_other_in_value_are_not_tied_together() -> None:
    """Without the shuffle, every fifth by value would be held together or not at all."""
    both = sum(
        bool(held[0] and held[5])
        for held in (drawn(IDS, VALUES, share=0.2, seed=seed) for seed in range(3_000))
    )

    # One in 25 if independent, one in 5 if tied together; 120 expected.
    assert 60 < both < 180


def test_missing_values_are_drawn_too() -> None:
    held = drawn(IDS, VALUES.where(VALUES > 99), share=0.5, seed=1)

    assert int(held[:100].sum()) == 50


@pytest.mark.parametrize(
    ("n", "share", "fewest", "most"),
    [(0, 0.2, 0, 0), (1, 0.0, 0, 0), (7, 0.1, 0, 1), (1, 0.5, 0, 1)],
)
def test_small_lists(n: int, share: float, fewest: int, most: int) -> None:
    held = drawn(IDS[:n], VALUES[:n], share=share, seed=3)

    assert len(held) == n
    assert fewest <= held.sum() <= most


@pytest.mark.parametrize("share", [-0.1, 0.51, float("nan")])
def test_a_share_that_cannot_be_drawn(share: float) -> None:
    with pytest.raises(UsageError, match="hold-back"):
        drawn(IDS, VALUES, share=share, seed=0)
