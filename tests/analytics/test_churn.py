"""The churn model as a whole: probabilities that are right, refusals, time, real data."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.base import clone, is_classifier
from sklearn.metrics import log_loss, roc_auc_score

from analytics.churn import ChurnModel, hold_out_card
from analytics.churn_candidates import Tried, choose, log_losses, try_candidates
from analytics.churn_leaks import suspect_leaks
from analytics.churn_split import folds
from crm_data.errors import BadInputError
from tests.analytics.churners import churners
from tests.real_data import real_file

pytestmark = pytest.mark.long

FRAME, CHURNED, CHANCE = churners()
NEW, NEW_CHURNED, NEW_CHANCE = churners(seed=21)


@pytest.fixture(scope="module")
def model() -> ChurnModel:
    return ChurnModel(recency="days_silent", nps="nps", k=3).fit(FRAME, CHURNED)


def test_probabilities_are_near_the_chances_that_were_drawn_with(model: ChurnModel) -> None:
    probability = model.predict_proba(NEW)

    assert probability.shape == (len(NEW), 2)
    assert probability.sum(axis=1) == pytest.approx(np.ones(len(NEW)))
    assert np.abs(probability[:, 1] - NEW_CHANCE).mean() < 0.05
    assert probability[:, 1].mean() == pytest.approx(NEW_CHANCE.mean(), abs=0.03)
    assert (model.predict(NEW) == (probability[:, 1] > 0.5)).all()
    assert model.classes_.tolist() == [False, True]
    assert model.rate_ == CHURNED.mean()


def test_a_rare_outcome_keeps_its_small_probabilities() -> None:
    rare = CHURNED & (np.random.default_rng(1).random(len(CHURNED)) < 0.15)
    fitted = ChurnModel(k=3).fit(FRAME, rare)

    assert fitted.predict_proba(FRAME)[:, 1].mean() == pytest.approx(rare.mean(), abs=0.005)


def test_it_is_an_estimator_of_scikit_learn(model: ChurnModel) -> None:
    copy = clone(model)

    assert is_classifier(model)
    assert copy.get_params() == {
        "horizon_days": 0, "k": 3, "nps": "nps", "recency": "days_silent", "seed": 0,
    }  # fmt: skip
    assert not hasattr(copy, "scorer_")
    stored = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    assert np.array_equal(stored.predict_proba(NEW), model.predict_proba(NEW))


def test_the_same_rows_give_the_same_model(model: ChurnModel) -> None:
    again = clone(model).fit(FRAME.copy(), CHURNED.copy())

    assert np.array_equal(again.predict_proba(NEW), model.predict_proba(NEW))


def test_the_card(model: ChurnModel) -> None:
    card = model.card(NEW, NEW_CHURNED, segments=NEW["plan"])

    assert card.verdict == "useful"
    assert card.auc == pytest.approx(roc_auc_score(NEW_CHURNED, model.predict_proba(NEW)[:, 1]))
    assert card.baselines["baseline"].tolist() == ["rate", "recency", "nps"]
    assert card.baselines["is_beaten"].all()
    assert card.baselines["auc"].iloc[1] > 0.55 > card.baselines["auc"].iloc[2]
    assert card.importance["field"].iloc[0] in {"days_silent", "plan"}
    assert set(card.segments["segment"]) == {"free", "monthly", "yearly"}


def test_reasons_add_up_and_are_those_that_were_planted(model: ChurnModel) -> None:
    found = model.reasons(NEW, top=5)
    total = found.groupby("row")["contribution"].sum().reindex(range(len(NEW)), fill_value=0.0)

    assert model.scorer_.base + total.to_numpy() == pytest.approx(model.decision_function(NEW))
    first = found[found["rank"] == 1].set_index("row")["field"]
    silent = NEW["days_silent"].to_numpy() > 150
    plain = silent & (NEW["plan"] == "free").to_numpy() & ~NEW["complained"].to_numpy()
    assert (first[np.flatnonzero(plain)] == "days_silent").mean() > 0.9
    of_first = found[(found["row"] == 0) & (found["field"] == "days_silent")]
    assert of_first["value"].tolist() == [NEW["days_silent"].iloc[0]]


def test_chunks_do_not_change_anything(model: ChurnModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, reasons = model.predict_proba(NEW), model.reasons(NEW)
    monkeypatch.setattr("analytics.churn.CHUNK", 400)

    assert np.array_equal(model.predict_proba(NEW), whole)
    pd.testing.assert_frame_equal(model.reasons(NEW), reasons)
    parts = [probability for probability, _ in model.scored_with_reasons(NEW)]
    assert [len(part) for part in parts] == [400, 400, 400, 300]
    assert np.concatenate(parts) == pytest.approx(whole[:, 1], abs=1e-12)


def test_nobody_to_score_is_no_error(model: ChurnModel) -> None:
    assert model.predict_proba(NEW.head(0)).shape == (0, 2)
    assert model.reasons(NEW.head(0)).empty


def test_drift_of_like_customers_is_stable(model: ChurnModel) -> None:
    assert set(model.drift(NEW)["verdict"]) == {"stable"}
    moved = model.drift(NEW.assign(days_silent=NEW["days_silent"] * 4))
    assert moved["verdict"].tolist()[:2] == ["shifted", "shifted"]  # the score with it


def test_more_rows_than_needed_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.churn.MOST_ROWS", 600)
    fitted = ChurnModel(k=2).fit(FRAME, CHURNED, groups=np.arange(len(FRAME)))

    assert len(fitted.chosen_.score) == 600


def test_a_label_of_chance_cannot_be_predicted() -> None:
    rng = np.random.default_rng(30)
    card, split, _ = hold_out_card(ChurnModel(k=3), FRAME, rng.random(len(FRAME)) < 0.3)

    assert card.verdict == "cannot_predict"
    assert card.auc == pytest.approx(0.5, abs=0.05)
    assert split.by == "chance"


def test_where_only_recency_counts_its_baseline_is_as_good() -> None:
    rng = np.random.default_rng(31)
    frame = pd.DataFrame({"silent": rng.integers(0, 5, 2000), "noise": rng.normal(size=2000)})
    churned = rng.random(2000) < np.array([0.05, 0.1, 0.3, 0.5, 0.8])[frame["silent"]]
    card, _, _ = hold_out_card(ChurnModel(recency="silent", k=3), frame, churned)

    assert card.verdict == "no_better_than_baseline"
    assert card.auc > 0.75


def test_several_dates_are_judged_on_the_last() -> None:
    dates = np.repeat(pd.date_range("2025-01-01", periods=3, freq="90D").to_numpy(), 500)
    customers = np.tile(np.arange(500), 3)
    given = {"groups": customers, "as_of": dates, "segments": dates}
    card, split, fitted = hold_out_card(ChurnModel(horizon_days=90), FRAME, CHURNED, **given)

    assert (split.by, card.n) == ("date", 500)
    assert card.verdict == "useful"
    assert len(card.segments) == 1
    # Of the two dates learnt from, the second was predicted from the first.
    assert np.isnan(fitted.chosen_.score).sum() == 500
    assert fitted.learnt_[0].counts.sum() == 500
    # An outcome that takes a day longer was known of the first date only.
    _, split, _ = hold_out_card(ChurnModel(horizon_days=91), FRAME, CHURNED, **given)
    assert split.train.tolist() == list(range(500))


def test_a_customer_of_several_rows_is_never_on_both_sides() -> None:
    """Rows of one customer are alike, and a label of chance would be found again by them."""
    rng = np.random.default_rng(32)
    customer = np.repeat(np.arange(400), 5)
    frame = pd.DataFrame({"mark": rng.normal(size=400), "other": rng.normal(size=400)})
    frame = frame.iloc[customer].reset_index(drop=True)
    churned = (rng.random(400) < 0.5)[customer]
    card, split, _ = hold_out_card(ChurnModel(k=3), frame, churned, groups=customer)

    assert set(customer[split.train]).isdisjoint(customer[split.test])
    assert card.auc == pytest.approx(0.5, abs=0.1)
    assert card.brier < 0.26  # and the model has not learnt customers by heart: 0.25 knows nothing
    leaky, _, _ = hold_out_card(ChurnModel(k=3), frame, churned)
    assert leaky.auc > card.auc + 0.1


def test_unseen_missing_and_useless_fields_are_no_error(model: ChurnModel) -> None:
    odd = FRAME.assign(empty=np.nan, constant="same", text_only=None)
    fitted = ChurnModel(k=3).fit(odd, CHURNED)
    unseen = odd.assign(plan="never seen", days_silent=np.nan, nps=np.nan)

    assert fitted.encoder_.unused == ("empty", "constant", "text_only")
    for scored in (fitted.predict_proba(unseen), model.predict_proba(unseen)):
        assert ((scored > 0) & (scored < 1)).all()


@pytest.mark.parametrize(
    ("frame", "churned", "code"),
    [
        (FRAME, np.zeros(len(FRAME), dtype=bool), "churn_one_class"),
        (FRAME, np.ones(len(FRAME), dtype=bool), "churn_one_class"),
        (FRAME, np.arange(len(FRAME)) < 49, "churn_too_few"),
        (FRAME, np.arange(len(FRAME)) >= 49, "churn_too_few"),
        (FRAME.head(0), [], "churn_one_class"),
        (FRAME.assign(x=1)[["x"]], CHURNED, "churn_no_field"),
        (FRAME[[]], CHURNED, "churn_no_field"),
        (FRAME, CHURNED[:-1], "churn_label"),
        (FRAME.assign(x=pd.Timestamp("2025-01-01")), CHURNED, "churn_date_field"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(
    frame: pd.DataFrame, churned: np.ndarray, code: str
) -> None:
    with pytest.raises(BadInputError) as refused:
        ChurnModel().fit(frame, churned)

    assert refused.value.code == code
    if code == "churn_too_few":
        assert {refused.value.details["churned"], refused.value.details["kept"]} == {49, 1451}


def test_fifty_of_each_are_enough() -> None:
    few = pd.concat([FRAME[CHURNED].head(50), FRAME[~CHURNED].head(50)])
    fitted = ChurnModel().fit(few, np.arange(100) < 50)

    assert fitted.calibration_.method == "sigmoid"


@pytest.mark.parametrize("asked", ["predict_proba", "decision_function", "reasons", "drift"])
def test_a_model_must_be_fitted_first(asked: str) -> None:
    with pytest.raises(BadInputError) as refused:
        getattr(ChurnModel(), asked)(FRAME)

    assert refused.value.code == "churn_not_fitted"


def test_a_baseline_of_no_field_is_refused() -> None:
    with pytest.raises(BadInputError) as refused:
        ChurnModel(recency="nothing", k=2).fit(FRAME, CHURNED)

    assert refused.value.code == "churn_fields"


def test_candidates_are_tried_on_customers_that_they_had_not_learnt_from(
    model: ChurnModel,
) -> None:
    matrix, places = model.encoder_.matrix(FRAME), model.encoder_.places
    parts = folds(CHURNED, k=2)
    for tried in try_candidates(matrix, CHURNED, places, parts):
        for train, test in parts:
            fitted = tried.fit(matrix[train], CHURNED[train], places, 0)
            assert tried.score[test] == pytest.approx(fitted.score(matrix[test]), abs=1e-6)
        assert tried.loss == pytest.approx(log_loss(CHURNED, expit(tried.score)))


def test_boosting_has_to_be_better_by_more_than_chance() -> None:
    rng = np.random.default_rng(33)
    churned = rng.random(1000) < 0.3
    plain = rng.normal(-0.85, 0.1, 1000)
    better = np.where(churned, plain + 1, plain - 1)
    slightly = plain + np.where(np.arange(1000) == np.flatnonzero(churned)[0], 0.1, 0.0)

    def tried(name: str, score: np.ndarray) -> Tried:
        return Tried(name, 1.0, score, float(log_losses(score, churned).mean()))

    logistic = tried("logistic", plain)
    assert choose(logistic, tried("boosting", better), churned).name == "boosting"
    assert choose(logistic, tried("boosting", slightly), churned).name == "logistic"
    assert choose(logistic, tried("boosting", -better), churned).name == "logistic"


def test_a_step_needs_trees_and_a_line_does_not() -> None:
    rng = np.random.default_rng(34)
    frame = pd.DataFrame({"a": rng.uniform(-1, 1, 2000), "b": rng.uniform(-1, 1, 2000)})
    chance = np.where(frame["a"] * frame["b"] > 0, 0.8, 0.1)
    crossed = ChurnModel(k=3).fit(frame, rng.random(2000) < chance)
    straight = ChurnModel(k=3).fit(frame, rng.random(2000) < 1 / (1 + np.exp(-2 * frame["a"])))

    assert crossed.chosen_.name == "boosting"
    assert straight.chosen_.name == "logistic"
    assert np.abs(crossed.predict_proba(frame)[:, 1] - chance).mean() < 0.1


def telco() -> tuple[pd.DataFrame, np.ndarray]:
    rows = pd.read_csv(real_file("telco_churn/WA_Fn-UseC_-Telco-Customer-Churn.csv.gz"))
    rows["TotalCharges"] = pd.to_numeric(rows["TotalCharges"], errors="coerce")
    return rows.drop(columns=["Churn", "customerID"]), (rows["Churn"] == "Yes").to_numpy()


def bank() -> tuple[pd.DataFrame, np.ndarray]:
    rows = pd.read_csv(real_file("uci_bank_marketing/bank-full.csv.gz"), sep=";")
    return rows.drop(columns="y"), (rows["y"] == "yes").to_numpy()


@pytest.mark.real_data
@pytest.mark.slow
def test_honest_fields_are_not_suspected() -> None:
    """How well they foretell, and that the length of a call is a leak: tests of ``cli analyze``."""
    for frame, churned in (telco(), bank()):
        honest = frame.drop(columns="duration", errors="ignore")
        assert suspect_leaks(honest, churned)["reason"].isna().all()
