"""Measures of probabilities: against scikit-learn, resampling and hand counts."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from analytics.churn_measures import (
    auc_interval,
    average_precision,
    brier,
    calibration_error,
    gain_interval,
    lift_by_tenth,
    reliability,
)

RNG = np.random.default_rng(1)
SCORE = RNG.integers(0, 30, 400) / 30  # with ties
CHURNED = RNG.random(400) < SCORE


def test_measures_are_those_of_scikit_learn() -> None:
    assert auc_interval(CHURNED, SCORE)[0] == pytest.approx(roc_auc_score(CHURNED, SCORE))
    assert average_precision(CHURNED, SCORE) == pytest.approx(
        average_precision_score(CHURNED, SCORE)
    )
    assert brier(CHURNED, SCORE) == pytest.approx(brier_score_loss(CHURNED, SCORE))


def test_the_error_of_the_auc_is_that_of_delong_by_pairs() -> None:
    """All pairs, as the paper defines it; the interval is symmetric in log-odds."""
    lost, kept = SCORE[CHURNED], SCORE[~CHURNED]
    wins = (lost[:, None] > kept) + 0.5 * (lost[:, None] == kept)
    auc = wins.mean()
    error = np.sqrt(
        wins.mean(axis=1).var(ddof=1) / len(lost) + wins.mean(axis=0).var(ddof=1) / len(kept)
    )
    _, low, high = auc_interval(CHURNED, SCORE)

    logit = [np.log(p / (1 - p)) for p in (low, auc, high)]
    assert logit[2] - logit[1] == pytest.approx(logit[1] - logit[0])
    assert logit[2] - logit[1] == pytest.approx(1.959964 * error / (auc * (1 - auc)), rel=1e-6)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        churned = np.arange(120) < 40
        score = rng.normal(size=120) + churned  # AUC is Phi(1 / sqrt 2)
        _, low, high = auc_interval(churned, score)
        covered += low <= 0.7602 <= high

    assert 0.92 <= covered / 400 <= 0.98


@pytest.mark.parametrize(
    ("churned", "score", "expected"),
    [
        ([True, True], [0.1, 0.2], (np.nan, np.nan, np.nan)),
        ([True, False], [0.9, 0.2], (1.0, np.nan, np.nan)),
        ([True, True, False, False], [0.9, 0.8, 0.2, 0.1], (1.0, 1.0, 1.0)),
        ([True, True, False, False], [0.5] * 4, (0.5, 0.5, 0.5)),
    ],
)
def test_auc_where_there_is_little_to_tell(churned: list, score: list, expected: tuple) -> None:
    assert auc_interval(np.array(churned), np.array(score)) == pytest.approx(expected, nan_ok=True)


def test_reliability_by_hand() -> None:
    # Median 0.3: at or below it 0.1, 0.1, 0.3; above it 0.5, 0.9.
    churned = np.array([False, False, True, False, True])
    found = reliability(churned, np.array([0.1, 0.1, 0.3, 0.5, 0.9]), bins=2)

    assert found["n"].tolist() == [3, 2]
    assert found["churned"].tolist() == [1, 1]
    assert found["predicted"].tolist() == pytest.approx([0.5 / 3, 0.7])
    assert found["observed"].tolist() == pytest.approx([1 / 3, 0.5])
    assert found["low"].tolist() == pytest.approx([0.0615, 0.0945], abs=1e-4)
    assert calibration_error(found) == pytest.approx((3 * (1 / 3 - 0.5 / 3) + 2 * 0.2) / 5)


def test_equal_predictions_share_a_bin() -> None:
    found = reliability(np.arange(50) < 10, np.full(50, 0.2))

    assert found["n"].tolist() == [50]
    assert calibration_error(found) == pytest.approx(0.0)


def test_lift_by_hand() -> None:
    score = np.arange(20)[::-1] / 20
    churned = np.isin(np.arange(20), (0, 1, 2, 19))
    found = lift_by_tenth(churned, score)

    assert found["customers"].tolist() == [2] * 10
    assert found["churned"].tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert found["predicted"].tolist()[:2] == pytest.approx([0.95 + 0.9, 0.85 + 0.8])
    assert (found["low"].iloc[0], found["high"].iloc[1]) == (
        pytest.approx(0.34238, abs=1e-5), pytest.approx(0.90548, abs=1e-4),
    )  # fmt: skip
    assert found["lift"].tolist()[:2] == pytest.approx([5.0, 2.5])  # 100 % and 50 % over 20 %
    assert found["caught"].tolist()[:3] == pytest.approx([0.5, 0.75, 0.75])
    assert found["caught"].iloc[-1] == 1.0


def test_lift_shares_ties_and_does_not_depend_on_the_order_of_rows() -> None:
    order = np.random.default_rng(5).permutation(len(SCORE))
    one, other = lift_by_tenth(CHURNED, SCORE), lift_by_tenth(CHURNED[order], SCORE[order])

    assert one.equals(other)
    assert lift_by_tenth(np.arange(40) < 8, np.zeros(40))["churned"].tolist() == pytest.approx(
        [0.8] * 10
    )
    assert len(lift_by_tenth(np.array([True, False, False]), np.zeros(3))) == 3


def test_gain_is_the_difference_of_brier_scores() -> None:
    other = np.full(400, CHURNED.mean())
    gain, low, high = gain_interval(CHURNED, SCORE, other)

    assert gain == pytest.approx(brier(CHURNED, other) - brier(CHURNED, SCORE))
    assert 0 < low < gain < high
    assert gain_interval(CHURNED, other, other) == (0.0, 0.0, 0.0)
    differences = (other - CHURNED) ** 2 - (SCORE - CHURNED) ** 2
    assert high - gain == pytest.approx(1.959964 * differences.std(ddof=1) / 20, rel=1e-6)


def test_nobody_churned_has_no_precision_and_no_lift() -> None:
    assert np.isnan(average_precision(np.zeros(20, dtype=bool), np.arange(20.0)))
    assert lift_by_tenth(np.zeros(20, dtype=bool), np.arange(20.0))["lift"].isna().all()
