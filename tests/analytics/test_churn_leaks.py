"""Fields that know the outcome are named, honest ones are not."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn_leaks import suspect_leaks
from crm_data.errors import BadInputError
from tests.analytics.churners import churners

FRAME, CHURNED, _ = churners()
RNG = np.random.default_rng(12)


def reasons(frame: pd.DataFrame, churned: np.ndarray = CHURNED, **kwargs: object) -> dict:
    found = suspect_leaks(frame, churned, **kwargs)
    return {row.field: row.reason for row in found.itertuples() if row.reason is not None}


def test_honest_fields_are_not_suspected() -> None:
    found = suspect_leaks(FRAME, CHURNED)

    assert found["reason"].tolist() == [None] * 5
    assert found["field"].iloc[0] == "days_silent"
    assert found["alone"].is_monotonic_decreasing
    assert found["others"].notna().sum() == 3


@pytest.mark.parametrize(
    "leak",
    [
        CHURNED,
        np.where(CHURNED, "asked to leave", None),  # only filled for those who left
        np.where(CHURNED, RNG.exponential(10, len(CHURNED)), np.nan),
        np.where(RNG.random(len(CHURNED)) < 0.1, ~CHURNED, CHURNED),  # wrong for a tenth
    ],
)
def test_a_planted_leak_is_suspected(leak: np.ndarray) -> None:
    assert reasons(FRAME.assign(leak=leak)) == {"leak": "suspected"}


def test_two_copies_of_a_leak_do_not_hide_each_other() -> None:
    found = reasons(FRAME.assign(leak=CHURNED, copy=CHURNED))

    assert found == {"leak": "suspected", "copy": "suspected"}


def test_a_leak_among_few_fields_is_suspected_by_itself() -> None:
    assert reasons(FRAME[["noise"]].assign(leak=CHURNED)) == {"leak": "suspected"}
    # With one other field, "as good as all others" says nothing.
    assert reasons(FRAME[["noise", "days_silent"]]) == {}


def test_declared_fields_are_named_and_do_not_speak_for_others() -> None:
    frame = FRAME.assign(leak=CHURNED, never=np.nan)

    assert reasons(frame, declared=["leak", "never"]) == {"leak": "declared", "never": "declared"}
    with pytest.raises(BadInputError) as refused:
        suspect_leaks(frame, CHURNED, declared=["duration"])
    assert refused.value.code == "churn_fields"


def test_a_label_of_chance_suspects_nothing() -> None:
    assert reasons(FRAME, RNG.random(len(FRAME)) < 0.3) == {}


def test_many_rows_are_looked_at_in_part_and_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.churn_leaks._MOST_ROWS", 700)
    one, other = (suspect_leaks(FRAME.assign(leak=CHURNED), CHURNED) for _ in range(2))

    pd.testing.assert_frame_equal(one, other)
    assert one["field"].iloc[0] == "leak"


def test_one_class_has_no_leak_and_no_warning() -> None:
    assert reasons(FRAME, np.zeros(len(FRAME), dtype=bool)) == {}


def strong() -> tuple[pd.DataFrame, np.ndarray]:
    """Return a field that is honest and good (AUC about 0.85), with three of noise."""
    rng = np.random.default_rng(40)
    silent = rng.normal(size=2000)
    churned = rng.random(2000) < 1 / (1 + np.exp(1 - 2.5 * silent))
    noise = {f"noise_{i}": rng.normal(size=2000) for i in range(3)}
    return pd.DataFrame({"silent": silent, **noise}), churned


def test_a_good_field_that_others_can_stand_in_for_is_not_suspected() -> None:
    frame, churned = strong()
    twin = frame["silent"] + np.random.default_rng(41).normal(0, 0.1, 2000)

    assert reasons(frame.assign(twin=twin), churned) == {}


def test_a_good_field_beside_few_others_is_not_suspected() -> None:
    frame, churned = strong()

    assert reasons(frame[["silent", "noise_0"]], churned) == {}
    assert reasons(frame, churned) == {"silent": "suspected"}  # it explains nearly everything


def test_a_declared_leak_does_not_hide_another() -> None:
    weak = np.where(np.random.default_rng(42).random(len(FRAME)) < 0.1, ~CHURNED, CHURNED)
    found = reasons(FRAME.assign(leak=CHURNED, weak=weak), declared=["leak"])

    assert found == {"leak": "declared", "weak": "suspected"}
