"""How many to contact, rules and words: counted by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.contact_words import names_the_contact
from analytics.response_choice import (
    Terms,
    at_number,
    best_number,
    caused_curve,
    expected_curve,
    level_spread,
)
from analytics.response_model import Contacts, ResponseRules, refused_for_uplift, requirements

BINS = pd.DataFrame({"customers": [10, 10, 20], "expected": [4.0, 1.0, 1.0]})


def test_expected_by_hand() -> None:
    found = expected_curve(BINS, Terms(cost=2.0, value=10.0), spread=float("nan"), misses=0)

    assert found["contacted"].tolist() == [0, 10, 20, 40]
    assert found["expected"].tolist() == [0, 4, 5, 6]
    assert found["profit"].tolist() == [0, 20, 10, -20]
    assert found["at_random"].tolist() == [0, 1.5, 3, 6]
    assert best_number(found) == 10
    assert found["low"].iloc[1] == pytest.approx(4 - 1.959964 * 2)
    assert found["high"].iloc[1] == pytest.approx(4 + 1.959964 * 2)
    assert at_number(found, 15)["expected"] == 4.5
    assert best_number(expected_curve(BINS, Terms(9.0, 10.0), spread=0.0, misses=0)) == 0


def test_the_level_of_the_next_campaign_widens_the_interval() -> None:
    plain = expected_curve(BINS, Terms(1, 1), spread=0.0, misses=8)
    wide = expected_curve(BINS, Terms(1, 1), spread=0.5, misses=8)

    assert wide["high"].iloc[-1] - 6 == pytest.approx(2.306004 * (6 + 9) ** 0.5)
    assert plain["high"].iloc[-1] - 6 == pytest.approx(2.306004 * 6**0.5)
    assert wide["low"].min() == 0
    assert wide["high"].iloc[1] <= 10


def test_levels_by_hand() -> None:
    # mean before: 0.1, then 0.15; misses +1 and +1/3 less what counts explain
    spread, n = level_spread(np.array([10, 20, 30]), np.array([100, 100, 150]))
    expected = np.array([10, 0.15 * 150])
    miss = np.array([20, 30]) / expected - 1
    chance = 1 / expected + 1 / np.array([10, 30])
    assert n == 2
    assert spread == pytest.approx(np.sqrt((miss**2 - chance).mean()))
    assert np.isnan(level_spread(np.array([1, 2]), np.array([9, 9]))[0])
    assert level_spread(np.array([10, 10, 10]), np.array([100, 100, 100])) == (0.0, 2)


def test_an_experiment_is_brought_to_so_many_customers() -> None:
    curve = pd.DataFrame(
        {"share": [0, 0.5, 1.0], "caused": [0, 0.1, 0.08], "low": [0, 0.05, 0.02],
         "high": [0, 0.15, 0.14], "at_random": [0, 0.04, 0.08]}
    )  # fmt: skip
    found = caused_curve(curve, 1_000, Terms(cost=1.0, value=10.0))

    assert found["expected"].tolist() == [0, 100, 80]
    assert found["profit"].tolist() == [0, 500, -200]
    assert found["profit_low"].tolist() == [0, 0, -800]
    assert best_number(found) == 500


@pytest.mark.parametrize(
    "name",
    [
        "attributes.duration",
        "Call Duration (s)",
        "talk time",
        "attributes.call_outcome",
        "通话时长",
    ],
)
def test_names_of_the_contact_itself(name: str) -> None:
    assert names_the_contact(name)


@pytest.mark.parametrize(
    "name", ["attributes.balance", "previous response", "last call duration", "上次通话时长",
             "productivity"],
)  # fmt: skip
def test_names_of_other_things(name: str) -> None:
    assert not names_the_contact(name)


def contacts(days: list[int], responded: list[bool]) -> Contacts:
    on = pd.to_datetime([f"2025-01-{day:02d}" for day in days]).to_numpy()
    rows = pd.DataFrame({"x": np.arange(len(days), dtype="float64")})
    return Contacts(rows, np.arange(len(days)).astype(object), on, np.array(responded))


def test_the_last_campaigns_judge() -> None:
    found = contacts([1, 1, 2, 2, 3, 3], [True, False] * 3)

    assert found.is_judged.tolist() == [False] * 4 + [True] * 2
    counts = {one.name: one.found for one in requirements(found)}
    assert counts == {
        "learnt_responded": 2, "learnt_silent": 2, "judged_responded": 1, "judged_silent": 1,
    }  # fmt: skip
    only = contacts([1, 1], [True, False])
    assert not only.is_judged.any()
    assert {one.name: one.found for one in requirements(only)} == {"responded": 1, "silent": 1}


def test_what_differs_between_arms_drawn_by_lot_was_written_afterwards() -> None:
    rng = np.random.default_rng(5)
    treated = rng.random(2_000) < 0.5
    rows = pd.DataFrame(
        {"opened": np.where(treated & (rng.random(2_000) < 0.5), "a", "b"),
         "age": rng.random(2_000),
         "asked": rng.random(2_000)}
    )  # fmt: skip
    rules = ResponseRules(known_after=("asked",))
    found = refused_for_uplift(rows, treated, ["opened", "age"], rules)
    assert dict(zip(found["field"], found["reason"], strict=True)) == {
        "opened": "named", "asked": "declared"
    }  # fmt: skip
    renamed = rows.rename(columns={"opened": "state"})
    found = refused_for_uplift(renamed, treated, ["state", "age"], ResponseRules())
    assert dict(zip(found["field"], found["reason"], strict=True)) == {"state": "unbalanced"}
    trusted = refused_for_uplift(
        renamed, treated, ["state"], ResponseRules(known_before=("state",))
    )
    assert trusted.empty


def test_rules_are_checked() -> None:
    stored = ResponseRules(("a",), ("b",)).as_stored()
    assert ResponseRules.from_stored({**stored, "gone": 1}) == ResponseRules(("a",), ("b",))
    assert ResponseRules.from_stored(None) == ResponseRules()
    with pytest.raises(ValueError, match="known_after"):
        ResponseRules.from_stored({"known_after": "duration"})
