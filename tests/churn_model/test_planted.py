"""The sample company: what was planted is found, and how well it is foretold is said honestly."""

import json
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


@pytest.fixture(scope="module")
def sample() -> Sample:
    """The cards, the scores by customer, and the waits of holders of contracts as of the end."""
    company = generate()
    stage = Stage(RULES).filled({name: company.frames[name] for name in READ})
    customers = stage.customers()
    found = churn.step(stage.store, customers, DEFAULT_END)
    rows = customers.join(found.columns).set_index("customer_id")
    return dict(found.cards), rows, stage.members("contract", DEFAULT_END)


def test_the_planted_driver_is_the_first_reason(sample: Sample) -> None:
    cards, rows, holders = sample
    slow = holders.index[holders[WAIT] > 48]
    first = rows.loc[slow, "churn_reasons"].map(lambda text: (json.loads(text) or [None])[0])

    assert cards["churn_contract"]["importance"][0]["field"] == WAIT
    assert (first == f"{WAIT}:high").mean() > 0.8


def test_contracts_are_foretold_a_little_and_silence_better(sample: Sample) -> None:
    cards, _, _ = sample
    contract, silence = cards["churn_contract"], cards["churn_silence"]

    assert (contract["verdict"], silence["verdict"]) == ("useful", "useful")
    assert 0.5 < contract["auc_low"] < contract["auc"] < 0.65
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
