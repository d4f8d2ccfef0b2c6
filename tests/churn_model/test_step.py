"""The step on a company whose customers leave for a planted reason, for none, and with leaks."""

import json
from typing import Any

import pandas as pd
import pytest

from analytics.churn_model_rules import ChurnModelRules
from analytics.health_score import HealthRules, health_parts, health_score
from crm_data.marts.score_inputs_churn import FEATURES, is_dated
from scoring import churn, score_version
from scoring.churn_data import (
    Past,
    Question,
    features,
    members,
    model_rules,
    numeric_attributes,
    questions,
    read_past,
)
from scoring.churn_leaks import found_leaks
from scoring.health import health_rules
from scoring.run import STEPS
from scoring.step import Scores
from tests.churn_model.company import CUSTOMERS, END, HORIZON, QUARTERS, RULES, company
from tests.churn_model.stage import Stage, days

WAIT = "complaint_response_hours"
Found = tuple[Stage, pd.DataFrame, Scores]


def scored(rules: dict[str, Any] | None = None, **planted: Any) -> Found:
    stage = Stage(rules or RULES).filled(company(**planted))
    customers = stage.customers()
    return stage, customers, churn.step(stage.store, customers, END)


@pytest.fixture(scope="module")
def plain() -> Found:
    return scored()


@pytest.fixture(scope="module")
def leaking() -> Found:
    return scored(leaks=True)


def card_of(found: Found) -> dict[str, Any]:
    return dict(found[2].cards["churn_contract"])


def test_the_build_runs_it() -> None:
    assert dict(STEPS)["churn"] is churn.step
    assert callable(score_version)


def test_the_planted_reason_comes_first_overall_and_by_customer(plain: Found) -> None:
    stage, customers, found = plain
    card = card_of(plain)

    assert card["verdict"] == "useful"
    assert card["auc_low"] > 0.5
    assert card["importance"][0]["field"] == WAIT
    now = stage.members("contract", END, keys=("plan",))
    rows = customers.join(found.columns).set_index("customer_id").loc[now.index]
    slow = now[WAIT] > 48
    first = rows["churn_reasons"].map(lambda text: (json.loads(text) or [None])[0])
    assert (first[slow] == f"{WAIT}:high").mean() > 0.9
    assert not (first[~slow] == f"{WAIT}:high").any()
    by_wait = rows["churn_probability"].groupby(slow).mean()
    assert by_wait[True] > 1.5 * by_wait[False]


def test_members_are_scored_and_nobody_else(plain: Found) -> None:
    stage, customers, found = plain
    now = stage.members("contract", END)
    member = customers["customer_id"].isin(now.index)
    columns = found.columns

    assert list(columns) == list(churn.COLUMNS)
    assert 0 < member.sum() < CUSTOMERS
    assert columns["churn_probability"].notna().eq(member).all()
    assert columns["churn_reasons"].notna().eq(member).all()
    assert set(columns.loc[member, "churn_kind"]) == {"contract"}
    assert set(columns.loc[member, "churn_horizon_days"]) == {HORIZON}
    assert columns.loc[~member].isna().all(axis=None)
    assert columns["churn_probability"].dropna().between(0, 1).all()
    stage.store.write("customer_scores", customers.join(columns))
    rows = stage.con.sql("SELECT count(churn_reasons), sum(churn_probability) FROM customer_scores")
    (count, expected), *_ = rows.fetchall()
    assert (count, pytest.approx(expected)) == (member.sum(), card_of(plain)["expected_left"])


