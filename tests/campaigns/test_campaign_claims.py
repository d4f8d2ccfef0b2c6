"""What is claimed of campaigns: known answers, refusals, and how often intervals are right."""

import numpy as np
import pandas as pd
import pytest

from analytics.campaign_claims import campaign_claims, campaign_roi, pooled_lift
from analytics.campaign_figures import with_rates, with_returns
from analytics.experiment_arms import likely_control
from crm_data.queries.campaigns import CAMPAIGN_OUTCOMES

SEEDS = 200


def arms(campaign: str = "k", **counts: tuple[int, int]) -> pd.DataFrame:
    """Members and converted by arm; each buyer spends 10 and brings 4."""
    rows = [
        {
            "campaign_id": campaign, "arm": arm, "assigned_on": pd.Timestamp("2026-01-01"),
            "window_end_on": pd.Timestamp("2026-01-14"), "members": n, "sent": n, "reached": n,
            "opened": n, "clicked": 0, "responded": 0, "converted": x, "unsubscribed": 0,
            "complained": 0, "over": n, "buyers": x, "valued": n, "net_amount": 10.0 * x,
            "net_amount_sq": 100.0 * x, "costed": n, "margin": 4.0 * x, "margin_sq": 16.0 * x,
        }
        for arm, (n, x) in counts.items()
    ]  # fmt: skip
    return CAMPAIGN_OUTCOMES.conform(pd.DataFrame(rows))


def claim(frame: pd.DataFrame, outcome: str = "conversion", **more: object) -> pd.Series:
    found = campaign_claims(frame, **more)  # type: ignore[arg-type]  # planned
    return found[found["outcome"] == outcome].iloc[0]


def test_newcombes_published_interval() -> None:
    # R. G. Newcombe (1998), table II, example (a), method 10: 56/70 - 48/80.
    row = claim(arms(A=(70, 56), control=(80, 48)))

    assert row["grade"] == "A"
    assert [round(float(row[n]), 4) for n in ("effect", "low", "high")] == [0.2, 0.0524, 0.3339]
    assert row["verdict"] == "higher"
    assert row["total"] == pytest.approx(14)
    assert row["total_low"] == pytest.approx(70 * row["low"])


def test_welchs_interval_against_an_independent_one() -> None:
    from scipy import stats

    row = claim(arms(A=(70, 56), control=(80, 48)), "margin")
    one, base = np.repeat([4.0, 0.0], [56, 14]), np.repeat([4.0, 0.0], [48, 32])
    known = stats.ttest_ind(one, base, equal_var=False)
    low, high = known.confidence_interval(0.95)

    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["p_value"] == pytest.approx(known.pvalue)


def test_several_arms_are_taken_together_against_the_control() -> None:
    together = claim(arms(A=(40, 30), B=(30, 26), control=(80, 48)))

    assert together["effect"] == pytest.approx(56 / 70 - 48 / 80)
    assert (together["treated"], together["control"]) == (70, 80)


def test_an_interval_with_zero_is_compatible_with_no_effect() -> None:
    assert claim(arms(A=(70, 43), control=(80, 48)))["verdict"] == "no_effect"
    assert claim(arms(A=(70, 10), control=(80, 48)))["verdict"] == "lower"


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"A": (70, 56)}, "one_arm"),
        ({"A": (70, 56), "B": (80, 48)}, "which_control"),
        ({"control": (70, 56), "holdout": (80, 48)}, "which_control"),
    ],
)
def test_without_one_control_nothing_is_claimed(counts: dict, reason: str) -> None:
    row = claim(arms(**counts))

    assert (row["grade"], row["reason"], row["verdict"]) == ("C", reason, "cannot_tell")
    assert np.isnan([row["effect"], row["low"], row["total"]]).all()


