"""Reasons to look at a deal, each by hand, and what cannot be told."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.deal_amounts import usual_amounts
from analytics.deal_attention import Attention, AttentionRules, attention
from analytics.stage_history import limits_of, rates_of
from analytics.stats import wilson_interval

TODAY = pd.Timestamp("2025-06-30")


def ago(days: int | None) -> pd.Timestamp | None:
    return None if days is None else TODAY - pd.Timedelta(days=days)


def deal(name: str = "d", **fields: Any) -> dict[str, Any]:
    usual = {
        "opportunity_id": name, "pipeline": "new", "stage_no": 1, "category": "x", "amount": 100.0,
        "first_amount": 100.0, "probability": 0.5, "outcome": None, "created_on": ago(20),
        "stage_since_on": ago(5), "expected_close_on": ago(-9), "last_change_on": ago(3),
        "last_contact_on": ago(3), "contacts": 3, "pushes": 0,
    }  # fmt: skip
    return usual | fields


LIMITS = pd.DataFrame(
    {"pipeline": "new", "stage_no": [1, 2], "limit_days": [30.0, np.nan], "winners": [25, 4]}
)
RATES = pd.DataFrame(
    {
        "pipeline": "new", "stage_no": [1], "learned": [0.4], "learned_low": [0.3],
        "learned_high": [0.5], "closed": [90],
    }
)  # fmt: skip
AMOUNTS = pd.DataFrame(
    {"pipeline": "new", "category": ["x"], "usual": [100.0], "spread": [0.5], "amounts": [40]}
)


def judged(*deals: dict[str, Any], **options: Any) -> Attention:
    frame = pd.DataFrame(list(deals))
    days = [name for name in frame if name.endswith("_on")]
    typed = frame.astype(dict.fromkeys(days, "datetime64[us]")).astype(
        {"contacts": "Int64", "pushes": "Int64", "amount": "float64"}
    )
    given = {"limits": LIMITS, "rates": RATES, "amounts": AMOUNTS} | options
    return attention(typed, TODAY, **given)


@pytest.mark.parametrize(
    ("fields", "reason", "figures"),
    [
        ({"stage_since_on": ago(31)}, "stuck", [31, 30, None, 25]),
        (
            {"last_change_on": ago(15), "last_contact_on": ago(40)},
            "no_next_step",
            [15, 14, None, None],
        ),
        ({"expected_close_on": ago(1)}, "close_date_past", [1, None, None, None]),
        (
            {"amount": 100 * np.exp(1.75), "first_amount": None},
            "amount_unusual",
            [3.5, 100, None, 40],
        ),
        ({"amount": 50.0}, "amount_changed", [0.5, 2, None, None]),
        ({"amount": 200.0}, "amount_changed", [2, 2, None, None]),
        ({"contacts": 1}, "single_contact", [1, None, None, None]),
        ({"contacts": 0}, "single_contact", [0, None, None, None]),
        ({"probability": 0.9}, "probability_off", [0.9, 0.3, 0.5, 90]),
        ({"probability": 0.1}, "probability_off", [0.1, 0.3, 0.5, 90]),
        ({"pushes": 3}, "many_pushes", [3, 3, None, None]),
    ],
)
def test_each_reason_has_its_figures(
    fields: dict[str, Any], reason: str, figures: list[float | None]
) -> None:
    found = judged(deal(**fields), deal("fine")).reasons

    assert found[["opportunity_id", "reason"]].to_numpy().tolist() == [["d", reason]]
    row = found[["number", "limit", "upper", "n"]].astype("float64").iloc[0]
    np.testing.assert_allclose(row, np.array(figures, dtype="float64"))


@pytest.mark.parametrize(
    "fields",
    [
        {"stage_since_on": ago(30)},
        {"last_change_on": ago(14), "last_contact_on": ago(40)},
        {"last_change_on": None, "last_contact_on": None, "created_on": ago(14)},
        {"expected_close_on": ago(0)},
        {"amount": 199.0},
        {"probability": 0.3},
        {"pushes": 2},
        {"stage_since_on": ago(900), "outcome": "won"},
        {"stage_since_on": ago(900), "outcome": "lost"},
    ],
)
def test_up_to_the_limit_nothing_is_wrong(fields: dict[str, Any]) -> None:
    found = judged(deal(**fields), deal("other"))

    assert found.reasons.empty
    assert found.deals.empty


def test_a_task_is_a_next_step() -> None:
    quiet = deal(last_change_on=ago(99), last_contact_on=None)

    assert judged(quiet).reasons["reason"].tolist() == ["no_next_step"]
    assert judged(quiet, with_task=["d"]).reasons.empty


def test_what_is_not_known_is_no_reason_and_is_counted() -> None:
    blank = deal(
        stage_no=2, stage_since_on=ago(900), amount=None, first_amount=None, probability=None,
        expected_close_on=None, contacts=0, pushes=None, last_change_on=None, last_contact_on=None,
        created_on=ago(900), category=None,
    )  # fmt: skip
    found = judged(blank)

    assert found.reasons.empty
    assert set(found.untold["deals"]) == {1}
    assert len(found.untold) == 8


def test_contacts_that_nobody_records_are_nobodys_fault() -> None:
    assert judged(deal(contacts=0), deal("e", contacts=0)).reasons.empty
    some = judged(deal(contacts=0), deal("e", contacts=None), deal("f", contacts=4))

    assert some.reasons["opportunity_id"].tolist() == ["d"]


def test_the_largest_value_comes_first_and_a_missing_one_stays_missing() -> None:
    found = judged(
        deal("small", amount=90.0, pushes=5),
        deal("unknown", amount=None, pushes=5, contacts=1),
        deal("large", amount=110.0, pushes=5, contacts=1),
        deal("fine"),
    )

    assert found.deals["opportunity_id"].tolist() == ["large", "small", "unknown"]
    assert found.deals["n_reasons"].tolist() == [2, 1, 2]
    assert np.isnan(found.deals["value"].iloc[2])
    assert found.reasons["opportunity_id"].tolist() == ["large"] * 2 + ["small"] + ["unknown"] * 2
    assert found.reasons["reason"].tolist()[:2] == ["single_contact", "many_pushes"]


def test_a_probability_that_is_off_for_a_whole_stage_comes_after_all_else() -> None:
    found = judged(
        deal("large", amount=120.0, probability=0.9),
        deal("small", amount=90.0, pushes=5),
        deal("both", amount=80.0, pushes=5, probability=0.9),
    )

    reasons = found.reasons.groupby("opportunity_id")["reason"].agg(list)
    assert reasons["large"] == ["probability_off"]
    assert found.deals["opportunity_id"].tolist() == ["small", "both", "large"]
    assert found.reasons["opportunity_id"].tolist() == ["small", "both", "both", "large"]


def test_a_models_probability_takes_the_place_of_the_stages() -> None:
    model = pd.DataFrame(
        {
            "opportunity_id": ["d"], "learned": [0.5], "learned_low": [0.4], "learned_high": [0.6],
            "closed": [None],
        }
    )  # fmt: skip
    found = judged(deal(probability=0.39), deal("e", probability=0.99), rates=model)

    assert found.reasons["opportunity_id"].tolist() == ["d"]
    assert found.untold.set_index("reason").loc["probability_off", "deals"] == 1


def test_rules_and_no_deals() -> None:
    assert len(judged(deal(pushes=2), rules=AttentionRules(least_pushes=2)).reasons) == 1
    none = judged(deal(outcome="won"))
    assert (len(none.reasons), len(none.deals), none.untold["deals"].sum()) == (0, 0, 0)


def evidence(**columns: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"pipeline": "new", "stage_no": [1, 2], **columns})


def test_limits_are_told_from_twenty_winners_on() -> None:
    found = limits_of(evidence(limit_days=[21.0, 7.0], winners=[20, 19]))

    assert found["limit_days"].tolist() == pytest.approx([21, np.nan], nan_ok=True)
    assert found["winners"].tolist() == [20, 19]


def test_rates_are_told_from_twenty_closed_deals_on() -> None:
    found = rates_of(evidence(won=[8, 9], closed=[20, 19]))

    low, high = wilson_interval(8, 20)
    columns = ["learned", "learned_low", "learned_high"]
    assert found.loc[0, columns].tolist() == pytest.approx([0.4, float(low), float(high)])
    assert found.loc[1, columns].isna().all()
    assert found["closed"].tolist() == [20, 19]


def test_usual_amounts_are_not_moved_by_a_giant() -> None:
    amounts = [*np.exp(np.linspace(4, 6, 41)), 1e12, 0.0, np.nan]
    won = pd.DataFrame({"pipeline": "new", "category": None, "amount": amounts})
    few = pd.DataFrame({"pipeline": "new", "category": "few", "amount": [5.0] * 30})

    found = usual_amounts(pd.concat([won, few])).set_index("category")

    logs = np.log([*np.exp(np.linspace(4, 6, 41)), 1e12])
    middle = np.median(logs)
    row = found.loc[found.index.isna()].iloc[0]
    assert row["usual"] == pytest.approx(np.exp(middle))
    assert row["spread"] == pytest.approx(1.4826 * np.median(np.abs(logs - middle)))
    assert row["amounts"] == 42
    assert np.isnan(found.loc["few", "spread"])  # all alike: no spread to judge by


def test_what_rests_on_contacts_and_tasks_cannot_be_told_of_a_past_day() -> None:
    # Was quiet on that day for all that is known; whom they met in between a later contact hides.
    quiet = deal(last_change_on=ago(30), last_contact_on=None, contacts=1)
    assert judged(quiet).reasons["reason"].tolist() == ["no_next_step", "single_contact"]

    found = judged(quiet, deal("late", expected_close_on=ago(1)), is_past=True)
    assert found.reasons[["opportunity_id", "reason"]].to_numpy().tolist() == [
        ["late", "close_date_past"]
    ]
    untold = found.untold.set_index("reason")["deals"]
    assert (untold["no_next_step"], untold["single_contact"], untold["stuck"]) == (2, 2, 0)
