"""The four win rates by hand, what each says against itself, and the faults they must not have."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.stats import wilson_interval
from analytics.win_rates import DerailRule, WinRates, win_rates
from tests.deals.frames import Deal, day, deals

START, END, AS_OF = day("2025-04-01"), day("2025-07-01"), day("2025-06-30")
ROWS: list[Deal] = [
    (
        "2025-01-10",
        "2025-04-01",
        "won",
        100.0,
    ),  # created before the period, closed on its first day
    ("2025-04-05", "2025-05-05", "won", 300.0),
    ("2025-04-05", "2025-06-30", "lost", 200.0),  # on the last day
    ("2025-02-01", "2025-03-31", "won", 999.0),  # a day before the period
    ("2025-05-01", None, None, 50.0),
    ("2025-06-01", None, None, None),
]


def rates(frame: pd.DataFrame, **others: Any) -> WinRates:
    return win_rates(frame, START, END, as_of=AS_OF, **others)


def codes(found: Any) -> list[str]:
    return [caveat.code for caveat in found.caveats]


def test_four_definitions_by_hand() -> None:
    found = rates(deals(ROWS, [None, None, None, None, "2025-05-10", None]))

    assert (found.count.numerator, found.count.denominator) == (2, 3)
    low, high = wilson_interval(2, 3)
    assert (found.count.low, found.count.high) == (float(low), float(high))
    assert (found.value.numerator, found.value.denominator, found.value.n) == (400, 600, 3)
    assert found.value.low < 2 / 3 < found.value.high
    # Expected on 10 May, 30 days of grace: derailed on 10 June.
    assert (found.broad.numerator, found.broad.denominator) == (2, 4)
    assert (found.created_cohort.numerator, found.created_cohort.denominator) == (1, 4)
    assert (found.created, found.created_open, found.derailed) == (4, 2, 1)
    assert [rate.code for rate in found.all()] == ["count", "value", "broad", "created_cohort"]


def test_wins_are_dated_by_closing_not_by_creation() -> None:
    # Named after the fault: a deal won in the period is one that closed in it.
    found = rates(deals(ROWS))

    assert (found.won, found.lost) == (2, 1)  # by creation: 1 and 1


def test_cohort_says_that_it_is_young_and_what_it_will_come_to() -> None:
    found = rates(deals(ROWS))

    assert codes(found.created_cohort) == ["young_cohort"]
    assert found.created_cohort.caveats[0].figures == {"deals": 2, "share": 0.5}
    # Ages: won at 30, lost at 86, open at 60 and 29: of three at risk at 30 one is won.
    assert found.eventual.share == pytest.approx(1 / 3)
    assert found.eventual.by_days == 86
    assert found.eventual.undecided == pytest.approx(0)


CLOSES = st.lists(
    st.tuples(st.integers(0, 80), st.integers(0, 100), st.sampled_from(["won", "lost", None])),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40)
@given(CLOSES)
def test_eventual_share_is_summed_one_by_one(rows: list[tuple[int, int, str | None]]) -> None:
    made, ages, cause = [], [], []
    for created, days, outcome in rows:
        until = 90 if outcome is None else created + days
        outcome = outcome if until <= 90 else None
        at = [str((START + pd.Timedelta(days=n)).date()) for n in (created, until)]
        made.append((at[0], at[1] if outcome else None, outcome, 1.0))
        ages.append(min(until, 90) - created)
        cause.append({"won": 1, "lost": 2, None: 0}[outcome])

    found = rates(deals(made))

    if 1 not in cause:
        assert np.isnan(found.eventual.share)
        return
    assert found.eventual.share == pytest.approx(_by_hand(ages, cause), abs=1e-9)


def _by_hand(ages: list[int], cause: list[int]) -> float:
    left, share = 1.0, 0.0
    for age in sorted(set(ages)):
        n = sum(other >= age for other in ages)
        ends = [c for a, c in zip(ages, cause, strict=True) if a == age and c]
        share += left * ends.count(1) / n
        left *= 1 - len(ends) / n
    return share


def test_each_deal_derails_in_one_period() -> None:
    frame = deals([("2025-01-01", None, None, 1.0)], ["2025-02-01"])

    periods = pd.date_range("2025-01-01", "2025-07-01", freq="MS")
    derailed = [
        win_rates(frame, first, until, as_of=AS_OF).derailed
        for first, until in itertools.pairwise(periods)
    ]

    assert derailed == [0, 0, 1, 0, 0, 0]  # 2 February and 30 days: 4 March
    later = win_rates(frame, day("2025-03-01"), day("2025-04-01"), as_of=day("2025-03-03"))
    assert later.derailed == 0  # not yet


def test_age_of_closed_deals_derails_those_without_a_date() -> None:
    closed: list[Deal] = [("2025-01-01", "2025-01-11", "lost", 1.0)] * 20
    frame = deals([*closed, ("2025-04-01", None, None, 1.0)])

    assert rates(frame).derail_age_days == 10
    assert rates(frame).derailed == 1
    assert np.isnan(rates(frame, rule=DerailRule(least_closed=21)).derail_age_days)
    assert rates(frame, rule=DerailRule(least_closed=21)).derailed == 0


def test_open_overdue_deals_are_said_against_the_narrow_rate() -> None:
    many: list[Deal] = [("2025-01-01", None, None, 1.0)] * 3
    found = rates(deals([*ROWS[:3], *many], [None] * 3 + ["2025-02-01"] * 3))

    assert codes(found.count) == ["many_open_overdue"]
    assert found.count.caveats[0].figures == {"deals": 3, "closed": 3}
    assert codes(rates(deals(ROWS[:3])).count) == []


def test_one_big_deal_is_named_with_the_rate_without_it() -> None:
    rows: list[Deal] = [("2025-04-01", "2025-05-01", "lost", 10.0)] * 9
    found = rates(deals([*rows, ("2025-04-01", "2025-05-01", "won", 910.0)])).value

    assert found.caveats[0].code == "one_big_deal"
    assert found.caveats[0].figures == {"amount": 910, "share": 0.91, "without": 0}
    assert found.low < 0.5  # one deal decides: hardly anything is known


def test_losses_without_a_value_are_said_against_the_rate_by_value() -> None:
    rows: list[Deal] = [("2025-04-01", "2025-05-01", "won", 10.0)] * 4
    lost: list[Deal] = [("2025-04-01", "2025-05-01", "lost", value) for value in (0.0, None)]
    found = rates(deals(rows + lost)).value

    assert (found.share, found.n) == (1, 4)
    assert (found.low, found.high) == pytest.approx(tuple(map(float, wilson_interval(4, 4))))
    assert [c for c in codes(found) if c == "lost_without_value"]
    assert found.caveats[-1].figures == {"deals": 2, "share": 1.0}


@pytest.mark.parametrize(
    ("rows", "missing"),
    [
        ([], ["none_closed", "none_closed", "none_closed", "none_created"]),
        ([(*ROWS[0][:3], None)], [None, "none_valued", None, "none_created"]),
        ([ROWS[4]], ["none_closed", "none_closed", "none_closed", None]),
    ],
)
def test_what_there_is_none_of_is_missing_with_a_reason(
    rows: list[Deal], missing: list[str | None]
) -> None:
    found = rates(deals(rows))

    assert [rate.missing for rate in found.all()] == missing
    for rate in found.all():
        assert np.isnan(rate.share) == (rate.missing is not None)
    assert np.isnan(found.eventual.share)
