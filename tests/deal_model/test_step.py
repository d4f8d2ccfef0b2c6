"""The scoring step over a planted company: nothing of the future, a fair comparison, the gate."""

from copy import deepcopy
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from crm_data.marts.score_inputs_deals import FEATURES
from crm_data.score_store import ScoreStore
from scoring import deals
from scoring.deals_data import DealSpan, deals_at, judged_days, month_ends, read_span
from scoring.step import Scores
from tests.deal_model.company import END, Rows, company, marts

DAY = date(2025, 3, 31)
Company = dict[str, Rows]


def scored(tables: Company) -> Scores:
    return deals.step(marts(tables), pd.DataFrame(), END)


@pytest.fixture(scope="module")
def planted() -> Scores:
    return scored(company())


@pytest.fixture(scope="module")
def random() -> Scores:
    tables = company(pushed=0.4, other=0.4)
    for row in tables["opportunities"]:  # what winning writes, in a field without a date
        if row["outcome"] == "won":
            row["source"] = "upsell"
    return scored(tables)


def features(store: ScoreStore, day: date = DAY) -> pd.DataFrame:
    span = read_span(store)
    assert span is not None
    found = deals_at(store, span, day).set_index("opportunity_id")
    return found[[*FEATURES, "is_won"]].convert_dtypes()


def known(tables: Company, day: date) -> Company:
    """What an export at the end of the day would have held."""

    def is_later(moment: datetime | None) -> bool:
        return moment is not None and moment.date() > day

    events = tables["opportunity_events"]
    rows = []
    for row in tables["opportunities"]:
        if is_later(row["created_at"]):
            continue
        then = dict(row)
        own = [event for event in events if event["opportunity_id"] == row["opportunity_id"]]
        for field in ("stage", "amount", "expected_close_on"):
            of_field = [event for event in own if event["field"] == field]
            past = [event for event in of_field if not is_later(event["changed_at"])]
            if past:
                then[field] = past[-1]["new_value"]
            elif of_field:
                then[field] = of_field[0]["old_value"]
        if is_later(row["closed_at"]):
            then |= {"closed_at": None, "outcome": None}
        rows.append(then)
    return {
        "opportunities": rows,
        "opportunity_events": [e for e in events if not is_later(e["changed_at"])],
        "interactions": [i for i in tables["interactions"] if not is_later(i["occurred_at"])],
    }


def test_features_are_those_of_what_was_known() -> None:
    tables = company(deals=400)
    then = features(marts(known(tables, DAY), until=DAY)).drop(columns="is_won")
    found = features(marts(tables)).drop(columns="is_won")

    assert len(found) > 10
    assert found["pushes"].sum() > 0
    assert found["customer_lost"].sum() > 0
    pd.testing.assert_frame_equal(found, then)


def test_another_future_changes_no_feature() -> None:
    tables = company(deals=400)
    other = deepcopy(tables)
    for row in other["opportunities"]:
        if row["closed_at"] is not None and row["closed_at"].date() > DAY:
            row["outcome"] = "won" if row["outcome"] == "lost" else "lost"
            row["probability"], row["forecast_category"] = 1.0, "commit"
    for event in other["opportunity_events"]:
        if event["changed_at"].date() > DAY and event["new_value"] in ("won", "lost"):
            event["new_value"] = "won" if event["new_value"] == "lost" else "lost"
    later = [i for i in other["interactions"] if i["occurred_at"].date() > DAY]
    other["interactions"] += [i | {"interaction_id": f"{n}"} for n, i in enumerate(later)]
    before, after = features(marts(tables)), features(marts(other))

    assert (before["is_won"] != after["is_won"]).any()
    pd.testing.assert_frame_equal(
        before.drop(columns="is_won"), after.drop(columns="is_won"), check_dtype=False
    )


