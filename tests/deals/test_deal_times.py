"""Times to close against scikit-survival and by hand; the traps of closed deals only."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sksurv.nonparametric import cumulative_incidence_competing_risks

from analytics.deal_times import deal_times, median_of_counts

OUTCOME = {0: None, 1: "won", 2: "lost"}


def counts(rows: list[tuple[int, str | None, int]]) -> pd.DataFrame:
    days, outcome, number = zip(*rows, strict=True) if rows else ((), (), ())
    return pd.DataFrame(
        {
            "days": pd.Series(days, dtype="int64"),
            "outcome": pd.Series(outcome, dtype="str"),
            "deals": pd.Series(number, dtype="int64"),
        }
    )


CELLS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 2), st.integers(1, 5)), min_size=1, max_size=40
)


@settings(max_examples=40)
@given(CELLS)
def test_counted_deals_agree_with_scikit_survival_on_each_deal(
    cells: list[tuple[int, int, int]],
) -> None:
    cells = [*cells, (41, 1, 1), (41, 2, 1), (42, 0, 1)]
    days, cause, number = (np.array(part) for part in zip(*cells, strict=True))
    ages, incidence = cumulative_incidence_competing_risks(
        np.repeat(cause, number), np.repeat(days.astype(float), number)
    )

    found = deal_times(counts([(d, OUTCOME[c], n) for d, c, n in cells])).curves

    for cause_number, name in ((1, "won"), (2, "lost")):
        part = found[found["cause"] == name]
        np.testing.assert_array_equal(part["duration"], ages)
        np.testing.assert_allclose(part["incidence"], incidence[cause_number], rtol=0, atol=1e-9)


def test_by_hand() -> None:
    found = deal_times(
        counts([(10, "won", 2), (20, "lost", 2), (30, None, 2), (40, "won", 2), (50, None, 2)])
    )

    # 10: 2 of 10 won. 20: 2 of 8 lost, 0.6 left. 40: 2 of the 4 left won: 0.2 + 0.3.
    assert (found.won, found.lost, found.open) == (4, 2, 4)
    assert found.horizon_days == 10  # the last age with ten followed
    found = deal_times(
        counts([(10, "won", 2), (20, "lost", 2), (30, None, 2), (40, "won", 2), (50, None, 2)]),
        horizon_days=50,
        ages=(0, 10, 25, 60),
    )
    assert found.won_share == pytest.approx(0.5)
    assert found.undecided == pytest.approx(0.3)
    assert found.won_median.days == 40
    assert np.isnan(found.won_median.low)  # four wins
    assert found.latest_won_median == 40  # 0.8 / 2 is reached at 40, too
    assert (found.closed_won_median, found.closed_lost_median) == (25, 20)
    assert found.by_age["age"].tolist() == [0, 10, 25]
    assert found.by_age["at_risk"].tolist() == [10, 8, 6]
    assert found.by_age["won_share"].tolist() == pytest.approx([0.5, 0.3 / 0.8, 0.3 / 0.6])


def test_open_deals_are_not_left_out_of_the_time_that_wins_take() -> None:
    # Wins come at a steady 1 % a day; half of the deals are younger than 50 days.
    rng = np.random.default_rng(0)
    closes, seen = rng.geometric(0.01, 20_000), rng.integers(1, 400, 20_000)
    is_won = closes <= seen
    rows = pd.DataFrame(
        {"days": np.minimum(closes, seen), "outcome": np.where(is_won, "won", None)}
    )
    grouped = rows.groupby(["days", "outcome"], dropna=False).size().rename("deals").reset_index()

    found = deal_times(grouped.astype({"outcome": "str"}))

    assert found.closed_won_median < 58
    assert found.won_median.low < found.won_median.days < found.won_median.high
    truth = np.log(1 - (1 - 0.99**found.horizon_days) / 2) / np.log(0.99)
    assert found.won_median.low <= truth + 1
    assert truth <= found.won_median.high
    # Without a memory, a deal of any age has the same chance within the same time.
    share = found.by_age.set_index("age")["won_share"]
    assert share[90] == pytest.approx(1 - 0.99 ** (found.horizon_days - 90), abs=0.02)


def test_the_interval_holds_the_median_as_often_as_it_says() -> None:
    held = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        closes, lost = rng.geometric(0.03, 150), rng.geometric(0.02, 150)
        ends = np.minimum(np.minimum(closes, lost), 60)
        outcome = np.where(ends == closes, "won", np.where(ends == lost, "lost", None))
        rows = pd.DataFrame({"days": ends, "outcome": pd.Series(outcome, dtype="str"), "deals": 1})
        median = deal_times(rows, horizon_days=60).won_median
        stays = 0.97 * 0.98  # half of what is won within 60 days: (1 - stays^t) = (1 - stays^60)/2
        truth = np.log(1 - (1 - stays**60) / 2) / np.log(stays)
        held += median.low <= np.ceil(truth) <= median.high
    assert held >= 35


def test_median_of_counts_is_that_of_the_numbers() -> None:
    for numbers in ([1], [1, 4], [1, 1, 9], [3, 3, 5, 9], [2, 4, 4, 9, 9, 9]):
        ages, each = np.unique(np.array(numbers, dtype=float), return_counts=True)
        assert median_of_counts(ages, each) == np.median(numbers)


def test_nothing_won_or_nothing_at_all() -> None:
    none = deal_times(counts([]))
    open_only = deal_times(counts([(5, None, 3)]))

    assert np.isnan([none.won_share, none.undecided, none.won_median.days]).all()
    assert none.by_age.empty
    assert np.isnan([open_only.won_median.days, open_only.closed_won_median]).all()
    assert (open_only.won_share, open_only.undecided) == (0, 1)
