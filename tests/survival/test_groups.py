"""Curves by group: each is the curve of its own rows, and no group goes unsaid."""

import numpy as np
import pandas as pd
import pytest
from sksurv.nonparametric import kaplan_meier_estimator

from analytics.survival import kaplan_meier
from analytics.survival_groups import kaplan_meier_by_group
from tests.survival.samples import ARM, BOTH_ENDED, BOTH_WEEKS, ENDED, WEEKS, simulated, telco


def test_each_curve_is_that_of_its_own_rows() -> None:
    found = kaplan_meier_by_group(BOTH_WEEKS, BOTH_ENDED, ARM, level=0.9)

    own = found.curves[found.curves["group"] == "6-MP"].drop(columns="group")
    pd.testing.assert_frame_equal(own.reset_index(drop=True), kaplan_meier(WEEKS, ENDED, level=0.9))
    assert found.curves.columns[0] == "group"
    assert found.groups.to_numpy().tolist() == [
        ["6-MP", 21, 9, "shown"], ["placebo", 21, 21, "shown"],
    ]  # fmt: skip


def test_entries_stay_with_their_rows() -> None:
    durations, ended = simulated(200)
    entered, groups = np.floor(durations / 2), np.arange(200) % 3
    found = kaplan_meier_by_group(durations, ended, groups, entered=entered)

    for group, part in found.curves.groupby("group"):
        own = groups == group
        alone = kaplan_meier(durations[own], ended[own], entered=entered[own])
        pd.testing.assert_frame_equal(part.drop(columns="group").reset_index(drop=True), alone)


def test_small_groups_and_too_many_are_said() -> None:
    groups = ["c"] * 3 + ["a"] * 4 + ["b"] * 4 + ["d"] * 2 + ["e"] * 3 + [None] * 5
    durations = [*range(20), np.nan]

    found = kaplan_meier_by_group(durations, [True] * 21, groups, least=3, most=3)

    assert found.groups["group"].tolist() == ["a", "b", "c", "e", "d"]
    assert found.groups["n"].tolist() == [4, 4, 3, 3, 2]
    assert found.groups["ended"].tolist() == [4, 4, 3, 3, 2]
    assert found.groups["status"].tolist() == ["shown"] * 3 + ["too_many", "too_small"]
    assert found.curves["group"].unique().tolist() == ["a", "b", "c"]
    assert found.without_group == 4  # the fifth has no duration


def test_no_group_is_large_enough() -> None:
    for durations, groups in (([], []), ([1.0], ["a"]), ([1.0], [None])):
        found = kaplan_meier_by_group(durations, [True] * len(durations), groups)
        assert found.curves.empty
        assert found.curves.columns.tolist() == ["group", *kaplan_meier([], []).columns]
        assert (found.groups["status"] == "too_small").all()


def test_refuses_groups_of_another_length() -> None:
    with pytest.raises(ValueError, match="groups should be as long"):
        kaplan_meier_by_group([1, 2], [True, True], ["a"])


@pytest.mark.real_data
def test_telco_by_contract_agrees_with_scikit_survival() -> None:
    frame = telco()

    found = kaplan_meier_by_group(frame["tenure"], frame["left"], frame["Contract"])

    assert found.groups["group"].tolist() == ["Month-to-month", "Two year", "One year"]
    assert found.groups["n"].tolist() == [3875, 1695, 1473]
    assert found.groups["ended"].tolist() == [1655, 48, 166]
    for group, part in found.curves.groupby("group"):
        rows = frame[frame["Contract"] == group]
        _, survival, interval = kaplan_meier_estimator(
            rows["left"], rows["tenure"].astype(float), conf_type="log-log"
        )
        known = part["low"].notna().to_numpy()
        assert known.sum() > 40
        np.testing.assert_allclose(part["survival"], survival, rtol=0, atol=1e-9)
        np.testing.assert_allclose(part["low"][known], interval[0][known], rtol=0, atol=1e-9)
        np.testing.assert_allclose(part["high"][known], interval[1][known], rtol=0, atol=1e-9)
