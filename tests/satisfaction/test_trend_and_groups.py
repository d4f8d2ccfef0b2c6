"""Noise and change, groups drawn together, weights, what came later."""

import numpy as np
import pandas as pd
import pytest

from analytics.group_means import group_means
from analytics.satisfaction_behaviour import did_later
from analytics.satisfaction_trend import trend
from analytics.satisfaction_weights import rake, weighted_score


def _months(shares: list[float], answers: int = 200) -> pd.DataFrame:
    rows = []
    for month, share in enumerate(shares):
        happy = round(share * answers)
        rows += [(month, 5, happy), (month, 2, answers - happy)]
    return pd.DataFrame(rows, columns=["period", "score", "answers"])


def test_a_month_outside_the_limits_is_a_change_and_a_ripple_is_noise() -> None:
    calm = [0.80, 0.83, 0.78, 0.81, 0.79, 0.82, 0.80, 0.77, 0.81]

    found = trend(_months([*calm, 0.60]), "csat", 5)

    assert found.periods["verdict"].tolist() == ["noise"] * 9 + ["change"]
    assert found.changes == 1
    # All answers: (sum of the shares) / 10.
    assert found.centre == pytest.approx(0.781)
    assert found.periods["change"].iloc[9] == pytest.approx(-0.21)
    assert found.periods["p_adjusted"].iloc[9] < 0.001
    assert found.periods["p_adjusted"].iloc[1] > 0.5


def test_limits_by_hand_and_the_unfinished_period_is_not_judged() -> None:
    found = trend(_months([0.8] * 8 + [0.1]), "csat", 5, unfinished=8)

    # Within each month n·p·(1 - p) = 200 · 0.16 over 199 degrees; three standard errors.
    half = 3 * np.sqrt(200 * 0.16 / 199 / 200)
    assert found.periods["lower"].iloc[0] == pytest.approx(0.8 - half)
    assert found.periods["verdict"].iloc[8] == "unfinished"
    assert found.widened == 1


def test_with_few_months_nothing_can_be_told() -> None:
    found = trend(_months([0.8] * 6 + [0.2]), "csat", 5)

    assert set(found.periods["verdict"]) == {"cannot_tell"}


def test_months_that_differ_by_more_than_their_answers_widen_the_limits() -> None:
    restless = [0.70, 0.90, 0.72, 0.88, 0.69, 0.91, 0.71, 0.90, 0.70, 0.89]

    found = trend(_months(restless, answers=1000), "csat", 5)

    assert found.widened > 5
    assert found.changes == 0


def _agents(means: dict[str, tuple[int, float]], scatter: float = 1.0) -> pd.DataFrame:
    rows = [(name, n, n * mean, n * (mean**2 + scatter**2)) for name, (n, mean) in means.items()]
    return pd.DataFrame(rows, columns=["group", "n", "total", "total_sq"])


def test_a_poor_agent_is_flagged_and_a_lucky_one_with_four_answers_is_not() -> None:
    team = {f"A{k}": (120, 4.0 + 0.02 * (k % 5)) for k in range(12)}

    found = group_means(_agents(team | {"poor": (100, 3.1), "lucky": (4, 5.0)}))

    flags = found.groups.set_index("group")["standing"]
    assert flags["poor"] == "below"
    assert flags["lucky"] == "like_all"
    assert set(flags.drop(["poor", "lucky"])) == {"like_all"}
    row = found.groups.set_index("group").loc["lucky"]
    assert row["own_weight"] == pytest.approx(
        found.spread**2 / (found.spread**2 + found.within**2 / 4)
    )
    assert row["shrunk"] == pytest.approx(found.mean + row["own_weight"] * (5 - found.mean))


def test_spread_is_where_means_scatter_as_much_as_they_should() -> None:
    # Equal sizes: the variance of the means less that of a mean.
    found = group_means(_agents({"a": (50, 3.0), "b": (50, 4.0), "c": (50, 5.0)}))

    error = 150 * 1.0 / 147 / 50
    assert found.spread**2 == pytest.approx(1.0 - error)
    assert found.mean == pytest.approx(4.0)
    own = found.groups["own_weight"].iloc[0]
    assert own == pytest.approx(found.spread**2 / (found.spread**2 + error))
    # What the own answers leave open, and what is not known of the mean of three groups.
    half = 1.959964 * np.sqrt(own * error + (1 - own) ** 2 * (found.spread**2 + error) / 3)
    assert found.groups["high"].iloc[0] - found.groups["shrunk"].iloc[0] == pytest.approx(half)


def test_groups_no_further_apart_than_chance_are_like_all() -> None:
    found = group_means(_agents({"a": (10, 4.0), "b": (10, 4.1)}))

    assert found.spread == 0
    assert found.groups["shrunk"].tolist() == pytest.approx([4.05, 4.05])
    assert set(found.groups["standing"]) == {"like_all"}


