"""Contributions: exact sums, Shapley values by brute force, and the order of reasons."""

from collections.abc import Iterator
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from analytics.churn_features import FieldEncoder
from analytics.churn_logistic import fit_logistic
from analytics.churn_reasons import top_reasons
from analytics.churn_trees import boosted, fit_trees, one_thread
from tests.analytics.churners import churners

FRAME, CHURNED, _ = churners()
ENCODER = FieldEncoder.learn(FRAME)
MATRIX = ENCODER.matrix(FRAME)
UNSEEN = ENCODER.matrix(
    pd.DataFrame(
        {
            "days_silent": [np.nan, -5.0, 1e6],
            "plan": [None, "never seen", "free"],
            "complained": [None, True, False],
            "nps": [0, 10, np.nan],
            "noise": [np.nan, 0.0, -1e9],
        }
    )
)
BOTH = np.vstack([MATRIX, UNSEEN])


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    with one_thread():
        yield


def test_trees_score_as_scikit_learn_does() -> None:
    model = boosted(ENCODER.places, 40, 0).fit(MATRIX, CHURNED)
    scorer = fit_trees(MATRIX, CHURNED, ENCODER.places, trees=40, seed=0)

    assert scorer.score(BOTH) == pytest.approx(model.decision_function(BOTH), abs=1e-12)


@pytest.mark.parametrize("name", ["trees", "logistic"])
def test_contributions_add_up_to_the_score(name: str) -> None:
    scorer = (
        fit_trees(MATRIX, CHURNED, ENCODER.places, trees=40, seed=0)
        if name == "trees"
        else fit_logistic(MATRIX, CHURNED, ENCODER.places, penalty=0.1)
    )
    total = scorer.base + scorer.contributions(BOTH).sum(axis=1)

    assert total == pytest.approx(scorer.score(BOTH), abs=1e-9)
    assert scorer.contributions(MATRIX).mean(axis=0) == pytest.approx(np.zeros(5), abs=0.02)


def expected_value(nodes: np.ndarray, bitsets: np.ndarray, row: np.ndarray, known: set) -> float:
    """Expected value of one tree where only some columns (in its own order) are known."""

    def walk(at: int) -> float:
        node = nodes[at]
        if node["is_leaf"]:
            return float(node["value"])
        left, right = int(node["left"]), int(node["right"])
        value = row[node["feature_idx"]]
        if node["feature_idx"] not in known:
            n = nodes["count"]
            return (n[left] * walk(left) + n[right] * walk(right)) / n[at]
        if np.isnan(value):
            goes_left = bool(node["missing_go_to_left"])
        elif node["is_categorical"]:
            bits = int(bitsets[node["bitset_idx"]][int(value) // 32])
            goes_left = bool(bits >> (int(value) % 32) & 1)
        else:
            goes_left = value <= node["num_threshold"]
        return walk(left if goes_left else right)

    return walk(0)


def test_tree_contributions_are_shapley_values() -> None:
    scorer = fit_trees(MATRIX, CHURNED, ENCODER.places, trees=8, seed=0)
    model = boosted(ENCODER.places, 8, 0).fit(MATRIX, CHURNED)
    text_first = [1, 0, 2, 3, 4]  # scikit-learn's order: plan is the only text
    rows = np.vstack([MATRIX[:6], UNSEEN])
    n = rows.shape[1]
    for row, found in zip(rows[:, text_first], scorer.contributions(rows), strict=True):
        brute = np.zeros(n)
        for (tree,) in model._predictors:
            values = {
                frozenset(s): expected_value(tree.nodes, tree.raw_left_cat_bitsets, row, set(s))
                for k in range(n + 1)
                for s in combinations(range(n), k)
            }
            for field in range(n):
                for s, value in values.items():
                    if field not in s:
                        k = len(s)
                        weight = factorial(k) * factorial(n - k - 1) / factorial(n)
                        brute[field] += weight * (values[s | {field}] - value)
        assert found[text_first] == pytest.approx(brute, abs=1e-12)


def test_blocks_do_not_change_contributions(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = fit_trees(MATRIX, CHURNED, ENCODER.places, trees=10, seed=0)
    whole, score = scorer.contributions(MATRIX), scorer.score(MATRIX)
    monkeypatch.setattr("analytics.churn_trees._BLOCK", 97)

    assert np.array_equal(scorer.contributions(MATRIX), whole)
    assert np.array_equal(scorer.score(MATRIX), score)


def test_logistic_is_that_of_scikit_learn() -> None:
    numbers = MATRIX[:, [0, 4]]
    scorer = fit_logistic(numbers, CHURNED, [0, 0], penalty=1.0)
    scaled = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    plain = LogisticRegression(C=1.0, tol=1e-8).fit(scaled, CHURNED)

    assert scorer.score(numbers) == pytest.approx(plain.decision_function(scaled), abs=1e-3)
    # The intercept is free, so that probabilities add up to those who churned.
    whole = fit_logistic(MATRIX, CHURNED, ENCODER.places, penalty=0.1)
    assert expit(whole.score(MATRIX)).mean() == pytest.approx(CHURNED.mean(), abs=1e-4)


def test_a_number_outside_the_range_counts_as_the_border() -> None:
    scorer = fit_logistic(MATRIX, CHURNED, ENCODER.places, penalty=1.0)
    far, border = MATRIX[:1].copy(), MATRIX[:1].copy()
    far[0, 0], border[0, 0] = 1e9, MATRIX[:, 0].max()

    assert scorer.score(far) == scorer.score(border)


def test_reasons_by_hand() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None], "c": [True, False], "d": [0, 1]})
    contributions = np.array([[0.2, -0.9, 0.5, 0.0], [-0.1, 0.0, -0.7, -0.3]])
    found = top_reasons(contributions, frame, list("abcd"), top=3, first=10)

    assert found["row"].tolist() == [10, 10, 10, 11, 11, 11]
    assert found["rank"].tolist() == [1, 2, 3] * 2
    assert found["field"].tolist() == ["c", "a", "b", "c", "d", "a"]
    assert found["value"].tolist() == [True, 1.0, "x", False, 1, 2.0]
    assert found["contribution"].tolist() == [0.5, 0.2, -0.9, -0.7, -0.3, -0.1]


def test_what_adds_nothing_is_no_reason() -> None:
    frame = pd.DataFrame({"a": [1.0], "b": [2.0]})

    assert top_reasons(np.zeros((1, 2)), frame, ["a", "b"]).empty
    assert len(top_reasons(np.array([[0.0, -0.1]]), frame, ["a", "b"])) == 1
    assert top_reasons(np.ones((1, 2)), frame, ["a", "b"])["field"].tolist() == ["a", "b"]
    assert top_reasons(np.zeros((0, 2)), frame.head(0), ["a", "b"]).empty


def test_trees_that_ask_nothing_give_the_rate() -> None:
    """Fifty customers cannot be cut in two parts of thirty."""
    few, churned = MATRIX[:50], np.arange(50) < 10
    scorer = fit_trees(few, churned, ENCODER.places, trees=10, seed=0)

    assert scorer.score(few) == pytest.approx(np.full(50, np.log(10 / 40)))
    assert scorer.base == pytest.approx(np.log(10 / 40))
    assert (scorer.contributions(few) == 0).all()
