"""Model cards: verdicts, segments, importance, JSON."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from analytics.churn_card import by_segment, judge, permutation_importance
from crm_data.errors import BadInputError

RNG = np.random.default_rng(8)
N = 3000
CHANCE = RNG.uniform(0.02, 0.6, N)
CHURNED = RNG.random(N) < CHANCE
RATE = np.full(N, CHURNED.mean())


def test_a_card_by_hand() -> None:
    card = judge(CHURNED, CHANCE, {"rate": RATE})

    assert (card.n, card.churned, card.rate) == (N, int(CHURNED.sum()), CHURNED.mean())
    assert card.auc == pytest.approx(roc_auc_score(CHURNED, CHANCE))
    assert card.auc_low < card.auc < card.auc_high
    assert card.brier == pytest.approx(np.mean((CHANCE - CHURNED) ** 2))
    assert card.brier_skill == pytest.approx(1 - card.brier / CHURNED.var())
    assert card.ece < 0.03
    assert card.lift["lift"].iloc[0] > 1.5
    assert card.segments.empty
    assert card.importance.empty
    (row,) = card.baselines.to_dict("records")
    assert (row["baseline"], row["auc"], row["is_beaten"]) == ("rate", 0.5, True)
    assert row["gain"] == pytest.approx(np.mean((RATE - CHURNED) ** 2) - card.brier)


@pytest.mark.parametrize(
    ("probability", "baselines", "verdict"),
    [
        (CHANCE, {"rate": RATE}, "useful"),
        (CHANCE, {"rate": RATE, "recency": CHANCE}, "no_better_than_baseline"),
        (np.clip(CHANCE * 3, 0, 1), {"rate": RATE}, "no_better_than_baseline"),  # ranks, and lies
        (RNG.permutation(CHANCE), {"rate": RATE}, "cannot_predict"),
        (1 - CHANCE, {"rate": RATE}, "cannot_predict"),
        (RATE, {"rate": RATE}, "cannot_predict"),
    ],
)
def test_verdicts(probability: np.ndarray, baselines: dict, verdict: str) -> None:
    assert judge(CHURNED, probability, baselines).verdict == verdict


def test_two_customers_cannot_prove_anything() -> None:
    churned = np.array([True, False])
    card = judge(churned, np.array([0.9, 0.1]), {"rate": np.full(2, 0.5)})

    assert card.verdict == "cannot_predict"


@pytest.mark.parametrize("churned", [np.ones(9, dtype=bool), np.zeros(9, dtype=bool)])
def test_one_class_cannot_be_judged(churned: np.ndarray) -> None:
    with pytest.raises(BadInputError) as refused:
        judge(churned, np.full(9, 0.5), {"rate": np.full(9, 0.5)})

    assert refused.value.code == "churn_one_class"


def test_the_segment_that_is_predicted_worse_is_named() -> None:
    segment = np.repeat(["right", "off", "noise"], N // 3)
    probability = CHANCE.copy()
    probability[segment == "off"] *= 0.6
    noise = segment == "noise"
    probability[noise] = RNG.permutation(probability[noise])
    found = by_segment(CHURNED, probability, segment).set_index("segment")

    assert found.index[0] == "off"
    assert found["is_miscalibrated"].to_dict() == {"off": True, "right": False, "noise": False}
    assert found["is_ranked_worse"].to_dict() == {"off": False, "right": False, "noise": True}
    off = segment == "off"
    assert found.loc["off", "n"] == N // 3
    assert found.loc["off", "observed"] == CHURNED[off].mean()
    assert found.loc["off", "predicted"] == pytest.approx(probability[off].mean())
    assert found.loc["off", "auc"] == pytest.approx(roc_auc_score(CHURNED[off], probability[off]))


def test_the_miss_of_a_segment_is_a_binomial_one() -> None:
    """Of 100 with one half each, 60 or more, or 40 or fewer: twice the normal tail beyond 2."""
    churned = np.arange(100) < 60
    found = by_segment(churned, np.full(100, 0.5), ["all"] * 100)

    assert found["p_value"].tolist() == pytest.approx([0.0455], abs=1e-4)


def test_segments_do_not_depend_on_the_order_of_rows_and_missing_is_left_out() -> None:
    segment = np.where(np.arange(N) % 3 == 0, None, np.where(np.arange(N) % 3 == 1, "a", "b"))
    order = RNG.permutation(N)
    one = by_segment(CHURNED, CHANCE, segment)
    other = by_segment(CHURNED[order], CHANCE[order], segment[order])

    pd.testing.assert_frame_equal(one, other)
    assert sorted(one["segment"]) == ["a", "b"]
    assert by_segment(CHURNED, CHANCE, [None] * N).empty


def test_a_segment_of_one_class_or_of_certainties_has_no_auc_and_no_warning() -> None:
    churned = np.array([False, False, True, True])
    found = by_segment(churned, np.array([0.0, 0.0, 0.5, 1.0]), ["a", "a", "b", "b"])

    assert found["auc"].isna().all()
    # b: two left where 1.5 were expected, with variance 0.25; twice that chance for two segments.
    assert found["segment"].tolist() == ["b", "a"]
    assert found["p_value"].tolist() == pytest.approx([2 * 0.31731, 1.0], abs=1e-4)


def test_importance_is_the_loss_of_auc() -> None:
    matrix = np.column_stack([RNG.normal(size=N), np.log(CHANCE), np.zeros(N)])
    found = permutation_importance(lambda m: m[:, 1], matrix, CHURNED, ["x", "driver", "none"])

    assert found["field"].tolist() == ["driver", "x", "none"]
    assert found["auc_drop"].iloc[0] == pytest.approx(
        roc_auc_score(CHURNED, CHANCE) - 0.5, abs=0.02
    )
    assert found["auc_drop"].tolist()[1:] == [0.0, 0.0]
    assert found["spread"].iloc[0] > 0
    same = permutation_importance(lambda m: m[:, 1], matrix, CHURNED, ["x", "driver", "none"])
    pd.testing.assert_frame_equal(found, same)


def test_importance_of_many_is_measured_on_some(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = set()

    def score(matrix: np.ndarray) -> np.ndarray:
        seen.add(len(matrix))
        return matrix[:, 0]

    monkeypatch.setattr("analytics.churn_card._MOST_PERMUTED", 500)
    permutation_importance(score, CHANCE[:, None], CHURNED, ["driver"])

    assert seen == {500}


def test_a_card_is_json() -> None:
    segments = np.where(CHURNED, "left", "stayed")  # of one class each: AUC is not defined
    stored = json.loads(
        json.dumps(judge(CHURNED, CHANCE, {"rate": RATE}, segments=segments).as_json())
    )

    assert stored["verdict"] == "useful"
    assert stored["segments"][0]["auc"] is None
    assert stored["baselines"][0]["is_beaten"] is True
    assert len(stored["reliability"]) == 10
    assert stored["importance"] == []


def test_a_gain_within_chance_does_not_beat_a_baseline() -> None:
    near = np.clip(CHANCE + np.random.default_rng(3).normal(0, 0.02, N), 0, 1)
    card = judge(CHURNED, CHANCE, {"rate": RATE, "recency": near})
    row = card.baselines.iloc[1]

    assert row["gain"] > 0 > row["low"]
    assert not row["is_beaten"]
    assert card.verdict == "no_better_than_baseline"


def test_four_customers_do_not_make_a_segment_worse() -> None:
    churned = np.append(CHURNED, [True, True, False, False])
    probability = np.append(CHANCE, [0.9, 0.1, 0.5, 0.5])
    found = by_segment(churned, probability, ["many"] * N + ["few"] * 4).set_index("segment")

    assert found.loc["few", "auc"] == 0.5
    assert not found["is_ranked_worse"].any()