def test_the_card_holds_how_predictions_turned_out(plain: Found) -> None:
    stage, _, _ = plain
    card = card_of(plain)

    assert [one["on"] for one in card["dates"]] == [
        days(END, -k * HORIZON) for k in range(QUARTERS, 0, -1)
    ]
    for one in card["dates"]:
        then = stage.members("contract", one["on"])
        assert (one["members"], one["left"]) == (len(then), then["has_left"].sum())
    judged = [one for one in card["dates"] if one["is_judged"]]
    assert [one["on"] for one in judged] == [one["on"] for one in card["turned_out"]]
    assert [one["left"] for one in judged] == [one["left"] for one in card["turned_out"]]
    assert judged == card["dates"][-2:]  # a third of seven dates
    n, left = (sum(one[name] for one in judged) for name in ("members", "left"))
    assert (card["n"], card["churned"]) == (n, left)
    tenths = card["tenths"]
    assert [one["tenth"] for one in tenths] == list(range(1, 11))
    assert sum(t["members"] for t in tenths) == n
    assert sum(t["left"] for t in tenths) == pytest.approx(left)  # ties are shared out
    assert [t["left"] for t in tenths] == [one["churned"] for one in card["lift"]]
    predicted = [one["predicted"] / one["members"] for one in tenths]
    assert predicted == sorted(predicted, reverse=True)
    assert {row["segment"] for row in card["segments"]["region"]} == {"North", "South"}
    assert {row["n"] for row in card["segments"]["kind"]} == {n}
    assert card["drift"][0]["field"] == ""
    stage.store.write_card("churn_contract", card)  # is JSON


def test_fields_without_a_date_are_told_apart(plain: Found) -> None:
    undated = [one["field"] for one in card_of(plain)["fields"] if not one["is_dated"]]

    assert undated == ["kind", "region", "source", "attributes.plan"]
    assert is_dated(WAIT)


def test_leaks_are_named_left_out_and_change_nothing(plain: Found, leaking: Found) -> None:
    card = card_of(leaking)
    named = {one["field"]: (one["is_dated"], one["is_used"]) for one in card["leaks"]}

    assert named["attributes.state"] == (False, False)
    assert named["contacts_90d"] == (True, False)
    assert sorted(card["left_out"]) == [
        "attributes.state", "contacts_90d", "days_since_last_contact",
    ]  # fmt: skip
    # The honest driver is very good, known by the day, and stays.
    assert named.get(WAIT, (True, True)) == (True, True)
    assert "attributes.state" not in [one["field"] for one in card_of(plain)["leaks"]]
    assert card["auc"] == pytest.approx(card_of(plain)["auc"])
    pd.testing.assert_frame_equal(leaking[2].columns, plain[2].columns)


def test_a_random_label_cannot_be_predicted_and_gives_no_probability() -> None:
    _, _, found = scored(slow_hazard=0.15, hazard=0.15, seed=2)
    card = found.cards["churn_contract"]

    assert card["verdict"] == "cannot_predict"
    assert 0.4 < card["auc"] < 0.6
    assert (card["scored"], card["is_enough"]) == (0, True)
    assert found.columns[["churn_probability", "churn_reasons"]].isna().all(axis=None)
    assert (found.columns["churn_kind"] == "contract").any()  # who can be lost is still told


def test_too_little_data_says_what_is_missing() -> None:
    stage, _, found = scored(customers=60)
    card = found.cards["churn_contract"]
    unmet = {one["name"]: one["needed"] for one in card["requirements"] if not one["is_met"]}

    assert (card["verdict"], card["is_enough"]) == ("too_little_data", False)
    assert unmet["learnt_left"] == 100
    assert found.columns["churn_probability"].isna().all()
    stage.store.write_card("churn_contract", card)


def test_without_contracts_or_orders_there_is_no_date_and_no_member() -> None:
    stage = Stage().filled({"customers": [{"customer_id": "a"}]})
    found = churn.step(stage.store, stage.customers(), END)

    assert set(found.cards) == {"churn_contract", "churn_silence", "health"}
    models = [found.cards[f"churn_{kind}"] for kind in ("contract", "silence")]
    assert [(card["members"], card["verdict"]) for card in models] == [(0, "nobody")] * 2
    assert found.columns.isna().all(axis=None)


def test_what_is_declared_is_left_out(plain: Found) -> None:
    stage, _, _ = plain
    (asked,) = questions(stage.store, RULES)
    past, today = read_past(stage.store, asked, END), members(stage.store, asked, END)

    found = found_leaks(past, today, asked, (), (WAIT, "nothing.such")).set_index("field")

    assert found["reason"].dropna().to_dict() == {WAIT: "declared"}
    assert found.index[~found["is_used"]].tolist() == [WAIT]


