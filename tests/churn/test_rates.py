"""Rates, their clocks and intervals: small cases by hand, the rest by simulation."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.churn_rates import (
    Rate,
    average_losses,
    cohort_losses,
    last_complete,
    monthly_rates,
    rate_of,
    with_levels,
    yearly,
    yearly_rate,
)
from crm_data.contract_sums import CONTRACT_SUMS

MONTHS = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-04-01"])


def contract_flows(**columns: list[float]) -> pd.DataFrame:
    empty = {column.name: [0] * len(MONTHS) for column in CONTRACT_SUMS}
    return pd.DataFrame({"month_on": MONTHS, **empty, **columns})


# 10 customers of 10 each; then one lost, one from 10 to 4, one from 10 to 30, one not known.
FLOWS = contract_flows(
    new_customers=[10, 0, 0], lost_customers=[0, 1, 0], contracted_customers=[0, 1, 0],
    expanded_customers=[0, 1, 0], hidden_customers=[0, 1, 0], unvalued_customers=[0, 1, 0],
    new_amount=[100, 0, 0], lost_amount=[0, 10, 0], contraction_amount=[0, 6, 0],
    expansion_amount=[0, 20, 0], hidden_amount=[0, 10, 0], held_sq=[1000, 516, 0],
    lost_sq=[0, 100, 0], hidden_sq=[0, 100, 0], expansion_sq=[0, 400, 0],
    expansion_cross=[0, 200, 0], contraction_sq=[0, 36, 0], contraction_cross=[0, 60, 0],
)  # fmt: skip


def test_levels_fill_the_months_between_and_add_up() -> None:
    levels = with_levels(FLOWS, date(2025, 5, 30))

    assert levels["month_on"].dt.month.tolist() == [1, 2, 3, 4, 5]
    assert levels["start_customers"].tolist() == [0, 10, 9, 9, 9]
    assert levels["start_amount"].tolist() == [0, 100, 94, 94, 94]
    assert levels["start_unvalued"].tolist() == [0, 0, 1, 1, 1]
    assert levels["is_complete"].tolist() == [True, True, True, True, False]
    assert last_complete(levels) == date(2025, 4, 1)
    whole = with_levels(FLOWS, date(2025, 5, 31))
    assert last_complete(whole) == date(2025, 5, 1)


def test_rates_of_a_month_by_hand() -> None:
    rates = monthly_rates(with_levels(FLOWS, date(2025, 5, 30)))
    february = date(2025, 2, 1)

    churn = rate_of(rates, "churn_rate", february)
    assert (churn.numerator, churn.denominator, churn.n) == (1, 10, 10)
    assert churn.value == pytest.approx(0.1)
    assert churn.low == pytest.approx(0.0179, abs=1e-4)
    assert churn.high == pytest.approx(0.4042, abs=1e-4)
    # 90 of the 100 belong to customers whose amount is known at both ends.
    lost = rate_of(rates, "revenue_churn_rate", february)
    assert (lost.value, lost.numerator, lost.denominator, lost.n) == (10 / 90, 10, 90, 9)
    gross = rate_of(rates, "gross_revenue_retention", february)
    assert gross.value == pytest.approx((90 - 10 - 6) / 90)
    assert gross.numerator == 74
    net = rate_of(rates, "net_revenue_retention", february)
    assert net.value == pytest.approx((90 - 10 - 6 + 20) / 90)
    assert net.low is None  # three customers moved
    assert rate_of(rates, "churn_rate", date(2025, 1, 1)).value is None  # nobody was there
    assert rate_of(rates, "churn_rate", date(2019, 1, 1)) == Rate(None, None, None, 0.0, 0.0, 0)
    silent = FLOWS[["month_on", "new_customers", "returned_customers", "lost_customers"]]
    only = monthly_rates(with_levels(silent, date(2025, 5, 30)))
    assert "gross_revenue_retention" not in only


def sums_of(before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    lost, up, down = after == 0, after > before, (after < before) & (after > 0)
    rise, fall = (after - before) * up, (before - after) * down
    gone = before * lost
    one = {
        "new_customers": len(before), "new_amount": before.sum(), "held_sq": (before**2).sum(),
    }  # fmt: skip
    two = {
        "lost_customers": lost.sum(), "lost_amount": gone.sum(), "lost_sq": (gone**2).sum(),
        "expanded_customers": up.sum(), "expansion_amount": rise.sum(),
        "expansion_sq": (rise**2).sum(), "expansion_cross": (rise * before).sum(),
        "contracted_customers": down.sum(), "contraction_amount": fall.sum(),
        "contraction_sq": (fall**2).sum(), "contraction_cross": (fall * before).sum(),
        "held_sq": (after**2).sum() - (before**2).sum(),
    }  # fmt: skip
    return contract_flows(
        **{c.name: [one.get(c.name, 0), two.get(c.name, 0), 0] for c in CONTRACT_SUMS}
    )


def test_intervals_of_revenue_hold_the_truth_as_often_as_they_say() -> None:
    draw = np.random.default_rng(5)
    names = ("revenue_churn_rate", "gross_revenue_retention", "net_revenue_retention")
    truth = (0.08, 1 - 0.08 - 0.92 * 0.1 * 0.3, 1 - 0.08 - 0.92 * 0.1 * 0.3 + 0.92 * 0.2 * 0.5)
    held = dict.fromkeys(names, 0)
    for _ in range(200):
        before = draw.gamma(2.0, 50.0, 500)
        kind = draw.random(500)
        kept = np.where(kind < 0.1, 0.7, np.where(kind < 0.3, 1.5, 1.0))
        after = before * kept * (draw.random(500) >= 0.08)
        rates = monthly_rates(with_levels(sums_of(before, after), date(2025, 5, 30)))
        for name, true in zip(names, truth, strict=True):
            rate = rate_of(rates, name, date(2025, 2, 1))
            assert rate.value == pytest.approx(
                {
                    names[0]: before[after == 0].sum() / before.sum(),
                    names[1]: np.minimum(before, after).sum() / before.sum(),
                    names[2]: after.sum() / before.sum(),
                }[name]
            )
            held[name] += (rate.low or 0) <= true <= (rate.high or 0)
    assert all(0.92 <= count / 200 <= 0.98 for count in held.values()), held


def test_intervals_are_of_the_customers_whose_amount_is_known_at_both_ends() -> None:
    """Against residuals of each customer: 40 seen, 3 hidden after the start, 4 never known."""
    draw = np.random.default_rng(8)
    before = draw.gamma(2.0, 50.0, 40).round(4)
    after = (before * np.repeat([0.0, 0.5, 1.6, 1.0], [6, 6, 8, 20])).round(4)
    hidden = np.array([500.0, 700.0, 900.0])
    flows = sums_of(before, after)
    flows["new_customers"] += [3 + 4, 0, 0]
    flows["new_amount"] += [hidden.sum(), 0, 0]
    flows["held_sq"] += [(hidden**2).sum(), -(hidden**2).sum(), 0]
    flows["unvalued_customers"] = [4, 3, 0]
    flows["hidden_customers"] = [0, 3, 0]
    flows["hidden_amount"] = [0, hidden.sum(), 0]
    flows["hidden_sq"] = [0, (hidden**2).sum(), 0]
    rates = monthly_rates(with_levels(flows, date(2025, 5, 30)))

    kept = {
        "revenue_churn_rate": before * (after == 0),
        "gross_revenue_retention": np.minimum(before, after),
        "net_revenue_retention": after,
    }
    for name, own in kept.items():
        ratio = own.sum() / before.sum()
        residual = ((own - ratio * before) ** 2).sum()
        half = 2.0226909 * np.sqrt(40 / 39 * residual) / before.sum()  # Student's t, 39
        found = rate_of(rates, name, date(2025, 2, 1))
        assert found.n == 40
        assert found.low == pytest.approx(max(ratio - half, 0.0), rel=1e-6)
        assert found.high == pytest.approx(
            ratio + half if name.startswith("net") else min(ratio + half, 1.0), rel=1e-6
        )


def test_gross_retention_never_exceeds_one() -> None:
    before = np.array([10.0, 10.0, 10.0])
    rates = monthly_rates(with_levels(sums_of(before, before * 3), date(2025, 5, 30)))

    assert rate_of(rates, "gross_revenue_retention", date(2025, 2, 1)).value == 1.0
    assert rate_of(rates, "net_revenue_retention", date(2025, 2, 1)).value == 3.0


def test_a_year_is_not_twelve_months_added_up() -> None:
    assert yearly(0.05) == pytest.approx(1 - 0.95**12)
    assert yearly(0.1, months=3) == pytest.approx(1 - 0.9**4)
    assert yearly(None) is None
    assert yearly(1.0) == 1.0
    rate = yearly_rate(Rate(0.05, 0.04, None, 5, 100, 100))
    assert (rate.low, rate.high, rate.n) == (pytest.approx(1 - 0.96**12), None, 100)


def test_cohorts_are_another_clock() -> None:
    cohorts = pd.DataFrame(
        {
            "cohort_on": pd.to_datetime(["2025-01-01"] * 3 + ["2025-02-01", "2025-03-01"]),
            "month_on": pd.to_datetime(
                ["2025-01-01", "2025-02-01", "2025-03-01", "2025-02-01", "2025-03-01"]
            ),
            "started": [10, 0, 0, 4, 5],
            "lost": [1, 2, 3, 0, 5],
        }
    )
    losses = cohort_losses(cohorts, date(2025, 3, 30))  # March is not over

    assert losses[["age", "lost", "started"]].to_numpy().tolist() == [
        [0, 1, 10], [1, 3, 10], [0, 0, 4],
    ]  # fmt: skip
    assert losses["low"].iloc[1] < 0.3 < losses["high"].iloc[1]
    average = average_losses(losses)
    assert average[["lost", "started", "cohorts"]].to_numpy().tolist() == [[1, 14, 2], [3, 10, 1]]
    assert cohort_losses(cohorts, date(2025, 1, 5)).empty


def test_months_in_which_nobody_can_be_seen_to_be_lost_have_no_rate() -> None:
    levels = with_levels(FLOWS, date(2025, 5, 30), date(2025, 2, 2))
    rates = monthly_rates(levels)

    assert rate_of(rates, "churn_rate", date(2025, 2, 1)).value is None
    assert rate_of(rates, "churn_rate", date(2025, 3, 1)).value == 0.0
    assert last_complete(with_levels(FLOWS, date(2025, 5, 30), date(2025, 5, 1))) is None


def test_nobody_at_all() -> None:
    levels = with_levels(FLOWS.iloc[:0], date(2025, 5, 30))
    assert levels.empty
    assert monthly_rates(levels).empty
    assert last_complete(levels) is None
