"""As of a day, nothing is known that is dated after it; what is moved there is forgotten."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_data.marts.score_inputs_churn import FEATURES
from tests.churn_model.stage import Rows, Stage, at, days

DAY = date(2025, 9, 30)
Company = dict[str, Rows]
# The dates by which a row of a table is known; the first is that of the row itself.
CLOCKS = {
    "orders": ("ordered_on",),
    "subscriptions": ("started_on", "ended_on"),
    "tickets": ("created_at", "first_response_at", "resolved_at", "closed_at"),
    "interactions": ("occurred_at",),
    "survey_responses": ("responded_at",),
    "campaign_members": ("assigned_at",),
}
KINDS = ("contract", "silence")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.con.close()


def is_later(value: Any) -> bool:
    if value is None:
        return False
    return (value.date() if isinstance(value, datetime) else value) > DAY


def known(company: Company) -> Company:
    """What was there at the end of the day: later rows, answers and ends taken away."""
    found: Company = {"customers": company["customers"]}
    for table, (own, *others) in CLOCKS.items():
        rows = [row for row in company.get(table, []) if not is_later(row[own])]
        found[table] = [
            row | {name: None for name in others if is_later(row.get(name))} for row in rows
        ]
    return found


def features(stage: Stage, company: Company) -> pd.DataFrame:
    stage.filled(company)
    found = pd.concat([stage.members(kind, DAY).assign(member=kind) for kind in KINDS])
    return found[["member", *FEATURES]].sort_index()


WHO = ("a", "b", "c")
PEOPLE = [{"customer_id": who, "region": "North", "kind": "person"} for who in WHO]
around = st.integers(-200, 120).map(lambda n: days(DAY, n))
moments = st.builds(at, around, st.integers(0, 23))
later_or_none = st.none() | moments


def rows_of(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    return st.lists(st.fixed_dictionaries(columns), max_size=7)


def numbered(key: str, rows: Rows) -> Rows:
    return [{key: f"{place}"} | row for place, row in enumerate(rows)]


who = st.sampled_from(WHO)
companies = st.fixed_dictionaries(
    {
        "orders": rows_of(
            customer_id=who, ordered_on=around, amount=st.integers(-50, 90),
            status=st.sampled_from(["paid", "paid", "returned", "open"]),
        ).map(lambda rows: numbered("order_id", rows)),
        "subscriptions": rows_of(
            customer_id=who, started_on=around, ended_on=st.none() | around,
            monthly_amount=st.none() | st.integers(1, 90),
        ).map(lambda rows: numbered("subscription_id", rows)),
        "tickets": rows_of(
            customer_id=who, created_at=moments, is_complaint=st.booleans(),
            first_response_at=later_or_none, resolved_at=later_or_none, closed_at=later_or_none,
        ).map(lambda rows: numbered("ticket_id", rows)),
        "interactions": rows_of(customer_id=who, occurred_at=moments).map(
            lambda rows: numbered("interaction_id", rows)
        ),
        "survey_responses": rows_of(
            customer_id=who, kind=st.sampled_from(["nps", "csat"]), score=st.integers(0, 10),
            responded_at=later_or_none, sent_at=moments,
        ).map(lambda rows: numbered("response_id", rows)),
        "campaign_members": rows_of(
            customer_id=who, campaign_id=st.sampled_from(["x", "y"]),
            arm=st.sampled_from(["A", "control"]), assigned_at=moments, sent_at=later_or_none,
        ).map(lambda rows: numbered("member_id", rows)),
        "customers": st.just(PEOPLE),
    }
)  # fmt: skip


@settings(max_examples=12)
@given(company=companies)
def test_features_are_those_of_what_was_known(stage: Stage, company: Company) -> None:
    then = features(stage, known(company))

    pd.testing.assert_frame_equal(features(stage, company), then)


# One customer of contracts; every table reaches back beyond the windows by way of b.
PLAIN: Company = {
    "customers": PEOPLE,
    "orders": [
        {"order_id": "1", "customer_id": "a", "ordered_on": days(DAY, -60), "amount": 40},
        {"order_id": "2", "customer_id": "a", "ordered_on": days(DAY, -20), "amount": 10},
        {"order_id": "0", "customer_id": "b", "ordered_on": days(DAY, -300), "amount": 1},
    ],
    "subscriptions": [
        {"subscription_id": "1", "customer_id": "a", "started_on": days(DAY, -400),
         "ended_on": days(DAY, -30), "monthly_amount": 20},
        {"subscription_id": "2", "customer_id": "a", "started_on": days(DAY, -30),
         "ended_on": None, "monthly_amount": 30},
        {"subscription_id": "3", "customer_id": "a", "started_on": days(DAY, -90),
         "ended_on": days(DAY, -10), "monthly_amount": 30},
    ],
    "tickets": [
        {"ticket_id": "1", "customer_id": "a", "created_at": at(days(DAY, -5)),
         "is_complaint": True, "first_response_at": at(days(DAY, -4)), "resolved_at": None},
        {"ticket_id": "0", "customer_id": "b", "created_at": at(days(DAY, -300)),
         "is_complaint": False, "first_response_at": None, "resolved_at": None},
    ],
    "interactions": [
        {"interaction_id": "1", "customer_id": "a", "occurred_at": at(days(DAY, -3))},
        {"interaction_id": "0", "customer_id": "b", "occurred_at": at(days(DAY, -300))},
    ],
    "survey_responses": [
        {"response_id": "1", "customer_id": "a", "kind": "nps", "score": 9,
         "responded_at": at(days(DAY, -50))},
        {"response_id": "2", "customer_id": "a", "kind": "nps", "score": 3,
         "responded_at": at(days(DAY, -2))},
    ],
    "campaign_members": [
        {"campaign_id": "x", "member_id": "1", "customer_id": "a", "arm": "A",
         "assigned_at": at(days(DAY, -8))},
        {"campaign_id": "x", "member_id": "0", "customer_id": "b", "arm": "A",
         "assigned_at": at(days(DAY, -300))},
    ],
}  # fmt: skip
# Table, row, column to be moved beyond the day, and what customer a's features become.
MOVES = {
    ("orders", 1, "ordered_on"): {
        "days_since_last_order": 60, "order_days": 1, "order_days_90d": 1, "net_amount_90d": 40,
        "overdue": None,
    },
    ("subscriptions", 0, "ended_on"): {"monthly_amount": 50, "was_upgraded": False},
    ("subscriptions", 2, "ended_on"): {"monthly_amount": 60},
    ("subscriptions", 0, "started_on"): {"contract_age_days": 90, "was_upgraded": False},
    ("tickets", 0, "first_response_at"): {
        "complaint_response_hours": 132, "unanswered_tickets": 1,
    },
    ("tickets", 0, "created_at"): {
        "complaint_response_hours": None, "tickets_90d": 0, "complaints_90d": 0,
    },
    ("interactions", 0, "occurred_at"): {"contacts_90d": 0, "days_since_last_contact": None},
    ("survey_responses", 1, "responded_at"): {"last_nps": 9},
    ("campaign_members", 0, "assigned_at"): {"campaigns_90d": 0},
}  # fmt: skip
AT_FIRST = {
    "days_since_last_order": 20, "days_since_first_order": 60, "order_days": 2,
    "order_days_90d": 2, "order_days_90d_before": 0, "overdue": 0.5, "net_amount_90d": 50,
    "net_amount_90d_before": 0, "returned_share": 0, "contract_age_days": 400,
    "monthly_amount": 30, "was_upgraded": True, "was_downgraded": False, "tickets_90d": 1,
    "complaints_90d": 1, "complaint_response_hours": 24, "unanswered_tickets": 0, "last_nps": 3,
    "last_csat": None, "contacts_90d": 1, "days_since_last_contact": 3, "campaigns_90d": 1,
    "kind": "person", "region": "North", "source": None,
}  # fmt: skip


def of_a(stage: Stage, company: Company) -> dict[str, Any]:
    row = stage.filled(company).members("contract", DAY).loc["a", list(FEATURES)]
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def moved(move: tuple[str, int, str], by: int) -> Company:
    table, place, column = move
    company = deepcopy(PLAIN)
    row = company[table][place]
    day = days(DAY, by)
    row[column] = at(day, 0) if column.endswith("_at") else day
    if column == "started_on":  # a contract that ends before it starts is none
        row["ended_on"] = None
    return company


def test_at_first(stage: Stage) -> None:
    assert of_a(stage, PLAIN) == AT_FIRST


@pytest.mark.parametrize("move", MOVES, ids=str)
def test_a_fact_moved_beyond_the_day_is_forgotten_and_nothing_else(
    stage: Stage, move: tuple[str, int, str]
) -> None:
    assert of_a(stage, moved(move, 1)) == AT_FIRST | MOVES[move]
    assert of_a(stage, moved(move, 70)) == AT_FIRST | MOVES[move]
    assert of_a(stage, PLAIN) == AT_FIRST  # and back


def test_on_the_day_itself_it_is_known(stage: Stage) -> None:
    changed = {
        ("orders", 1, "ordered_on"): {"days_since_last_order": 0, "overdue": 0.0},
        ("tickets", 0, "first_response_at"): {"complaint_response_hours": 108},
        ("interactions", 0, "occurred_at"): {"days_since_last_contact": 0},
    }
    for move, becomes in changed.items():
        assert of_a(stage, moved(move, 0)) == AT_FIRST | becomes, move


def test_what_is_counted_in_a_window_is_missing_where_the_source_begins_later(
    stage: Stage,
) -> None:
    young = {
        table: [row for row in rows if row.get("customer_id") != "b" or table == "customers"]
        for table, rows in PLAIN.items()
    }
    gone = (
        "order_days_90d", "order_days_90d_before", "net_amount_90d", "net_amount_90d_before",
        "tickets_90d", "complaints_90d", "contacts_90d", "campaigns_90d",
    )  # fmt: skip

    assert of_a(stage, young) == AT_FIRST | dict.fromkeys(gone)
