"""What is read of customers around a campaign, counted by hand.

a was written to on 5 January 2026, and bought on the 5th, the 18th (in the days of the campaign)
and the 19th (after); 10 came back on the 8th. b became a customer a month before and bought twice
on the day before; c bought 14 days before at a cost that is not known; d came on the day itself and
is not known before; e and f were written to by another campaign in these days, c was its control.
"""

from datetime import date
from math import exp

import pandas as pd
import pytest

from crm_data.app_db import dispose
from crm_data.marts.score_inputs_matched import (
    MATCH_CAMPAIGNS,
    MATCH_CAMPAIGNS_SQL,
    MatchDays,
    match_people_spec,
    match_people_sql,
)
from crm_data.settings import Settings
from tests.matched.shop import FIRST, hand_tables, published

DAYS = MatchDays("k", FIRST, 14, 2, 1)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    found = {}

    def keep(store):
        found["campaigns"] = store.frame(MATCH_CAMPAIGNS_SQL, MATCH_CAMPAIGNS)
        found["people"] = store.frame(match_people_sql(DAYS), match_people_spec(DAYS))
        found["quoted"] = store.frame(
            match_people_sql(MatchDays("it's", FIRST, 14, 1, 0)),
            match_people_spec(MatchDays("it's", FIRST, 14, 1, 0)),
        )

    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("hand"))})
    published(settings, hand_tables(), keep)
    yield found
    dispose(settings)


@pytest.fixture
def people(read) -> pd.DataFrame:
    return read["people"].set_index("customer_id")


def counted(value: float) -> float:
    """A logarithm of one more, undone."""
    return exp(value) - 1


def test_who_is_compared(people):
    assert people.index.tolist() == ["a", "b", "c", "e", "f"]
    assert people["contacted"].to_dict() == {
        "a": True, "b": False, "c": False, "e": False, "f": True,
    }  # fmt: skip
    assert people["is_met_elsewhere"].to_dict() == {
        "a": False, "b": False, "c": False, "e": True, "f": True,
    }  # fmt: skip
    assert people["side_size"].to_dict() == {"a": 1, "b": 2, "c": 2, "e": 1, "f": 1}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("order_days", {"a": 2, "b": 1, "c": 1}),
        ("order_days_365d", {"a": 1, "b": 1, "c": 1}),
        ("order_days_90d", {"a": 1, "b": 1, "c": 1}),
        ("net_amount", {"a": 150, "b": 100, "c": 80}),
        ("net_amount_365d", {"a": 50, "b": 100, "c": 80}),
        ("days_since", {"a": 10, "b": 1, "c": 14}),
        ("silence", {"a": 10 * 2 / 731, "b": 1 / 30, "c": 14 / 365}),
        ("tenure_days", {"a": 731, "b": 30, "c": 365}),
        ("messages_90d", {"a": 1, "b": 0, "c": 0}),
        ("complaints_365d", {"a": 1, "b": 0, "c": 0}),
    ],
)
def test_what_was_known_the_day_before(people, field, values):
    assert {who: counted(people.loc[who, field]) for who in values} == pytest.approx(values)


def test_kinds_of_customers(people):
    assert people["stage"].to_dict() == {
        "a": "several", "b": "one", "c": "one", "e": "none", "f": "none",
    }  # fmt: skip
    assert people["has_contract"].to_dict()["a"] == "yes"
    assert people.loc["b", ["has_contract", "is_recent"]].tolist() == ["no", "yes"]
    assert people.loc["c", "is_recent"] == "no"


def test_outcomes_by_period(people):
    """Periods of 14 days: 8 to 21 December, 22 December to 4 January, the campaign's, one more."""
    names = [f"conversion_{k}" for k in range(4)]
    assert people.loc["a", names].tolist() == [0, 1, 1, 1]
    assert people.loc["b", names].tolist() == [0, 1, 0, 0]
    assert people.loc["a", [f"revenue_{k}" for k in range(4)]].tolist() == [0, 50, 40, 7]
    assert people.loc["a", [f"margin_{k}" for k in range(4)]].tolist() == [0, 25, 20, 3.5]
    assert people.loc["c", "revenue_1"] == 80
    assert pd.isna(people.loc["c", "margin_1"])
    assert people.loc["c", "margin_2"] == 0


def test_campaigns_and_their_days(read):
    found = read["campaigns"].set_index("campaign_id")
    assert found.index.tolist() == ["k", "other", "gone"]
    assert found["arms"].to_dict() == {"k": '["A"]', "other": '["A","control"]', "gone": '["A"]'}
    assert found.loc["k", "window_end_on"].date() == date(2026, 1, 18)
    assert found.loc["k", "customers"] == 2
    assert found.loc["k", "known_on"].date() == date(2026, 2, 10)
    assert found.loc["k", "orders_on"].date() == date(2024, 6, 1)


def test_a_name_with_a_quote_is_a_name(read):
    assert not read["quoted"]["contacted"].any()
