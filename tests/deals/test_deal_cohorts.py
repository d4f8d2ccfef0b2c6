"""Cohorts of deals by hand, and against a count of each deal."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.deal_cohorts import deal_cohorts
from analytics.stats import wilson_interval
from tests.deals.frames import DAY, day

AS_OF = day("2025-05-15")
Row = tuple[str, float, str | None, int]


def counts(rows: list[Row]) -> pd.DataFrame:
    on, days, outcome, number = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pd.DataFrame(
        {
            "cohort_on": pd.Series(on, dtype=DAY),
            "days": pd.Series(days, dtype="float64"),
            "outcome": pd.Series(outcome, dtype="str"),
            "deals": pd.Series(number, dtype="int64"),
        }
    )


ROWS: list[Row] = [
    ("2025-01-01", 0, "won", 1),
    ("2025-01-01", 30, "won", 2),
    ("2025-01-01", 31, "lost", 4),
    ("2025-01-01", 100, "won", 1),
    ("2025-01-01", 120, None, 2),
    ("2025-03-01", 20, "won", 3),
    ("2025-03-01", 60, None, 7),
    ("2025-05-01", 3, "won", 5),
]


def test_not_yet_observable_is_missing_and_none_is_zero() -> None:
    found = deal_cohorts(counts(ROWS), AS_OF)

    assert [str(on.date())[:7] for on in found.sizes.index] == [
        "2025-01", "2025-02", "2025-03", "2025-04", "2025-05",
    ]  # fmt: skip
    # All of January have been seen for 104 days (its last day is 31 January).
    assert found.sizes["observable_days"].tolist() == pytest.approx(
        [104, 76, 45, 15, np.nan], nan_ok=True
    )
    assert found.won.columns.tolist() == [0, 30, 60, 90]
    assert found.won.iloc[0].tolist() == [1, 3, 3, 3]
    assert found.lost.iloc[0].tolist() == [0, 0, 4, 4]
    assert found.won.iloc[1].tolist() == pytest.approx([0, 0, 0, np.nan], nan_ok=True)
    assert found.won.iloc[2].tolist() == pytest.approx([0, 3, np.nan, np.nan], nan_ok=True)
    assert found.won.iloc[4].isna().all()
    assert found.sizes[["deals", "won", "lost", "open"]].iloc[0].tolist() == [10, 4, 4, 2]


def test_cohorts_are_compared_at_the_same_age() -> None:
    # Named after the fault: as of today January has 40 % and March 30 %; at 30 days both have 30 %.
    found = deal_cohorts(counts(ROWS), AS_OF)

    rows = found.tidy()
    rows, later = (rows[rows["age"] == age].reset_index(drop=True) for age in (30, 60))
    assert rows["won_share"].tolist() == [0.3, 0.3]
    assert rows["deals"].tolist() == [10, 10]
    low, high = wilson_interval(3, 10)
    assert rows.loc[0, ["low", "high"]].tolist() == [low, high]
    assert later["won_share"].tolist() == [0.3]  # March is not old enough


def test_quarters() -> None:
    found = deal_cohorts(counts(ROWS), AS_OF, unit="quarter", step_days=45)

    assert found.sizes["deals"].tolist() == [20, 5]
    assert found.won.columns.tolist() == [0, 45]  # the first quarter has been seen for 45 days
    assert found.won.iloc[0].tolist() == [1, 6]
    assert found.won.iloc[1].isna().all()


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 134), st.integers(0, 150), st.sampled_from(["won", "lost"])),
        max_size=40,
    )
)
def test_agrees_with_counting_each_deal(rows: list[tuple[int, int, str]]) -> None:
    first = day("2025-01-01")
    made = []
    for created, days, outcome in rows:
        on = first + pd.Timedelta(days=created)
        is_open = on + pd.Timedelta(days=days) > AS_OF
        month = str(on.date())[:8] + "01"
        made.append((month, days, None if is_open else outcome, 1, on))

    found = deal_cohorts(counts([row[:4] for row in made]), AS_OF, step_days=20)

    for on in found.won.index:
        last = on + pd.offsets.MonthEnd(0)
        for age in found.won.columns:
            cell = found.won.loc[on, age]
            if last + pd.Timedelta(days=age) > AS_OF:
                assert np.isnan(cell)
                continue
            of_month = [row for row in made if row[0] == str(on.date())]
            assert cell == sum(row[2] == "won" and row[1] <= age for row in of_month)
    assert found.sizes["deals"].sum() == len(rows)


def test_no_deals() -> None:
    found = deal_cohorts(counts([]), AS_OF)

    assert found.sizes.empty
    assert found.tidy().empty
