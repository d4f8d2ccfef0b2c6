"""The card of customers who carry their outcome, and whom it gives a probability."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scoring import churn
from scoring.step import Scores
from tests.churn_model.company import END
from tests.churn_model.stage import Stage

RULES = {"churn_model": {"outcome": "attributes.left=Yes"}}
KNOWN, OPEN = 500, 40


def snapshot(customers: int = KNOWN + OPEN) -> list[dict[str, Any]]:
    """Half are monthly and leave six times as often; the last forty have no outcome yet."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(customers):
        monthly = bool(rng.random() < 0.5)
        said = {
            "plan": "monthly" if monthly else "yearly",
            "months": str(int(rng.integers(1, 60))),
            "email": f"c{number}@example.com",
        }
        left = rng.random() < (0.6 if monthly else 0.1)
        if number < KNOWN:
            said |= {"left": "Yes" if left else "No", "reason": "moved" if left else "none"}
        rows.append({"customer_id": f"c{number:03d}", "attributes": json.dumps(said)})
    return rows


def scored(rows: list[dict[str, Any]], rules: dict[str, Any]) -> tuple[pd.DataFrame, Scores]:
    stage = Stage(rules).filled({"customers": rows})
    customers = stage.customers()
    found = churn.step(stage.store, customers, END)
    for name, card in found.cards.items():
        stage.store.write_card(name, card)  # is JSON
    return customers, found


@pytest.fixture(scope="module")
def found() -> tuple[pd.DataFrame, Scores]:
    return scored(snapshot(), RULES)


def test_the_card_says_what_was_asked_found_and_left_out(
    found: tuple[pd.DataFrame, Scores],
) -> None:
    card = found[1].cards["churn_outcome"]
    left = sum('"left": "Yes"' in row["attributes"] for row in snapshot())

    assert (card["kind"], card["as_of"]) == ("outcome", END)
    assert card["outcome"] == {"field": "attributes.left", "value": "Yes"}
    assert (card["known"], card["left"], card["members"]) == (KNOWN, left, OPEN)
    assert card["rate"] == left / KNOWN
    assert card["low"] < card["rate"] < card["high"]
    assert card["like_ids"] == ["attributes.email"]
    # "reason" is written when a customer leaves: it tells all, and is not used.
    assert card["left_out"] == ["attributes.reason"]
    assert {one["field"] for one in card["importance"]} == {"attributes.plan", "attributes.months"}
    assert (card["verdict"], card["importance"][0]["field"]) == ("useful", "attributes.plan")
    assert 0.7 < card["auc"] < 0.85
    assert len(card["aucs"]) == 5
    assert {row["segment"] for row in card["segments"]["attributes.plan"]} == {"monthly", "yearly"}
    assert sum(row["members"] for row in card["tenths"]) == KNOWN


def test_only_who_has_no_outcome_is_scored(found: tuple[pd.DataFrame, Scores]) -> None:
    customers, scores = found
    is_open = (customers["customer_id"] >= f"c{KNOWN:03d}").to_numpy()
    columns = scores.columns
    card = scores.cards["churn_outcome"]

    assert columns["churn_probability"].notna().to_numpy().tolist() == is_open.tolist()
    assert columns["churn_kind"].eq("outcome").fillna(False).to_numpy().tolist() == is_open.tolist()
    assert columns["churn_horizon_days"].isna().all()
    plans = [json.loads(row["attributes"])["plan"] for row in snapshot()[KNOWN:]]
    by_plan = columns.loc[is_open, "churn_probability"].groupby(np.array(plans)).mean()
    assert by_plan["monthly"] > 0.4 > 0.2 > by_plan["yearly"]
    assert card["scored"] == OPEN
    assert card["expected_left"] == pytest.approx(columns["churn_probability"].sum())
    first = columns.loc[is_open, "churn_reasons"].map(lambda text: (json.loads(text) or [""])[0])
    assert first[np.array(plans) == "monthly"].str.contains("plan").all()


def test_without_the_rule_there_is_no_card_and_a_wrong_one_is_told() -> None:
    few = snapshot(60)
    assert "churn_outcome" not in scored(few, {})[1].cards
    wrong = scored(few, {"churn_model": {"outcome": "attributes.gone=Yes"}})[1]
    card = wrong.cards["churn_outcome"]
    assert (card["verdict"], card["reason"]) == ("nobody", "outcome_field")
    assert wrong.columns["churn_kind"].isna().all()


def test_too_few_are_not_judged() -> None:
    card = scored(snapshot(150), RULES)[1].cards["churn_outcome"]

    assert (card["verdict"], card["is_enough"], card["known"]) == ("too_little_data", False, 150)
    found = {one["name"]: one["found"] for one in card["requirements"] if not one["is_met"]}
    assert set(found) == {"learnt_left", "learnt_kept"}
    assert sum(found.values()) == 150
