"""The log-rank test against published statistics, scikit-survival and statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sksurv.compare import compare_survival
from sksurv.datasets import load_veterans_lung_cancer
from statsmodels.duration.survfunc import survdiff

from analytics.log_rank import log_rank
from tests.survival.samples import ARM, BOTH_ENDED, BOTH_WEEKS, simulated, telco


def as_scikit_survival(
    durations: np.ndarray, ended: np.ndarray, groups: np.ndarray
) -> tuple[float, float, np.ndarray]:
    y = np.array(
        list(zip(ended.astype(bool), durations, strict=True)), dtype=[("e", bool), ("d", float)]
    )
    statistic, p_value, table, _ = compare_survival(y, groups, return_stats=True)
    return statistic, p_value, table["expected"].to_numpy()


def test_leukaemia_as_published() -> None:
    found = log_rank(BOTH_WEEKS, BOTH_ENDED, ARM)

    # Kalbfleisch and Prentice (2002), section 1.4: 16.79 with 19.25 and 10.75 expected relapses.
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    assert found.df == 1
    assert found.p_value == pytest.approx(4.17e-5, abs=1e-7)
    assert found.groups["group"].tolist() == ["6-MP", "placebo"]
    assert found.groups["n"].tolist() == [21, 21]
    assert found.groups["ended"].tolist() == [9, 21]
    assert found.groups["expected"].round(2).tolist() == [19.25, 10.75]
    assert found.verdict == "differ"
    assert found.too_few == []


def test_cell_types_of_lung_cancer_as_published() -> None:
    # R's survdiff of survival's ``veteran`` by cell type: 25.4 on 3 degrees of freedom.
    x, y = load_veterans_lung_cancer()
    found = log_rank(y["Survival_in_days"], y["Status"], x["Celltype"].astype(str))

    assert found.statistic == pytest.approx(25.4, abs=0.05)
    assert found.df == 3
    assert found.groups["expected"].sum() == pytest.approx(128)


@pytest.mark.parametrize("k", [2, 3, 6])
@pytest.mark.parametrize("whole", [True, False])
def test_agrees_with_scikit_survival(k: int, whole: bool) -> None:
    durations, ended = simulated(500, whole=whole, seed=k)
    groups = np.random.default_rng(k).integers(0, k, 500)

    found = log_rank(durations, ended, groups)

    statistic, p_value, expected = as_scikit_survival(durations, ended, groups)
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
    assert found.df == k - 1
    np.testing.assert_allclose(found.groups["expected"], expected, rtol=1e-9)


@pytest.mark.parametrize("k", [2, 4])
def test_strata_and_entries_agree_with_statsmodels(k: int) -> None:
    random = np.random.default_rng(9)
    durations, ended = simulated(600, seed=9)
    groups, strata = random.integers(0, k, 600), random.integers(0, 3, 600)
    entered = np.floor(durations * random.random(600))
    entered[:200] = 0

    found = log_rank(durations, ended, groups, strata=strata)
    statistic, p_value = survdiff(durations, ended, groups, strata=strata)
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)

    late = log_rank(durations, ended, groups, entered=entered)
    statistic, _ = survdiff(durations, ended, groups, entry=np.where(entered > 0, entered, -1.0))
    assert late.statistic == pytest.approx(statistic, rel=1e-9)


@pytest.mark.real_data
def test_telco_by_contract_agrees_with_scikit_survival() -> None:
    frame = telco()

    found = log_rank(frame["tenure"], frame["left"], frame["Contract"])

    contract = frame["Contract"].to_numpy(dtype=object)
    statistic, _, _ = as_scikit_survival(
        frame["tenure"].to_numpy(dtype=float), frame["left"].to_numpy(), contract
    )
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.verdict == "differ"


ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 1), st.sampled_from("abc"), st.integers(0, 1)),
    min_size=1, max_size=30,
)  # fmt: skip


@given(ROWS)
def test_each_age_and_stratum_is_counted_one_by_one(
    rows: list[tuple[int, int, str, int]],
) -> None:
    durations, ended, groups, strata = zip(*rows, strict=True)

    found = log_rank(durations, ended, groups, strata=strata)

    names = sorted(set(groups))
    expected = dict.fromkeys(names, 0.0)
    for stratum in set(strata):
        own = [row for row in rows if row[3] == stratum]
        for age in {row[0] for row in own if row[1]}:
            risk = [row for row in own if row[0] >= age]
            ends = sum(row[0] == age and row[1] for row in own)
            for row in risk:
                expected[row[2]] += ends / len(risk)
    assert found.groups["group"].tolist() == names
    assert found.groups["expected"].tolist() == pytest.approx([expected[n] for n in names])
    assert found.groups["ended"].sum() == pytest.approx(found.groups["expected"].sum())
    if found.df:
        assert found.statistic >= 0
        assert 0 <= found.p_value <= 1
    else:
        assert math.isnan(found.statistic)


def test_names_and_order_do_not_matter() -> None:
    swapped = ["a" if arm == "placebo" else "b" for arm in ARM]
    one = log_rank(BOTH_WEEKS, BOTH_ENDED, ARM)
    other = log_rank(BOTH_WEEKS[::-1], BOTH_ENDED[::-1], swapped[::-1])
    doubled = log_rank(BOTH_WEEKS * 2, BOTH_ENDED * 2, ARM * 2, strata=["x"] * 42 + ["y"] * 42)

    assert other.statistic == pytest.approx(one.statistic, rel=1e-12)
    assert doubled.statistic == pytest.approx(2 * one.statistic, rel=1e-12)


def test_strata_that_share_no_group_are_tested_side_by_side() -> None:
    found = log_rank(
        [1, 2, 3, 4, 1, 2, 3, 4], [True] * 8, list("aabbccdd"), strata=[0] * 4 + [1] * 4
    )
    alone = log_rank([1, 2, 3, 4], [True] * 4, list("aabb"))

    assert found.df == 2
    assert found.statistic == pytest.approx(2 * alone.statistic)


def test_too_few_ends_cannot_tell() -> None:
    found = log_rank([1, 2, 3, 4], [True] * 4, list("aabb"))

    assert found.too_few == ["a", "b"]
    assert found.verdict == "cannot_tell"
    durations, ended = simulated(400)
    same = log_rank(durations, ended, np.arange(400) % 2)
    assert same.verdict == "no_difference_seen"
    lonely = log_rank([*durations, 1.0, 1.0], [*ended, 0, 0], [*np.arange(400) % 2, 2, 2])
    assert lonely.too_few == [2]
    assert lonely.verdict == "cannot_tell"


@pytest.mark.parametrize(
    ("durations", "ended", "groups"),
    [
        ([], [], []),
        ([1, 2], [True, True], ["a", "a"]),
        ([1, 2], [False, False], ["a", "b"]),
        ([0, 0], [True, True], ["a", "b"]),
        ([1, 2], [True, True], ["a", None]),
        ([1], [True], ["a"]),
    ],
)
def test_nothing_to_compare(durations: list[int], ended: list[bool], groups: list[str]) -> None:
    found = log_rank(durations, ended, groups)

    assert found.df == 0
    assert math.isnan(found.statistic)
    assert math.isnan(found.p_value)
    assert found.verdict == "cannot_tell"
    assert found.groups["n"].sum() == sum(group is not None for group in groups)


def test_rows_without_group_or_stratum_are_left_out() -> None:
    arm = [*ARM, None, "6-MP"]
    found = log_rank([*BOTH_WEEKS, 7, 8], [*BOTH_ENDED, 1, 1], arm, strata=[*["x"] * 43, None])

    assert found.statistic == pytest.approx(16.79, abs=0.005)
    with pytest.raises(ValueError, match="strata should be as long"):
        log_rank([1], [True], ["a"], strata=["x", "y"])
    with pytest.raises(ValueError, match="groups should be as long"):
        log_rank([1], [True], [])
