"""Measures by deal, stage averages, the split in time: small numbers that can be checked by eye."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.churn import ChurnModel
from analytics.deal_model import MARGIN, like_it, prove, time_split
from analytics.deal_proof import compared, log_loss, reliability_by_deal, share_interval
from analytics.deal_reasons import deal_reasons
from analytics.deal_stage_average import by_stage, stage_averages
from analytics.stats import wilson_interval

WON = np.array([True, False, True, False, False, True])
SAID = np.array([0.9, 0.2, 0.6, 0.4, 0.1, 0.3])
DEALS = np.array(list("abcdef"))


def test_ways_are_measured_on_the_rows_that_they_have() -> None:
    hand = np.array([0.5, np.nan, 0.5, np.nan, np.nan, np.nan])
    found = compared(WON, {"model": SAID, "hand": hand}, DEALS, ours="model").set_index("way")

    assert found["n"].to_dict() == {"model": 6, "hand": 2}
    squares = (0.01 + 0.04 + 0.16 + 0.16 + 0.01 + 0.49) / 6
    assert found.loc["model", "brier"] == pytest.approx(squares)
    assert found.loc["model", "auc"] == pytest.approx(8 / 9)  # of 9 pairs, 0.3 loses to 0.4
    assert found.loc["hand", "gain"] == pytest.approx((0.25 - 0.01 + 0.25 - 0.16) / 2)
    assert np.isnan(found.loc["hand", "auc"])  # both were won
    assert found.loc["model", ["gain", "gain_low", "gain_high"]].tolist() == [0, 0, 0]


def test_a_deal_asked_about_twice_says_no_more_than_once() -> None:
    once = {"model": SAID, "stage": np.full(6, 0.5)}
    twice = {way: np.tile(said, 2) for way, said in once.items()}

    single = compared(WON, once, DEALS, ours="model", seed=3)
    double = compared(np.tile(WON, 2), twice, np.tile(DEALS, 2), ours="model", seed=3)

    assert double["n"].tolist() == [12, 12]
    pd.testing.assert_frame_equal(double.drop(columns="n"), single.drop(columns="n"))
    assert share_interval(np.tile(WON, 2), np.tile(DEALS, 2)) == pytest.approx(
        share_interval(WON, DEALS)
    )


def test_the_interval_of_separate_deals_is_wilsons() -> None:
    low, high = wilson_interval(2.5, 5)  # one row is spent on the mean
    assert share_interval(WON, DEALS) == pytest.approx((float(low), float(high)))
    low, high = wilson_interval(2, 2)
    assert share_interval(np.ones(6, dtype=bool), list("aaabbb")) == pytest.approx(
        (float(low), float(high))
    )


def test_bins_hold_their_rows_and_deals() -> None:
    found = reliability_by_deal(np.tile(WON, 2), np.tile(SAID, 2), np.tile(DEALS, 2))

    assert found["n"].sum() == 12
    assert found["won"].sum() == 6
    assert found["deals"].tolist() == [1] * 6
    assert found["upper"].tolist() == sorted(SAID)
    like = like_it(np.array([0.05, 0.35, 0.99]), found)
    assert like["deals"].tolist() == [1, 1, 1]
    assert like["low"].tolist()[0] == 0.0
    assert like["high"].tolist()[2] == 1.0


def test_certain_and_wrong_is_not_infinitely_bad() -> None:
    assert log_loss(np.array([True]), np.array([0.0])) == pytest.approx(-np.log(1e-4))


def test_a_stage_of_few_deals_cannot_tell() -> None:
    rows = pd.DataFrame(
        {"pipeline": ["P"] * 50, "stage": ["a"] * 40 + ["b"] * 10}
    ).astype("str")  # fmt: skip
    won = np.array([True] * 30 + [False] * 10 + [True] * 10)
    deal = np.array([n // 2 for n in range(40)] + list(range(100, 110)))

    found = stage_averages(rows, won, deal)

    assert found["closed"].tolist() == [20, 10]
    assert found["learned"].tolist()[0] == 0.75
    assert np.isnan(found["learned"].tolist()[1])
    now = pd.DataFrame({"pipeline": ["P", "P", "Q"], "stage": ["b", "a", "a"]}).astype("str")
    told = by_stage(now, found)
    assert told["probability"].isna().tolist() == [True, False, True]
    assert told["deals"].tolist() == [10, 20, 0]
    assert told["low"].iloc[1] < 0.75 < told["high"].iloc[1]


def test_nothing_is_learnt_whose_end_was_not_known_on_the_first_judged_day() -> None:
    on = pd.to_datetime(["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"])
    train, test = time_split(on, np.datetime64("2025-04-30"), 61)

    assert train.tolist() == [True, True, False, False, False]
    assert test.tolist() == [False, False, False, True, True]


def asked(effect: float, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, pd.Series]:
    rng = np.random.default_rng(seed)
    days = pd.Series(pd.date_range("2024-01-31", periods=6, freq="ME").repeat(200))
    x = rng.normal(size=len(days))
    rows = pd.DataFrame({"x": x, "pipeline": "P", "stage": "a", "probability": np.nan})
    won = rng.random(len(days)) < 1 / (1 + np.exp(-effect * x))
    return rows, won, days


@pytest.mark.parametrize(("effect", "verdict"), [(1.5, "useful"), (0.0, "no_better")])
def test_a_model_is_used_where_it_clearly_beats_the_stage(effect: float, verdict: str) -> None:
    rows, won, days = asked(effect)
    proof = prove(
        rows, won, np.arange(len(rows)), days, fields=["x"], first_judged=days.iloc[-1],
        horizon_days=32, seed=1,
    )  # fmt: skip

    assert proof.verdict == verdict
    stage = proof.ways.set_index("way").loc["stage"]
    assert (stage["gain_low"] > 0 and stage["gain"] > MARGIN * stage["brier"]) == (effect > 0)
    assert proof.ways["n"].tolist() == [200] * 3
    assert proof.train.sum() == 800  # the day before the last is 30 days earlier


def test_reasons_speak_for_and_against_with_their_figures() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=600), "y": rng.normal(size=600)})
    won = rng.random(600) < 1 / (1 + np.exp(-2 * frame["x"] + frame["y"]))
    model = ChurnModel(seed=1).fit(frame, won)
    now = pd.DataFrame({"x": [3.0, -3.0, np.nan], "y": [0.0, 2.0, 0.0]})

    found = [json.loads(text) for text in deal_reasons(model, now, {"x": 0.0, "y": 0.0})]

    assert found[0][0]["code"] == "x:high"
    assert found[0][0]["effect"] > 0
    assert [one["code"] for one in found[1]] == ["x:low", "y:high"]
    assert all(one["effect"] < 0 for one in found[1])
    assert found[1][1]["value"] == 2.0
    assert found[1][1]["usual"] == 0.0
    assert {"x:missing", "y:usual"} >= {one["code"] for one in found[2]}