def test_sizes_that_are_not_as_planned_block_the_claim() -> None:
    frame = arms(A=(700, 56), control=(500, 48))

    assert claim(frame)["grade"] == "A"
    assert claim(frame, planned={"k": {"A": 7, "control": 5}})["grade"] == "A"
    blocked = claim(frame, planned={"k": {"A": 1, "control": 1}})
    assert (blocked["grade"], blocked["reason"]) == ("C", "sample_ratio")


def test_names_of_controls() -> None:
    assert likely_control(["A", "Holdout"]) == "Holdout"
    assert likely_control(["No E-Mail", "Mens E-Mail"]) == "No E-Mail"
    assert likely_control(["对照组", "A"]) == "对照组"
    assert likely_control(["A", "B"]) == ""


def test_roi_carries_the_interval_of_the_margin() -> None:
    assert campaign_roi(300, 100, 500, 200) == (0.5, -0.5, 1.5)
    assert np.isnan(campaign_roi(300, 100, 500, 0)).all()
    assert np.isnan(campaign_roi(300, 100, 500, float("nan"))).all()


def test_a_pooled_lift_weighs_by_members_treated() -> None:
    frame = pd.concat([arms("k", A=(100, 30), control=(100, 10)),
                       arms("m", A=(300, 30), control=(300, 30)), arms("x", A=(9, 3))])  # fmt: skip
    claims = campaign_claims(frame)
    value, low, high = pooled_lift(claims[claims["outcome"] == "conversion"])

    assert value == pytest.approx(0.25 * 0.2)
    assert low < value < high
    one = claims[(claims["outcome"] == "conversion") & (claims["campaign_id"] == "k")]
    assert pooled_lift(one) == pytest.approx(tuple(one[["effect", "low", "high"]].iloc[0]))
    assert np.isnan(pooled_lift(claims[claims["campaign_id"] == "x"])).all()


def test_rates_and_ratios_of_nothing_are_not_defined() -> None:
    sums = pd.DataFrame(
        {"cost": [10.0, 0.0], "margin": [30.0, 5.0], "net_amount": [50.0, 5.0], "leads": [5, 0],
         "uncosted_orders": [1, 0],
         "new_customers": [2, 0], "sent": [10, 0], "reached": [8, 0], "responded": [2, 0]}
    )  # fmt: skip
    new = pd.DataFrame(
        {"new_margin": [40.0, 0.0], "days": [60.875, 0], "valued": [2, 0],
         "expected_value": [30.0, 0.0]}
    )  # fmt: skip
    found = with_returns(with_rates(sums), new)

    first, none = found.iloc[0], found.iloc[1]
    names = ["roi", "roas", "cac", "cost_per_lead", "payback", "ltv_to_cac"]
    assert first[names].tolist() == pytest.approx([2, 5, 5, 2, 0.25, 3])
    assert none[names].isna().all()
    assert first["response_rate"] == 0.25
    assert np.isnan(none["response_rate"])
    # Nobody knows the margin where no order has a cost; it is not a loss of all that was spent.
    without = with_returns(with_rates(sums.assign(margin=0.0)), new)
    assert without["roi"].isna().all()


@pytest.mark.parametrize("lift", [0.08, 0.0])
def test_intervals_hold_the_truth_in_93_to_97_of_100_companies(lift: float) -> None:
    """Companies are drawn as the sample's: the lift is planted among those who would not buy."""
    held, told = 0, 0
    for seed in range(SEEDS):
        rng = np.random.default_rng(1_000 + seed)
        treated = int(rng.binomial(1_450, 0.65))
        sizes = {"A": treated, "control": 1_450 - treated}
        bought = {arm: int(rng.binomial(n, 0.05)) for arm, n in sizes.items()}
        bought["A"] += round(lift * treated)
        row = claim(arms(**{arm: (n, bought[arm]) for arm, n in sizes.items()}))
        held += row["low"] <= lift <= row["high"]
        told += row["verdict"] == "higher"

    assert 0.93 * SEEDS <= held <= 0.97 * SEEDS
    assert told == SEEDS if lift else told <= 0.05 * SEEDS