def test_figures_of_one_deal() -> None:
    """Two deals of the same owner and customer: one won before the day, one open on it."""
    made = datetime(2025, 1, 1, 9)
    first = {"opportunity_id": "a", "customer_id": "c", "pipeline": "P", "owner_id": "E",
             "source": "web", "created_at": made, "stage": "won", "outcome": "won",
             "closed_at": datetime(2025, 2, 1, 9), "amount": 10}  # fmt: skip
    open_ = first | {
        "opportunity_id": "b", "stage": "offer", "outcome": None, "closed_at": None, "amount": 80,
        "expected_close_on": date(2025, 3, 21), "probability": 0.3,
    }  # fmt: skip

    def event(who: str, day: date, field: str, old: str, new: str) -> dict[str, object]:
        moment = datetime(day.year, day.month, day.day, 9)
        return {"opportunity_id": who, "changed_at": moment, "field": field, "old_value": old,
                "new_value": new}  # fmt: skip

    tables: Company = {
        "opportunities": [first, open_],
        "opportunity_events": [
            event("a", date(2025, 2, 1), "stage", "talk", "won"),
            event("b", date(2025, 3, 11), "stage", "talk", "offer"),
            event("b", date(2025, 3, 12), "amount", "40", "80"),
            event("b", date(2025, 3, 13), "expected_close_on", "2025-03-01", "2025-03-21"),
        ],
        "interactions": [
            {"interaction_id": "1", "customer_id": "c", "occurred_at": datetime(2025, 3, 29, 9)},
            {"interaction_id": "0", "customer_id": "c", "occurred_at": datetime(2025, 1, 2, 9)},
        ],
    }
    row = features(marts(tables)).loc["b"]

    expected = {
        "days_in_stage": 20, "age_days": 89, "amount_growth": np.log(2), "pushes": 1, "pulls": 0,
        "days_to_close": -10, "owner_win_rate": 1.0, "source_win_rate": 1.0, "customer_won": 1,
        "customer_lost": 0, "contacts_30d": 1, "days_since_last_contact": 2, "is_existing": True,
        "stage": "offer", "pipeline": "P", "source": "web",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)
    # no change of these was ever recorded, and one amount is not usual yet
    assert row[["probability", "handovers", "forecast_category", "amount_ratio"]].isna().all()


def test_the_planted_reason_is_found_and_beats_the_stages(planted: Scores) -> None:
    card, rows = planted.cards["deals"], planted.tables["deal_scores"]

    assert (card["verdict"], card["method"]) == ("useful", "model")
    assert card["ways"][1]["gain_low"] > 0
    assert (rows["method"] == "model").all()
    assert rows["reasons"].str.contains("pushes:").mean() > 0.9
    assert rows["win_probability"].between(0, 1).all()
    assert (rows["low"] <= rows["win_probability"]).all()
    assert (rows["win_probability"] <= rows["high"]).all()
    assert card["expected_won"] == pytest.approx(rows["win_probability"].sum())
    assert "probability" not in card["fields_used"]  # said of open deals only
    assert len(rows) == card["open"] == card["scored"]


def test_the_same_deals_in_another_order_score_the_same(planted: Scores) -> None:
    tables = {name: rows[::-1] for name, rows in company().items()}
    again = scored(tables).tables["deal_scores"]

    columns = [name for name in again.columns if name != "opportunity_no"]
    pd.testing.assert_frame_equal(again[columns], planted.tables["deal_scores"][columns])


def test_chance_is_left_to_the_stages_and_what_winning_wrote_is_left_out(random: Scores) -> None:
    card, rows = random.cards["deals"], random.tables["deal_scores"]

    assert (card["verdict"], card["method"]) == ("no_better", "stage")
    fields = {one["field"]: one for one in card["fields"]}
    assert not fields["source"]["is_used"]
    assert not fields["source"]["is_dated"]
    assert "source" not in card["fields_used"]
    learned = {one["stage"]: one["learned"] for one in card["stages"]}
    assert set(rows["win_probability"]) == set(learned.values())
    assert rows["reasons"].eq("[]").all()


def test_few_closed_deals_leave_the_stages_and_very_few_cannot_tell() -> None:
    some = scored(company(deals=200)).cards["deals"]
    assert (some["verdict"], some["method"], some["untold"]) == ("too_few_closed", "stage", 0)
    few = scored(company(deals=25))
    assert few.cards["deals"]["scored"] == 0
    assert set(few.tables["deal_scores"]["method"]) == {"none"}
    assert few.tables["deal_scores"]["win_probability"].isna().all()


def test_without_deals_there_is_no_card() -> None:
    found = scored({})
    assert (found.cards, found.tables) == ({}, {})


def test_days_are_ends_of_months_whose_horizon_is_over() -> None:
    span = DealSpan(date(2024, 11, 15), date(2025, 3, 31), 500, 31, {"stage": date(2025, 1, 5)})
    ends = [date(2024, 11, 30), date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28)]
    assert month_ends(span) == ends
    span = DealSpan(date(2024, 12, 15), date(2025, 3, 30), 500, 31, {"stage": date(2025, 1, 5)})
    assert month_ends(span) == ends[1:3]
    assert (span.dated(date(2025, 1, 4)), span.dated(date(2025, 1, 5))) == ((), ("stage",))
    assert [judged_days([500] * 12), judged_days([100] * 12), judged_days([1] * 12)] == [1, 3, 4]
