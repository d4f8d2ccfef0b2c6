"""Cumulative incidence against scikit-survival, exact cases, and counting one by one."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sksurv.datasets import load_bmt
from sksurv.nonparametric import cumulative_incidence_competing_risks

from analytics.competing_risks import COLUMNS, cumulative_incidence
from analytics.survival import kaplan_meier
from tests.survival.samples import Row, at_risk, simulated


def assert_as_scikit_survival(durations: np.ndarray, cause: np.ndarray) -> None:
    found = cumulative_incidence(durations, cause)
    ages, incidence, interval = cumulative_incidence_competing_risks(
        cause, durations, conf_type="log-log", var_type="Dinse_Approx"
    )
    for number, part in found.groupby("cause"):
        np.testing.assert_array_equal(part["duration"], ages)
        np.testing.assert_allclose(part["incidence"], incidence[number], rtol=0, atol=1e-9)
        known = part["low"].notna().to_numpy()
        np.testing.assert_array_equal(known, incidence[number] > 0)
        for name, edge in zip(("low", "high"), interval[number], strict=True):
            np.testing.assert_allclose(part[name][known], edge[known], rtol=0, atol=1e-9)


def test_bone_marrow_transplants_agree_with_scikit_survival() -> None:
    # Transplant-related mortality and relapse of 35 patients (Scrucca et al. 2007).
    _, frame = load_bmt()
    durations, cause = frame["ftime"].astype(np.float64), frame["status"].astype(np.int64)

    assert (cause == 1).sum() == 9
    assert (cause == 2).sum() == 15
    assert_as_scikit_survival(durations, cause)


@pytest.mark.parametrize("whole", [True, False])
def test_agrees_with_scikit_survival(whole: bool) -> None:
    durations, cause = simulated(400, 3, whole=whole)
    durations, cause = np.append(durations, 500.0), np.append(cause, 0)

    assert_as_scikit_survival(durations, cause)


def test_without_ties_the_variance_is_near_aalens() -> None:
    durations, cause = simulated(600, 2, whole=False)
    durations, cause = np.append(durations, 500.0), np.append(cause, 0)
    found = cumulative_incidence(durations, cause)

    _, _, interval = cumulative_incidence_competing_risks(cause, durations, conf_type="log-log")

    part = found[(found["cause"] == 1) & (found["incidence"] > 0.05)]
    np.testing.assert_allclose(part["low"], interval[1][0][part.index], rtol=0.01)


ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3)).map(
        lambda row: (row[0], row[1], min(row[0], row[2]))
    ),
    max_size=30,
)


@given(ROWS)
def test_incidences_add_up_to_what_is_not_left(rows: list[Row]) -> None:
    durations, cause, entered = zip(*rows, strict=True) if rows else ([], [], [])

    found = cumulative_incidence(durations, cause, entered=entered)

    curve = kaplan_meier(durations, np.array(cause) > 0, entered=entered)
    if found.empty:
        assert curve["ended"].sum() == 0
        return
    together = found.groupby("duration")["incidence"].sum()
    np.testing.assert_allclose(together, 1 - curve["survival"], rtol=0, atol=1e-12)
    assert (found["standard_error"] >= 0).all()
    known = found.dropna()
    assert ((known["low"] <= known["incidence"]) & (known["incidence"] <= known["high"])).all()


@given(ROWS)
def test_each_step_and_its_variance_are_summed_one_by_one(rows: list[Row]) -> None:
    counted = [row for row in rows if row[2] == 0 or row[2] < row[0]]
    durations, cause, entered = zip(*rows, strict=True) if rows else ([], [], [])

    found = cumulative_incidence(durations, cause, entered=entered).set_index(["cause", "duration"])

    ages = sorted({row[0] for row in counted})
    for which in {row[1] for row in counted} - {0}:
        left, share, seen = 1.0, 0.0, []
        for age in ages:
            n = len(at_risk(counted, age))
            ends = sum(row[0] == age and row[1] == which for row in counted)
            every = sum(row[0] == age and row[1] > 0 for row in counted)
            share += left * ends / n
            seen.append((n, ends, every, left, share))
            left *= 1 - every / n
            variance = 0.0
            for n_k, own, all_k, before, then in seen:
                gap = share - then
                if all_k < n_k:
                    variance += gap**2 * all_k / (n_k * (n_k - all_k))
                variance += before**2 * own * (n_k - own) / n_k**3
                variance -= 2 * gap * before * own / n_k**2
            line = found.loc[(which, age)]
            assert line["incidence"] == pytest.approx(share, abs=1e-12)
            assert line["standard_error"] ** 2 == pytest.approx(variance, abs=1e-12)
            assert (line["at_risk"], line["ended"]) == (n, ends)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), min_size=1, max_size=30))
def test_where_nothing_is_censored_the_variance_is_that_of_a_share(
    rows: list[tuple[int, int]],
) -> None:
    durations, cause = zip(*rows, strict=True)

    found = cumulative_incidence(durations, cause)

    for line in found.itertuples():
        share = sum(d <= line.duration and c == line.cause for d, c in rows) / len(rows)
        assert line.incidence == pytest.approx(share, abs=1e-12)
        expected = share * (1 - share) / len(rows)
        assert line.standard_error**2 == pytest.approx(expected, abs=1e-12)


def test_one_cause_has_greenwoods_variance() -> None:
    durations, cause = simulated(300)
    curve = kaplan_meier(durations, cause)
    n, d = curve["at_risk"], curve["ended"]
    inside = (curve["survival"] > 0) & (curve["survival"] < 1)

    found = cumulative_incidence(durations, cause)["standard_error"]

    greenwood = curve["survival"] * np.sqrt((d / (n * (n - d).where(n > d, 1))).cumsum())
    np.testing.assert_allclose(found[inside], greenwood[inside], atol=1e-12)


def test_reasons_are_text_or_numbers_and_missing_is_still_running() -> None:
    text = pd.Series(["price", None, "moved", "price"])
    found = cumulative_incidence([1, 2, 3, 4], text)

    assert found.columns.tolist() == list(COLUMNS)
    assert found["cause"].tolist() == ["moved"] * 4 + ["price"] * 4
    # By hand: 1/4 of four; then 3/4 are left, of whom half and half again.
    assert found["incidence"].tolist() == pytest.approx(
        [0, 0, 0.375, 0.375, 0.25, 0.25, 0.25, 0.625]
    )
    assert found["at_risk"].tolist() == [4, 3, 2, 1] * 2
    other = cumulative_incidence([1, 2, 3, 4], [2.0, math.nan, 1.0, 2.0])
    assert other["incidence"].tolist() == found["incidence"].tolist()
    zero = cumulative_incidence([1, 2, 3, 4], pd.Series(["b", 0, "a", "b"], dtype="object"))
    assert zero["cause"].tolist() == ["a"] * 4 + ["b"] * 4
    category = cumulative_incidence([1, 2, 3, 4], text.astype("category"))
    pd.testing.assert_frame_equal(category, found)
    flags = cumulative_incidence([1, 2], np.array([True, False]))
    assert flags["cause"].tolist() == [True, True]


def test_nothing_that_ended_has_no_cause() -> None:
    full = cumulative_incidence([1, 2], ["a", None])

    for nothing in ([[], []], [[1, 2], [None, None]], [[1, 2], [0, 0]]):
        found = cumulative_incidence(*nothing)
        assert found.empty
        assert found.columns.tolist() == list(COLUMNS)
        numbers = [name for name in COLUMNS if name != "cause"]
        assert found[numbers].dtypes.to_dict() == full[numbers].dtypes.to_dict()


def test_all_at_once() -> None:
    found = cumulative_incidence([0, 0], ["a", "a"])

    assert found["incidence"].tolist() == [1]
    assert found["standard_error"].tolist() == [0]
    assert found[["low", "high"]].isna().all().all()
    by_steps = cumulative_incidence([1, 2, 3], ["a", "a", "a"])
    assert by_steps["low"].notna().tolist() == [True, True, False]


@pytest.mark.parametrize("level", [0, 1, 95])
def test_refuses_a_level_that_is_none(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        cumulative_incidence([1], ["a"], level=level)
