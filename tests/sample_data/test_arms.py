import numpy as np
import pytest

from sample_data.arms import draw_arms, standard_errors_apart


def test_distance_of_arms_by_hand():
    arms = np.array([0, 0, 0, 1, 1, 1])
    outcomes = np.array([[1.0], [2.0], [3.0], [3.0], [4.0], [5.0]])
    # Means 2 and 4, both variances 1: 2 / sqrt(1/3 + 1/3).
    assert standard_errors_apart(arms, outcomes) == pytest.approx(2 / np.sqrt(2 / 3))


def test_equal_outcomes_are_no_distance():
    assert standard_errors_apart(np.array([0, 0, 1, 1]), np.ones((4, 2))) == 0.0


def test_an_arm_of_one_is_infinitely_far():
    assert standard_errors_apart(np.array([0, 0, 1]), np.ones((3, 1))) == np.inf


@pytest.mark.parametrize("seed", range(20))
def test_arms_are_random_and_alike(seed):
    rng = np.random.default_rng(seed)
    outcomes = rng.gamma(0.5, 2.0, (900, 2))
    arms = draw_arms(rng, np.array([0.35, 0.325, 0.325]), outcomes)
    assert standard_errors_apart(arms, outcomes) < 0.8
    assert abs((arms == 0).mean() - 0.35) < 0.07


def test_everybody_is_in_control_sometimes_and_treated_sometimes():
    rng = np.random.default_rng(1)
    outcomes = rng.gamma(0.5, 2.0, (200, 1))
    draws = np.stack([draw_arms(rng, np.array([0.5, 0.5]), outcomes) for _ in range(200)])
    share = draws.mean(axis=0)
    assert share.min() > 0.3
    assert share.max() < 0.7


def test_two_members_are_still_divided():
    arms = draw_arms(np.random.default_rng(1), np.array([0.5, 0.5]), np.ones((2, 1)))
    assert set(arms) <= {0, 1}
