"""The sample company: what was planted is found, and how well it is foretold is said honestly."""

import json
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sample_data.generate import DEFAULT_END, generate
from scoring import churn
from tests.churn_model.stage import READ, Stage

WAIT = "complaint_response_hours"
RULES = {"churn": {"silence_days": 150}}
Sample = tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]


def scored(customers: int, seed: int, end: date) -> Sample:
    """The cards, the scores by customer, and the waits of holders of contracts as of the end."""
    company = generate(customers=customers, seed=seed, end=end)
    stage = Stage(RULES).filled({name: company.frames[name] for name in READ})
    everybody = stage.customers()
    found = churn.step(stage.store, everybody, end)
    rows = everybody.join(found.columns).set_index("customer_id")
    return dict(found.cards), rows, stage.members("contract", end)


@pytest.fixture(scope="module")
def sample() -> Sample:
    return scored(5_000, 1, DEFAULT_END)


def the_driver_is_first(sample: Sample) -> None:
    cards, rows, holders = sample
    assert cards["churn_contract"]["verdict"] == "useful"
    slow = holders.index[holders[WAIT] > 48]
    first = rows.loc[slow, "churn_reasons"].map(lambda text: (json.loads(text) or [None])[0])

    assert cards["churn_contract"]["importance"][0]["field"] == WAIT
    assert (first == f"{WAIT}:high").mean() > 0.8


def test_the_planted_driver_is_the_first_reason(sample: Sample) -> None:
    the_driver_is_first(sample)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "end"), [(3, date(2026, 11, 18)), (4, date(2026, 11, 25))])
def test_the_driver_is_found_in_other_smaller_companies(seed: int, end: date) -> None:
    """Two seeds and ends in which a weaker driver stayed unproven."""
    the_driver_is_first(scored(4_000, seed, end))


def test_both_ways_of_leaving_are_foretold(sample: Sample) -> None:
    cards, _, _ = sample
    contract, silence = cards["churn_contract"], cards["churn_silence"]

    assert (contract["verdict"], silence["verdict"]) == ("useful", "useful")
    assert 0.6 < contract["auc_low"] < contract["auc"] < 0.75
    assert 0.7 < silence["auc"] < 0.8
    for card in (contract, silence):
        assert card["ece"] < 0.05
        for one in card["turned_out"]:
            spread = np.sqrt(one["predicted"] * (1 - one["predicted"] / one["members"]))
            assert abs(one["predicted"] - one["left"]) < 3 * spread
        assert not [one for one in card["leaks"] if not one["is_used"]]


def test_a_horizon_apart_and_never_of_what_is_not_known_yet(sample: Sample) -> None:
    cards, _, _ = sample

    for kind, horizon in (("contract", 90), ("silence", 150)):
        days = [one["on"] for one in cards[f"churn_{kind}"]["dates"]]
        gaps = {(after - before).days for before, after in pairwise(days)}
        assert gaps == {horizon}
        assert (DEFAULT_END - days[-1]).days >= horizon
