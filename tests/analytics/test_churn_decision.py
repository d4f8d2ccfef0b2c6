"""Whom to contact: by hand, against brute force, with uncertainty."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn_decision import SaveRate, decide
from analytics.churn_save_rate import MeasuredSaveRate
from crm_data.errors import BadInputError

P = np.array([0.9, 0.1, 0.5, 0.5])
MARGIN = np.array([100.0, 1000.0, 100.0, 40.0])
MEASURED = MeasuredSaveRate(0.2, 0.1, 0.3)
BINS = pd.DataFrame({"predicted": [0.1, 0.5], "observed": [0.1, 0.4], "n": [900, 100]})
MEASURED_LOW = MeasuredSaveRate(0.1, 0.05, 0.15)


def test_the_gain_by_hand() -> None:
    # At stake: 90, 100, 50, 20; a fifth is saved: 18, 20, 10, 4; the offer costs 12.
    found = decide(P, MARGIN, offer_cost=12.0, save_rate=SaveRate(0.2))

    assert found.order.tolist() == [1, 0, 2, 3]
    assert found.curve["contacted"].tolist() == [0, 1, 2, 3, 4]
    assert found.curve["gain"].tolist() == pytest.approx([0, 8, 14, 12, 4])
    assert found.curve["cost"].tolist() == [0, 12, 24, 36, 48]
    assert found.curve["saved"].tolist() == pytest.approx([0, 0.02, 0.2, 0.3, 0.4])
    assert (found.verdict, found.best_n, found.unlimited_n) == ("contact", 2, 2)
    assert found.threshold == pytest.approx(60.0)
    # A guess and no calibration: nothing is uncertain.
    assert (found.gain_low, found.gain, found.gain_high) == pytest.approx((14, 14, 14))
    assert (found.best_low, found.best_high) == (2, 2)


def test_capacity_limits_the_list_and_says_what_it_costs() -> None:
    found = decide(P, MARGIN, offer_cost=12.0, save_rate=SaveRate(0.2), capacity=1)

    assert (found.best_n, found.unlimited_n, found.gain) == (1, 2, pytest.approx(8))
    assert (found.best_low, found.best_high) == (1, 1)
    nobody = decide(P, MARGIN, offer_cost=12.0, save_rate=SaveRate(0.2), capacity=0)
    assert (nobody.best_n, nobody.verdict) == (0, "no_contact_pays")


@pytest.mark.parametrize("save_rate", [SaveRate(0.1), SaveRate(0.0), MEASURED_LOW])
def test_no_contact_pays_is_an_answer(save_rate: SaveRate | MeasuredSaveRate) -> None:
    found = decide(P, MARGIN, offer_cost=12.0, save_rate=save_rate)

    assert (found.verdict, found.best_n, found.gain) == ("no_contact_pays", 0, 0.0)
    assert found.best_low == 0
    assert found.gain_low == found.gain_high == 0.0
    assert found.threshold == (12.0 / save_rate.value if save_rate.value else np.inf)


def test_the_best_number_is_that_of_brute_force() -> None:
    rng = np.random.default_rng(13)
    p, margin = rng.beta(1, 5, 1234), rng.lognormal(4, 1, 1234)
    found = decide(p, margin, offer_cost=5.0, save_rate=SaveRate(0.3))
    gains = 0.3 * np.cumsum(np.sort(p * margin)[::-1]) - 5.0 * np.arange(1, 1235)

    assert found.best_n == int(np.argmax(gains)) + 1
    assert found.gain == pytest.approx(gains.max())
    chosen = found.order[: found.best_n]
    assert (p * margin)[chosen].min() > found.threshold
    assert np.delete(p * margin, chosen).max() <= found.threshold
    assert len(found.curve) <= 203
    assert found.gain == found.curve["gain"].max()


def test_the_curve_is_that_of_a_plain_loop_with_equals_in_their_order() -> None:
    rng = np.random.default_rng(15)
    p, margin = rng.integers(0, 11, 500) / 10, rng.integers(1, 4, 500) * 100.0
    found = decide(p, margin, offer_cost=5.0, save_rate=SaveRate(0.5), reliability=BINS)
    order = sorted(range(500), key=lambda one: (-p[one] * margin[one], one))

    assert found.order.tolist() == order
    for row in found.curve.itertuples():
        first = order[: int(row.contacted)]
        assert row.saved == pytest.approx(0.5 * p[first].sum())
        assert row.gain == pytest.approx(0.5 * (p * margin)[first].sum() - 5.0 * len(first))


def test_a_measured_save_rate_makes_the_gain_as_uncertain() -> None:
    p = np.full(1000, 0.5)
    found = decide(p, 100.0, offer_cost=6.0, save_rate=MEASURED)

    # 50 000 at stake: 10 000 are saved (5 000 to 15 000), for 6 000.
    assert (found.verdict, found.best_n, found.gain) == ("uncertain", 1000, pytest.approx(4000))
    assert found.gain_low == pytest.approx(-1000, abs=700)
    assert found.gain_high == pytest.approx(9000, abs=700)
    assert (found.best_low, found.best_high) == (0, 1000)
    sure = decide(p, 100.0, offer_cost=1.0, save_rate=MEASURED)
    assert sure.verdict == "contact"
    assert sure.best_low == 1000


def test_a_guess_is_always_itself() -> None:
    assert SaveRate(0.3).draws(np.random.default_rng(1), 3).tolist() == [0.3] * 3


def test_calibration_makes_the_gain_uncertain_and_leaves_its_mean() -> None:
    p = np.array([0.1] * 500 + [0.5] * 100)
    found = decide(p, 100.0, offer_cost=0.0, save_rate=SaveRate(0.5), reliability=BINS)

    assert found.gain == pytest.approx(0.5 * (5000 + 5000))
    # Bins are off by 10 % (chance), and by root of 0.05^2 + 0.1^2 over 0.5, which is 22 %.
    error = 0.5 * 5000 * np.hypot(0.1, np.sqrt(0.0025 + 0.01) / 0.5)
    assert found.gain_high - found.gain_low == pytest.approx(2 * 1.96 * error, rel=0.05)
    only_high = decide(p[500:], 100.0, offer_cost=0.0, save_rate=SaveRate(0.5), reliability=BINS)
    assert only_high.gain_high - only_high.gain_low == pytest.approx(
        2 * 1.96 * 0.5 * 5000 * np.sqrt(0.0125) / 0.5, rel=0.05
    )


def test_the_same_customers_give_the_same_decision_whatever_their_order() -> None:
    rng = np.random.default_rng(14)
    p, margin = rng.random(300), rng.random(300) * 100
    order = rng.permutation(300)
    one, other = (
        decide(a, b, offer_cost=5.0, save_rate=MEASURED, reliability=BINS)
        for a, b in ((p, margin), (p[order], margin[order]))
    )

    assert (one.best_n, one.gain, one.gain_low) == (
        other.best_n, pytest.approx(other.gain), pytest.approx(other.gain_low),
    )  # fmt: skip
    assert one.order.tolist() == order[other.order].tolist()


def test_nobody_is_a_decision_too() -> None:
    found = decide([], 10.0, offer_cost=1.0, save_rate=SaveRate(0.5))

    assert (found.best_n, found.verdict) == (0, "no_contact_pays")
    assert found.curve["contacted"].tolist() == [0]


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_a_save_rate_is_a_share(value: float) -> None:
    with pytest.raises(BadInputError) as refused:
        SaveRate(value)
    assert refused.value.code == "churn_save_rate"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"probability": [0.5, 1.1]}, "churn_probability"),
        ({"probability": [0.5, np.nan]}, "churn_probability"),
        ({"margin": [1.0, -1.0]}, "churn_margin"),
        ({"margin": [1.0, np.nan]}, "churn_margin"),
        ({"margin": [1.0, 2.0, 3.0]}, "churn_margin"),
        ({"offer_cost": -1.0}, "churn_offer_cost"),
        ({"offer_cost": np.inf}, "churn_offer_cost"),
        ({"capacity": -1}, "churn_capacity"),
    ],
)
def test_amounts_that_are_none_are_refused(change: dict, code: str) -> None:
    given = {"probability": [0.5, 0.5], "margin": 10.0, "offer_cost": 1.0, **change}
    with pytest.raises(BadInputError) as refused:
        decide(save_rate=SaveRate(0.2), **given)

    assert refused.value.code == code
