"""The band that churn is expected in: simulated months, and one counted by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analytics.churn_band import MIN_MONTHS, ChurnBand, churn_band

NEWEST = date(2025, 6, 1)


def levels(lost: list[int], start: int | list[int] = 1000) -> pd.DataFrame:
    """Months up to ``NEWEST``, all complete and known, after a first one that is known in part."""
    months = pd.date_range(end=pd.Timestamp(NEWEST), periods=len(lost) + 1, freq="MS")
    starts = [start] * len(lost) if isinstance(start, int) else start
    return pd.DataFrame(
        {
            "month_on": months,
            "start_customers": [starts[0], *starts],
            "lost_customers": [0, *lost],
            "is_complete": True,
            "is_observable": True,
        }
    )


def simulated(rate: float, spread: float, last: float, seed: int, months: int = 18) -> ChurnBand:
    draw = np.random.default_rng(seed)
    rates = np.full(months, rate)
    if spread:  # of the rate from month to month
        rates = draw.beta(*np.array([rate, 1 - rate]) * (rate * (1 - rate) / spread**2 - 1), months)
    rates[-1] *= last
    starts = draw.integers(600, 900, months)
    return churn_band(levels(draw.binomial(starts, rates).tolist(), starts.tolist()), NEWEST,
                      level=0.95)  # fmt: skip


@pytest.mark.parametrize("spread", [0.0, 0.008])
def test_false_alarms_are_about_as_rare_as_promised_and_a_doubled_rate_is_seen(
    spread: float,
) -> None:
    stable = [simulated(0.04, spread, 1.0, seed) for seed in range(250)]
    alarms = np.mean([one.verdict in ("above", "below") for one in stable])
    assert 0.02 <= alarms <= 0.07  # 0.05 is promised
    doubled = [simulated(0.04, spread, 2.0, 10_000 + seed).verdict for seed in range(100)]
    assert doubled.count("above") >= (70 if spread else 99)


def test_without_more_than_chance_it_is_the_binomial() -> None:
    lost = [50, 51] * 6
    found = churn_band(levels([*lost, 90]), NEWEST, level=0.95)

    assert found.dispersion == 1.0
    assert (found.months, found.base_lost, found.customers) == (12, 606, 1000)
    assert found.expected == 606 / 12_000
    plain = binom(1000, found.expected)
    # The rate itself is known from 12,000 only: a little wider.
    assert 0 <= plain.ppf(0.025) - found.low * 1000 <= 2
    assert 0 <= found.high * 1000 - plain.ppf(0.975) <= 2
    assert (found.value, found.verdict) == (0.09, "above")
    assert churn_band(levels([*lost, 10]), NEWEST).verdict == "below"
    assert churn_band(levels([*lost, 52]), NEWEST).verdict == "within"


def test_months_that_vary_widen_the_band() -> None:
    calm, wild = [50] * 12, [20, 80] * 6
    narrow = churn_band(levels([*calm, 85]), NEWEST)
    wide = churn_band(levels([*wild, 85]), NEWEST)
    # 12 · 30² ÷ (1000 · 0.05 · 0.95) ÷ 11
    assert wide.dispersion == pytest.approx(12 * 900 / 47.5 / 11)
    assert (narrow.verdict, wide.verdict) == ("above", "within")


def test_too_little_before_cannot_be_told() -> None:
    few = churn_band(levels([50] * MIN_MONTHS), NEWEST)
    assert (few.months, few.verdict, few.low) == (MIN_MONTHS - 1, "cannot_tell", None)
    rare = churn_band(levels([0] * 20 + [9, 30]), NEWEST)
    assert (rare.base_lost, rare.verdict) == (9, "cannot_tell")
    unseen = levels([50] * 20)
    unseen.loc[:9, "is_observable"] = False
    assert churn_band(unseen, NEWEST).months == 9  # 11 known, less the first and the newest
    assert churn_band(levels([50] * 20), date(2026, 1, 1)).verdict == "cannot_tell"


def test_many_customers_need_no_sums_over_each() -> None:
    small, large = ([n * scale for n in [48, 52] * 8] for scale in (1, 1000))
    exact = churn_band(levels(small), NEWEST)
    many = churn_band(levels(large, 1_000_000), NEWEST)
    assert many.expected == exact.expected
    assert many.dispersion is not None
    assert many.low is not None
    half = 2.5758 * 2.9768 / 2.5758 * np.sqrt(many.dispersion * 0.05 * 0.95 / 1e6 * (1 + 1 / 15))
    assert many.low == pytest.approx(many.expected - half, rel=0.02)  # t with 14 for 99 %


def test_only_the_last_two_years_count() -> None:
    found = churn_band(levels([500] * 6 + [50] * 25), NEWEST)
    assert (found.months, found.expected) == (24, 0.05)
