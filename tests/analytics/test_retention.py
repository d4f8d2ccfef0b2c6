"""Cohort retention: a company of five, every number by hand; and by plain Python at random."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.retention import cohort_retention, retention_of_cells
from crm_data.errors import FrameContractError

NAN = float("nan")


def activity(*pairs: tuple[str, int]) -> pd.DataFrame:
    """Customer and month number (1: January 2025), one row each."""
    frame = pd.DataFrame(pairs, columns=["customer_id", "number"])
    frame["month_on"] = [
        pd.Timestamp(2025 + (n - 1) // 12, (n - 1) % 12 + 1, 1) for n in frame["number"]
    ]
    frame["cohort_on"] = frame.groupby("customer_id")["month_on"].transform("min")
    return frame


FIVE = activity(
    ("a", 1), ("a", 2), ("a", 5), ("b", 1), ("b", 3), ("b", 4), ("c", 2), ("d", 4), ("d", 5),
    ("e", 5), ("f", 1),
)  # fmt: skip
APRIL = date(2025, 4, 1)


def grid(frame: pd.DataFrame) -> dict[str, list[float]]:
    return {day.strftime("%m"): list(row) for day, row in zip(frame.index, frame.to_numpy())}  # noqa: B905 - same length


def test_classic_by_month() -> None:
    found = cohort_retention(FIVE, APRIL)

    np.testing.assert_equal(
        grid(found.rates),
        {"01": [1, 1 / 3, 1 / 3, 1 / 3], "02": [1, 0, 0, NAN], "04": [1, NAN, NAN, NAN]},
    )
    assert found.sizes.tolist() == [3, 1, 1]  # e joined in the month that is not over
    assert found.unfinished.tolist() == [1 / 3, 0, 1]  # May so far: a, nobody, d
    assert list(found.rates.columns) == [0, 1, 2, 3]


def test_rolling_counts_who_came_later_also_in_the_month_that_is_not_over() -> None:
    found = cohort_retention(FIVE, APRIL, is_rolling=True)

    np.testing.assert_equal(
        grid(found.rates),
        {"01": [1, 2 / 3, 2 / 3, 2 / 3], "02": [1, 0, 0, NAN], "04": [1, NAN, NAN, NAN]},
    )
    assert found.unfinished.tolist() == [1 / 3, 0, 1]


def test_by_quarter_nobody_is_counted_twice() -> None:
    found = cohort_retention(FIVE, date(2025, 6, 1), unit="quarter")

    np.testing.assert_equal(grid(found.rates), {"01": [1, 2 / 4], "04": [1, NAN]})
    assert found.sizes.tolist() == [4, 2]
    assert found.unfinished.tolist() == [0, 0]


def test_a_quarter_is_complete_with_its_last_month() -> None:
    found = cohort_retention(FIVE, date(2025, 5, 1), unit="quarter")

    assert grid(found.rates) == {"01": [1]}
    assert found.unfinished.tolist() == [2 / 4]


def test_tidy_has_a_row_per_observable_cell_with_wilsons_interval() -> None:
    cells = cohort_retention(FIVE, APRIL).tidy()

    assert list(zip(cells["age"], cells["active"], cells["cohort_size"], strict=True)) == [
        (0, 3, 3), (1, 1, 3), (2, 1, 3), (3, 1, 3), (0, 1, 1), (1, 0, 1), (2, 0, 1), (0, 1, 1),
    ]  # fmt: skip
    assert cells.loc[cells["age"] == 0, ["low", "high"]].isna().all(axis=None)
    # Wilson, 1 of 3, by an independent calculator
    assert cells.loc[1, ["low", "high"]].tolist() == pytest.approx([0.0615, 0.7923], abs=5e-5)


@pytest.mark.parametrize("unit", ["month", "quarter"])
@pytest.mark.parametrize("months", [[], [("a", 5)]])
def test_no_cohort_is_complete(unit: str, months: list[tuple[str, int]]) -> None:
    found = cohort_retention(activity(*months), APRIL, unit=unit)  # type: ignore[arg-type]  # parametrised

    assert found.rates.empty
    assert found.tidy().empty
    assert found.tidy().columns[0] == "cohort_on"
    assert found.sizes.empty


def test_months_named_otherwise_are_read_and_rows_of_one_month_count_once() -> None:
    other = pd.concat([FIVE, FIVE]).rename(
        columns={"cohort_on": "cohort_month", "month_on": "active_month"}
    )

    pd.testing.assert_frame_equal(
        cohort_retention(other, APRIL).rates, cohort_retention(FIVE, APRIL).rates
    )


def test_a_frame_without_the_month_of_joining_is_refused() -> None:
    with pytest.raises(FrameContractError, match="1 of 5 customers.*customer_id b"):
        cohort_retention(FIVE.drop(3).drop(10), APRIL)
    with pytest.raises(FrameContractError, match=r"lacks \['month_on'\]"):
        cohort_retention(FIVE.drop(columns="month_on"), APRIL)


def test_cells_of_a_split_add_up() -> None:
    january = pd.Timestamp(2025, 1, 1)
    one = {"cohort_on": january, "month_on": january, "first_in_quarter": 1, "last_customers": 1}
    cells = pd.DataFrame([{**one, "customers": 2}, {**one, "customers": 3}])

    assert retention_of_cells(cells, date(2025, 1, 1)).sizes.tolist() == [5]


@given(
    seen=st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(1, 16)), max_size=50),
    last=st.integers(1, 17),
    size=st.sampled_from([1, 3]),
    is_rolling=st.booleans(),
)
def test_by_plain_python(
    seen: list[tuple[str, int]], last: int, size: int, is_rolling: bool
) -> None:
    months: dict[str, set[int]] = {}
    for who, number in seen:
        months.setdefault(who, set()).add(number)
    until = last // size * size  # the last month of the last complete unit
    units = {who: {(n - 1) // size for n in numbers} for who, numbers in months.items()}
    cohorts: dict[int, list[set[int]]] = {}
    for when in units.values():
        cohorts.setdefault(min(when), []).append(when)

    def share(people: list[set[int]], at: int) -> float:
        came = [max(when) >= at if is_rolling else at in when for when in people]
        return sum(came) / len(people)

    expected = {
        joined: [share(people, at) for at in range(joined, until // size)]
        for joined, people in cohorts.items()
        if joined < until // size
    }

    unit = "month" if size == 1 else "quarter"
    found = cohort_retention(
        activity(*seen), date(2025 + (last - 1) // 12, (last - 1) % 12 + 1, 1),
        unit=unit, is_rolling=is_rolling,  # type: ignore[arg-type]  # one of two words
    ).rates  # fmt: skip
    read = {
        ((day.year - 2025) * 12 + day.month - 1) // size: [v for v in row if not np.isnan(v)]
        for day, row in zip(found.index, found.to_numpy(), strict=True)
    }
    assert read == expected
