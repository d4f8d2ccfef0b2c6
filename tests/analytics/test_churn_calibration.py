"""From scores to probabilities."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from analytics.churn_calibration import (
    LEAST_FOR_ISOTONIC,
    fit_calibration,
    fit_isotonic,
    fit_sigmoid,
)

RNG = np.random.default_rng(6)
SCORE = RNG.normal(0, 2, 20_000)
STEPPED = np.where(SCORE > 1, 0.8, 0.3)


def test_sigmoid_finds_the_line_that_was_drawn_from() -> None:
    churned = RNG.random(len(SCORE)) < expit(-1 + 0.5 * SCORE)
    intercept, slope = fit_sigmoid(SCORE, churned).log_odds
    plain = LogisticRegression(C=1e9, tol=1e-8).fit(SCORE[:, None], churned)

    assert intercept == pytest.approx(float(plain.intercept_[0]), abs=1e-3)
    assert slope == pytest.approx(float(plain.coef_[0, 0]), abs=1e-3)


def test_isotonic_is_the_published_one_at_the_centres_of_its_steps() -> None:
    score, churned = SCORE[:500], RNG.random(500) < expit(SCORE[:500])
    ours = fit_isotonic(score, churned)
    steps = IsotonicRegression().fit(score, churned).predict(score)
    inner = (steps > 0) & (steps < 1)

    for level in np.unique(steps[inner]):
        at = np.array([score[steps == level].mean()])
        assert ours(at)[0] == pytest.approx(level)
    grid = ours(np.linspace(-9, 9, 1000))
    assert (np.diff(grid) >= 0).all()
    assert 0 < grid.min() < grid.max() < 1


def test_isotonic_keeps_apart_what_the_score_tells_apart() -> None:
    churned = RNG.random(2000) < expit(SCORE[:2000])
    found = fit_isotonic(SCORE[:2000], churned)(np.sort(SCORE[:2000]))

    assert (np.diff(found) > 0).mean() > 0.9


def test_the_better_curve_is_chosen() -> None:
    stepped = RNG.random(len(SCORE)) < STEPPED
    smooth = RNG.random(1000) < expit(SCORE[:1000])

    assert fit_calibration(SCORE, stepped).method == "isotonic"
    assert fit_calibration(SCORE[:1000], smooth).method == "sigmoid"


def test_few_churned_get_a_sigmoid() -> None:
    churned = np.zeros(len(SCORE), dtype=bool)
    churned[np.flatnonzero(STEPPED == 0.8)[: LEAST_FOR_ISOTONIC - 1]] = True

    assert fit_calibration(SCORE, churned).method == "sigmoid"
    assert fit_calibration(-SCORE, ~churned).method == "sigmoid"


def test_a_score_that_separates_does_not_make_anybody_certain() -> None:
    score = np.repeat([-5.0, 5.0], 60)
    found = fit_calibration(score, score > 0)(score)

    assert 0 < found.min() < 0.05
    assert found.max() == pytest.approx(1 - found.min())
    assert 0.95 < found.max() < 1
    isotonic = fit_isotonic(score, score > 0)(score)
    assert isotonic[[0, -1]] == pytest.approx([0.5 / 61, 60.5 / 61])


def test_a_score_that_says_nothing_gets_the_rate() -> None:
    churned = np.arange(100) < 30
    for score in (np.zeros(100), np.where(churned, -1.0, 1.0)):  # constant; the wrong way round
        found = fit_sigmoid(score, churned)(score)
        assert found == pytest.approx(np.full(100, 0.3), abs=0.01)


def test_the_centre_of_a_step_is_that_of_its_customers() -> None:
    # One step of four (rates fall), three of them at 0: its centre is at 1, its share one half.
    score = np.array([0.0, 0.0, 0.0, 4.0, 9.0, 9.0])
    churned = np.array([True, True, False, False, True, True])
    found = fit_isotonic(score, churned)

    assert found.scores.tolist() == [1.0, 9.0]
    assert found(np.array([1.0, 5.0, 9.0])) == pytest.approx([0.5, (0.5 + 2.5 / 3) / 2, 2.5 / 3])