def test_rules_out_of_their_bounds_are_the_defaults(plain: Found) -> None:
    stored = {
        "contract_horizon_days": 60, "known_after": ["region"], "outcome": "attributes.Churn=Yes",
        "known_before": ["source"],
    }  # fmt: skip

    assert model_rules({"churn_model": stored}).as_stored() == stored
    for wrong in (
        {"contract_horizon_days": 1}, {"known_after": [3]}, {"known_after": 3}, {"outcome": "x"},
        {"outcome": "=Yes"}, {"outcome": 3}, {"known_before": "region"},
    ):  # fmt: skip
        assert model_rules({"churn_model": wrong}) == ChurnModelRules()
    asked = {"churn": {"kind": "silence", "silence_days": 60}}
    (one,) = questions(plain[0].store, asked)
    assert (one.kind, one.horizon_days, one.silence_days, one.with_holders) == (
        "silence", 60, 60, True,
    )  # fmt: skip
    assert [one.kind for one in questions(plain[0].store, {})] == ["contract", "silence"]


def test_where_every_field_is_declared_there_is_no_model_and_the_card_says_so() -> None:
    asked = RULES | {"churn_model": {"known_after": [*FEATURES, "attributes.plan"]}}
    stage, _, found = scored(asked)
    card = found.cards["churn_contract"]

    assert (card["verdict"], card["reason"], card["scored"]) == (
        "cannot_predict",
        "churn_no_field",
        0,
    )
    assert set(card["left_out"]) == {*FEATURES, "attributes.plan"}
    stage.store.write_card("churn_contract", card)


def test_attributes_of_numbers_are_numbers() -> None:
    asked = Question("contract", 90, 90, False, ("seats", "plan", "none"))
    names = [f"attributes.{key}" for key in asked.keys]
    rows = pd.DataFrame([["3", "a", None], ["1e999", "7", None]], columns=names)
    past = Past(rows, None, (), ())

    numeric = numeric_attributes(past, asked)
    found = features(
        pd.DataFrame([["4", "b", "c"], ["x", "b", "c"]], columns=names), names, numeric
    )

    assert numeric == ("attributes.seats",)
    assert found["attributes.seats"].tolist()[0] == 4.0
    assert pd.isna(found["attributes.seats"][1])  # no number today is none known
    assert features(rows, names, numeric)["attributes.seats"].isna().tolist() == [False, True]


def test_the_health_score_is_stored_and_audited_against_the_rest(plain: Found) -> None:
    stage, customers, found = plain
    card = found.cards["health"]
    rows = customers.join(found.columns).set_index("customer_id")
    now = stage.members("contract", END)
    parts = health_parts(now)

    assert rows["health_score"].notna().sum() == len(now) == card["scored"]
    assert sum(card["by_parts"].values()) == len(now)
    expected = health_score(parts, HealthRules())
    assert rows.loc[now.index, "health_score"].tolist() == pytest.approx(
        expected["health_score"].tolist()
    )
    audit, judged = card["audits"]["contract"], card_of(plain)
    assert (audit["n"] + audit["unscored"], audit["churned"]) == (judged["n"], judged["churned"])
    # The same rows as the model's own card, so the same AUC.
    model = audit["against"]["model"]
    assert (model["auc"], model["known"]) == (pytest.approx(judged["auc"]), judged["n"])
    # The wait for an answer is no part of the score: the model is better, by more than chance.
    assert model["difference_high"] < 0
    assert "nps" not in audit["against"]
    assert audit["verdict"] in ("tells_nothing", "no_better", "worse_than_recency")


def test_weights_are_those_of_the_company() -> None:
    rules = RULES | {"health": {"recency": 0, "trend": 0, "nps": 0, "service": 1, "tenure": 3}}
    _, _, found = scored(rules, customers=60)

    card = found.cards["health"]
    assert card["weights"]["tenure"] == 3
    assert max(found.columns["health_parts"].dropna()) == 2
    assert card["audits"]["contract"]["verdict"] == "too_few"
    assert health_rules({"health": {"recency": "x"}}) == HealthRules()
