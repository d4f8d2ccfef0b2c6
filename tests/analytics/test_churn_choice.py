"""Whom a decision chooses, by hand: value unknown and customers of running lists stay out."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn_choice import STAKES, Terms, choose, guessed_cost
from analytics.churn_decision import SaveRate
from crm_data.errors import BadInputError

PEOPLE = STAKES.conform(
    pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "e"],
            "churn_probability": [0.9, 0.1, 0.5, 0.5, 0.99],
            "value_at_stake": [200.0, 2000.0, 200.0, 80.0, np.nan],
        }
    )
)
TERMS = Terms(offer_cost=12.0, margin_share=0.5, save_rate=SaveRate(0.2))


def test_margin_is_a_share_of_value_and_the_unvalued_stay_out() -> None:
    # At stake: a 90, b 100, c 50, d 20; a fifth is saved: 18, 20, 10, 4 against 12.
    found = choose(PEOPLE, TERMS)

    assert found.customer_ids == ("b", "a")
    assert (found.first_ids(1), found.first_ids(5, after=1)) == (("b",), ("a",))
    assert found.decision.order.tolist() == [1, 0]
    assert (found.scored, found.unvalued, found.busy) == (5, 1, 0)
    assert found.at_stake == pytest.approx(260)
    assert found.decision.gain == pytest.approx(14)


def test_customers_of_running_lists_stay_out() -> None:
    found = choose(PEOPLE, TERMS, busy={"b", "e", "gone"})

    assert found.customer_ids == ("a",)
    assert (found.scored, found.unvalued, found.busy) == (5, 1, 1)
    assert found.at_stake == pytest.approx(160)
    assert choose(PEOPLE, TERMS, busy={"a"}).customer_ids == ("b",)


def test_nobody_to_choose_from_is_no_error() -> None:
    for found in (choose(PEOPLE[:0], TERMS), choose(PEOPLE[:1], TERMS, busy=["a"])):
        assert found.customer_ids == ()
        assert found.decision.verdict == "no_contact_pays"


def test_capacity_and_bad_terms() -> None:
    one = choose(PEOPLE, Terms(12.0, 0.5, SaveRate(0.2), capacity=1))
    assert one.customer_ids == ("b",)
    with pytest.raises(BadInputError):
        choose(PEOPLE, Terms(-1.0, 0.5, SaveRate(0.2)))


def test_the_first_cost_has_one_digit() -> None:
    assert guessed_cost(PEOPLE) == 2.0  # a hundredth of 200
    assert guessed_cost(PEOPLE[4:]) == 0.0