def test_single_answers_tell_nothing_of_scatter() -> None:
    found = group_means(_agents({"a": (1, 5.0), "b": (1, 1.0)}, scatter=0.0))

    assert set(found.groups["standing"]) == {"cannot_tell"}


def test_weights_give_answers_the_shares_of_the_customers() -> None:
    # North answers three times as often as South and is content.
    answers = pd.DataFrame({"region": ["North"] * 6 + ["South"] * 2, "score": [5] * 6 + [2] * 2})
    base = pd.DataFrame({"region": ["North", "South"], "customers": [500, 500]})

    found = weighted_score(answers, base, ["region"], "csat", 5)

    assert found.raw == 0.75
    assert found.value == pytest.approx(0.5)
    # Weights 2/3 and 2: (4 + 4)² / (6·4/9 + 2·4).
    assert found.effective_n == pytest.approx(64 / (24 / 9 + 8))
    assert found.is_close


def test_weights_meet_two_margins_at_once_and_name_who_nobody_speaks_for() -> None:
    answers = pd.DataFrame(
        {
            "region": ["North", "North", "South", "South"] * 25,
            "tenure": ["new", "old", "new", "old"] * 25,
        }
    )
    base = pd.DataFrame(
        {
            "region": ["North", "South", "South", "West"],
            "tenure": ["new", "new", "old", "old"],
            "customers": [60, 20, 10, 10],
        }
    )

    weight, uncovered, is_close = rake(answers, base, ["region", "tenure"])

    assert uncovered == {"region": pytest.approx(0.1), "tenure": pytest.approx(0.0)}
    assert is_close
    by_region = pd.Series(weight).groupby(answers["region"]).sum() / 100
    by_tenure = pd.Series(weight).groupby(answers["tenure"]).sum() / 100
    assert by_region["North"] == pytest.approx(60 / 90, abs=1e-4)
    assert by_tenure["new"] == pytest.approx(0.8, abs=1e-4)


def test_no_answer_speaks_for_more_than_five() -> None:
    answers = pd.DataFrame({"region": ["North"] * 99 + ["South"]})
    base = pd.DataFrame({"region": ["North", "South"], "customers": [1, 9]})

    weight, _, is_close = rake(answers, base, ["region"])

    assert weight.max() == pytest.approx(5, rel=1e-4)
    assert not is_close


def _day(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2025-{text}")


def test_later_purchases_count_only_where_all_days_after_are_seen() -> None:
    answers = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "e"],
            "answered_on": [_day(t) for t in ("01-01", "01-01", "01-01", "01-01", "03-01")],
            "score": [10, 9, 3, 2, 10],
        }
    )
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d", "e"],
            "happened_on": [_day(t) for t in ("01-31", "01-01", "02-01", "01-02", "03-02")],
        }
    )

    found = did_later(answers, orders, days=30, last_on=_day("03-10"), kind="nps", scale=10)

    # a bought on the last day; b on the day of the answer, which is not after; c a day too late;
    # e was not watched for 30 days.
    assert found.classes["class"].tolist() == ["best", "worst"]
    assert found.classes["did"].tolist() == [1, 1]
    assert found.classes["customers"].tolist() == [2, 2]
    assert (found.gap, found.too_young) == (0.0, 1)


def test_who_is_gone_cannot_leave_and_counts_once() -> None:
    answers = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "answered_on": [_day("01-05"), _day("02-05"), _day("01-05")],
            "score": [0, 10, 0],
        }
    )
    lost = pd.DataFrame({"customer_id": ["a", "b"], "happened_on": [_day("01-20"), _day("01-02")]})
    present = pd.DataFrame(
        {
            "customer_id": ["a", "b", "b", "b"],
            "began_on": [_day("01-01"), _day("01-01"), _day("01-01"), _day("01-10")],
            "ended_on": [_day("01-20"), _day("01-02"), _day("01-05"), pd.NaT],
        }
    )

    found = did_later(
        answers, lost, days=30, last_on=_day("12-31"), kind="nps", scale=10, present=present
    )

    assert found.classes.to_dict("list")["customers"] == [1]
    assert found.classes.to_dict("list")["did"] == [1]
    assert np.isnan(found.gap)


def test_one_group_far_off_does_not_lift_a_lucky_one_out_of_the_others() -> None:
    # Ten groups of 39 answers with mean 4, one with mean 2: the spread they speak for is wide.
    scores = {f"g{k}": [3, 4, 5] * 13 for k in range(10)} | {
        "far": [1, 2, 3] * 13,
        "lucky": [5] * 4,
    }
    sums = pd.DataFrame(
        [
            {
                "group": name,
                "n": len(all_),
                "total": sum(all_),
                "total_sq": sum(x * x for x in all_),
            }
            for name, all_ in scores.items()
        ]
    )
    standing = group_means(sums).groups.set_index("group")["standing"]

    assert standing["far"] == "below"
    assert standing["lucky"] == "like_all"
