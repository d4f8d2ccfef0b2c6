"""The measured effect: published values, hand counts, coverage, and when there is no verdict."""

import numpy as np
import pandas as pd
import pytest

from analytics.retention_effect import (
    ASSIGNED,
    Effect,
    customers_to_tell,
    hold_back_cost,
    measured_effect,
)
from analytics.share_gap import (
    customers_needed,
    newcombe_interval,
    ratio_of_shares_interval,
    split_p_value,
)


def assigned(contact: tuple[int, int], hold_back: tuple[int, int], gone: int = 0) -> pd.DataFrame:
    """Kept and observed of both arms; each kept customer brought 100; ``gone`` of the contacts."""
    rows = [
        {"arm": arm, "is_kept": at < kept, "net_amount": 100.0 * (at < kept)}
        for arm, (kept, n) in (("contact", contact), ("hold_back", hold_back))
        for at in range(n)
    ] + [{"arm": "contact", "is_kept": None, "net_amount": None}] * gone
    frame = pd.DataFrame(rows, columns=["arm", "is_kept", "net_amount"])
    frame["customer_id"] = [f"c{at}" for at in range(len(frame))]
    return ASSIGNED.conform(frame.astype({"is_kept": "boolean", "net_amount": "float64"}))


def measured(frame: pd.DataFrame, share: float = 0.5, guess: float = 0.2) -> Effect:
    return measured_effect(frame, is_due=True, hold_back_share=share, save_rate_guess=guess)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombes_own_examples(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Table II of Newcombe (1998), method 10."""
    assert newcombe_interval(*counts) == pytest.approx((low, high), abs=5e-5)


def test_a_ratio_of_risks_by_hand() -> None:
    """Aspirin and heart attacks (physicians' health study): exp(0.5977 ± 1.96 · 0.1213)."""
    low, high = ratio_of_shares_interval(189, 11_034, 104, 11_037)

    assert (round(low, 2), round(high, 2)) == (1.43, 2.31)
    assert all(np.isnan(ratio_of_shares_interval(0, 5, 1, 5)))


@pytest.mark.parametrize(
    ("p1", "p2", "share", "needed"),
    [(0.6, 0.5, 0.5, 775), (0.5, 0.6, 0.5, 775), (0.6, 0.6, 0.5, None), (0.6, 0.5, 0.0, None)],
)
def test_how_many_it_takes(p1: float, p2: float, share: float, needed: int | None) -> None:
    """60 % against 50 %: 388 in each group at 5 % and 80 % power, a value of every textbook."""
    assert customers_needed(p1, p2, second_share=share) == needed


def test_the_power_is_as_promised() -> None:
    needed = customers_needed(0.7, 0.5, second_share=0.2)
    assert needed is not None
    rng = np.random.default_rng(1)
    held = round(needed * 0.2)
    ones, others = rng.binomial(needed - held, 0.7, 2_000), rng.binomial(held, 0.5, 2_000)
    found = [
        newcombe_interval(int(a), needed - held, int(b), held)[0] > 0
        for a, b in zip(ones, others, strict=True)
    ]

    assert 0.76 < np.mean(found) < 0.85


def test_a_split_that_is_not_the_planned_one() -> None:
    assert split_p_value(80, 20, second_share=0.2) == 1
    # (30 − 20)² / (100 · 0.2 · 0.8) = 6.25; chi-squared with one degree: 0.0124.
    assert split_p_value(70, 30, second_share=0.2) == pytest.approx(0.0124, abs=5e-5)
    assert np.isnan(split_p_value(0, 0, second_share=0.2))
    assert np.isnan(split_p_value(5, 0, second_share=0.0))


def test_saved_net_of_the_hold_back_by_hand() -> None:
    found = measured(assigned((56, 70), (48, 80)))

    assert found.verdict == "saved"
    assert (found.difference, found.low, found.high) == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )
    assert found.saved == pytest.approx(14)
    assert found.saved_interval == pytest.approx((3.67, 23.37), abs=0.01)
    assert found.save_rate == pytest.approx(0.5)  # 20 % left instead of 40 %
    assert 0 < found.save_rate_low < 0.5 < found.save_rate_high < 1
    assert found.amount == pytest.approx(14 * 100)
    assert 0 < found.amount_low < 14 * 100 < found.amount_high


def test_who_was_not_contacted_counts_and_who_is_not_in_the_data_does_not() -> None:
    found = measured(assigned((56, 70), (48, 80), gone=5))

    assert (found.contact.assigned, found.contact.observed, found.contact.kept) == (75, 70, 56)
    assert found.difference == pytest.approx(0.2)


def test_harm_is_said() -> None:
    found = measured(assigned((48, 80), (56, 70)))

    assert found.verdict == "harmed"
    assert found.more_if_seen is None
    assert found.more_if_guessed is not None
    assert found.save_rate < 0


def test_what_cannot_be_told_says_how_many_more() -> None:
    found = measured(assigned((30, 50), (25, 50)), guess=0.4)

    assert found.verdict == "cannot_tell"
    assert found.more_if_seen == 775 - 100
    # 50 % + 40 % of the other 50 % = 70 % against 50 %.
    needed = customers_needed(0.7, 0.5, second_share=0.5)
    assert needed is not None
    assert found.more_if_guessed == needed - 100


def test_more_are_never_fewer_than_none() -> None:
    found = measured(assigned((70, 100), (57, 100)), guess=0.9)

    assert (found.verdict, found.more_if_guessed) == ("cannot_tell", 0)


def test_nothing_is_observed_before_it_is_due() -> None:
    found = measured_effect(
        assigned((56, 70), (48, 80)), is_due=False, hold_back_share=0.5, save_rate_guess=0.2
    )

    assert (found.verdict, found.contact.assigned, found.hold_back.assigned) == ("not_due", 70, 80)
    assert (found.contact.observed, found.contact.kept) == (0, 0)
    assert np.isnan(found.difference)


@pytest.mark.parametrize(("contact", "hold_back"), [((3, 5), (0, 0)), ((0, 0), (1, 2))])
def test_without_both_arms_there_is_no_effect(
    contact: tuple[int, int], hold_back: tuple[int, int]
) -> None:
    found = measured(assigned(contact, hold_back), share=0.0)

    assert found.verdict == "no_hold_back"
    assert np.isnan(found.difference)


def test_arms_that_are_not_split_as_drawn_get_no_verdict() -> None:
    found = measured(assigned((56, 70), (48, 80)), share=0.2)

    assert found.verdict == "mismatch"
    assert found.split_p < 0.001
    assert np.isnan(found.difference)
    assert np.isnan(found.amount)


def test_extremes_stay_defined() -> None:
    everybody = measured(assigned((30, 30), (30, 30)))
    nobody_left = measured(assigned((30, 30), (10, 30)))

    assert everybody.verdict == "cannot_tell"
    assert (everybody.more_if_seen, everybody.more_if_guessed) == (None, None)
    assert np.isnan(everybody.save_rate)
    assert nobody_left.save_rate == 1
    assert np.isnan(nobody_left.save_rate_low)


def test_money_of_a_few_has_no_interval_and_missing_amounts_are_left_out() -> None:
    assert np.isnan(measured(assigned((10, 19), (10, 19))).amount)
    frame = assigned((20, 40), (10, 40))
    frame.loc[frame.index[:20], "net_amount"] = float("nan")  # all who were kept
    found = measured(frame)

    # 20 known contacts brought nothing, the hold-back 25 each: 40 · −25.
    assert found.amount == pytest.approx(-1_000)


def test_the_same_seed_gives_the_same_interval() -> None:
    frame = assigned((56, 70), (48, 80))

    assert measured(frame) == measured(frame)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(4)
    hits = money = 0
    for _ in range(100):
        called, held = rng.random(160) < 0.6, rng.random(40) < 0.5
        frame = assigned((int(called.sum()), 160), (int(held.sum()), 40))
        found = measured(frame, share=0.2)
        hits += found.low <= 0.1 <= found.high
        money += found.amount_low <= 0.1 * 100 * 160 <= found.amount_high

    # 95 are expected, standard deviation 2.2.
    assert hits >= 89
    assert money >= 88


def test_the_cost_of_holding_back() -> None:
    values = pd.Series([100.0, 200.0, float("nan"), 700.0])

    assert hold_back_cost(values, share=0.2, save_rate=0.5) == pytest.approx(100)
    assert hold_back_cost(values, share=0.2, save_rate=0.5, offer_cost=25) == pytest.approx(80)
    assert hold_back_cost(values, share=0.2, save_rate=0.5, offer_cost=250) == pytest.approx(-100)
    assert hold_back_cost(values, share=0.0, save_rate=0.5) == 0
    assert hold_back_cost(values[:0], share=0.2, save_rate=0.5) == 0


def test_before_the_draw_it_is_known_how_many_it_takes() -> None:
    # Of 4 in 10 who would leave a quarter is saved: 70 % kept against 60 %.
    assert customers_to_tell(0.4, 0.25, hold_back_share=0.2) == customers_needed(
        0.7, 0.6, second_share=0.2
    )
    fewer = customers_to_tell(0.4, 0.25, hold_back_share=0.5)
    assert fewer == 712  # 356 in each arm (Fleiss, without correction)
    assert customers_to_tell(0.0, 0.25, hold_back_share=0.2) is None
    assert customers_to_tell(0.4, 0.25, hold_back_share=0.0) is None
    assert customers_to_tell(float("nan"), 0.25, hold_back_share=0.2) is None
