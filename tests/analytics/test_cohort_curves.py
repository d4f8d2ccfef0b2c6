"""Average curves, newer cohorts against older ones, and value added up, by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.cohort_curves import (
    average_curve,
    average_value,
    cumulated_value,
    curves_by_member,
    newer_against_older,
)
from analytics.retention import cohort_retention, retention_of_cells
from tests.analytics.test_retention import APRIL, FIVE

NAN = float("nan")


def cell(cohort: int, month: int, customers: int, **more: object) -> dict[str, object]:
    return {
        "cohort_on": pd.Timestamp(2024, 1, 1) + pd.DateOffset(months=cohort),
        "month_on": pd.Timestamp(2024, 1, 1) + pd.DateOffset(months=month),
        "customers": customers, "first_in_quarter": customers, "last_customers": 0, "member": None,
        **more,
    }  # fmt: skip


def test_average_curve_weighs_cohorts_by_size_and_leaves_out_the_young() -> None:
    curve = average_curve(cohort_retention(FIVE, APRIL))

    assert curve["cohorts"].tolist() == [3, 2, 2, 1]
    assert curve["customers"].tolist() == [5, 4, 4, 3]
    assert curve["active"].tolist() == [5, 1, 1, 1]
    assert curve["retained_share"].tolist() == [1, 1 / 4, 1 / 4, 1 / 3]
    assert np.isnan(curve["low"][0])
    assert curve.loc[1, ["low", "high"]].tolist() == pytest.approx([0.0456, 0.6994], abs=5e-5)
    assert average_curve(cohort_retention(FIVE.iloc[:0], APRIL)).empty


def test_newer_against_older_is_newcombes_interval() -> None:
    """The published example: 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10)."""
    joined = [cell(n, n, size) for n, size in ((0, 80), (2, 20), (3, 30), (4, 20))]
    later = [cell(n, n + 1, size) for n, size in ((0, 48), (2, 16), (3, 20), (4, 20))]
    cells = pd.DataFrame(joined + later)

    found = newer_against_older(retention_of_cells(cells, date(2024, 6, 1)), 1)
    assert (found.n, found.share, found.before_n, found.before_share) == (70, 0.8, 80, 0.6)
    assert found.difference == pytest.approx(0.2)
    assert [found.difference_low, found.difference_high] == pytest.approx(
        [0.0524, 0.3339], abs=5e-5
    )
    assert found.is_clear
    assert (found.first_on, found.last_on) == (date(2024, 3, 1), date(2024, 5, 1))


def test_newer_against_older_says_nothing_where_there_is_nothing() -> None:
    young = retention_of_cells(pd.DataFrame([cell(0, 0, 4), cell(0, 1, 1)]), date(2024, 2, 1))

    only = newer_against_older(young, 1)
    assert (only.n, only.share, only.before_share, only.difference) == (4, 0.25, None, None)
    assert not only.is_clear
    none = newer_against_older(young, 2)
    assert (none.n, none.share, none.low) == (0, None, None)


def test_the_year_before_ends_where_the_newest_begin() -> None:
    cells = pd.DataFrame(
        [cell(n, n, 10) for n in range(17)] + [cell(n, n + 1, n % 3) for n in range(17)]
    )

    found = newer_against_older(retention_of_cells(cells, date(2025, 6, 1)), 1)
    assert (found.n, found.before_n) == (30, 120)
    assert found.before_share == sum(n % 3 for n in range(2, 14)) / 120


def test_curves_of_a_split_largest_first_with_the_missing_among_them() -> None:
    cells = pd.DataFrame(
        [cell(0, 0, 2, member="x"), cell(0, 0, 5), cell(0, 1, 1), cell(0, 1, 2, member="x")]
    )

    curves = curves_by_member(cells, date(2024, 2, 1), unit="month", is_rolling=False)
    assert curves["member"].tolist() == [None, None, "x", "x"]
    assert curves["retained_share"].tolist() == [1, 0.2, 1, 1]
    empty = curves_by_member(cells, date(2023, 1, 1), unit="month", is_rolling=False)
    assert empty.empty
    assert "member" in empty


def value(unit: str = "month", **more: object) -> pd.DataFrame:
    known = {"amount": 10.0, "known": 1, "first_in_quarter": 0}
    unknown = {**known, "amount": NAN, "known": 0}
    cells = pd.DataFrame(
        [
            cell(0, 0, 4, amount=100.0, known=4), cell(0, 2, 1, **known), cell(0, 4, 1, **known),
            cell(1, 1, 2, amount=6.0, known=2), cell(1, 2, 1, **unknown),
            cell(3, 3, 1, amount=-5.0, known=1),
        ]
    )  # fmt: skip
    return cumulated_value(
        cells, date(2024, 4, 1), column="amount", known="known", unit=unit, **more  # type: ignore[arg-type]  # parametrised
    )  # fmt: skip


def test_value_added_up_by_month() -> None:
    found = value()

    np.testing.assert_equal(
        found.to_numpy().tolist(),
        [[25, 25, 27.5, 27.5], [3, NAN, NAN, NAN], [-5, NAN, NAN, NAN]],
    )
    mean = average_value(found, pd.Series([4, 2, 1], index=found.index))
    assert mean["value"].tolist() == [101 / 7, 25, 27.5, 27.5]
    assert mean["customers"].tolist() == [7, 4, 4, 4]


def test_value_added_up_by_quarter() -> None:
    assert value("quarter").to_numpy().tolist() == [[116 / 6]]


def test_value_of_no_complete_cohort() -> None:
    cells = pd.DataFrame([cell(3, 3, 1, amount=5.0, known=1)])

    found = cumulated_value(cells, date(2024, 3, 1), column="amount", known="known")
    assert found.empty
    assert average_value(found, pd.Series(dtype="int64")).empty
