"""Shares of explained variance by hand."""

import numpy as np
import pandas as pd
import pytest

from analytics.satisfaction_drivers import drivers_of
from crm_data.errors import BadInputError, UsageError


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Two correlated drivers and one that has nothing to do with the score."""
    rng = np.random.default_rng(3)
    wait = rng.normal(size=600)
    polite = 0.5 * wait + rng.normal(size=600)
    score = -2 * wait + polite + rng.normal(size=600)
    return pd.DataFrame(
        {"wait": wait, "polite": polite, "noise": rng.normal(size=600), "score": score}
    )


def test_shares_are_means_over_both_orders(answers: pd.DataFrame) -> None:
    found = drivers_of(answers, "score", ["wait", "polite"], resamples=20)

    r = answers[["wait", "polite", "score"]].corr().to_numpy()
    a, b, c = r[0, 2], r[1, 2], r[0, 1]
    both = (a**2 + b**2 - 2 * a * b * c) / (1 - c**2)
    wait = (a**2 + both - b**2) / 2
    parts = found.drivers.set_index("driver")
    assert found.explained == pytest.approx(both)
    assert parts.loc["wait", "variance"] == pytest.approx(wait)
    assert parts["share"].sum() == pytest.approx(1)
    assert parts.loc["wait", "slope"] < 0 < parts.loc["polite", "slope"]


def test_what_matters_is_named_and_what_does_not_is_not(answers: pd.DataFrame) -> None:
    found = drivers_of(answers, "score", ["wait", "polite", "noise"], resamples=60)

    rows = found.drivers.set_index("driver")
    assert found.drivers["driver"].iloc[0] == "wait"
    assert rows.loc["wait", "low"] > 1 / 3
    assert rows.loc["noise", "high"] < 0.1
    assert rows.loc["wait", "quadrant"] in ("improve", "keep")
    assert rows.loc["noise", "quadrant"] in ("later", "enough")


def test_weak_performance_of_what_matters_is_to_be_improved() -> None:
    slow = np.array([0.0] * 20 + [1.0] * 80)
    frame = pd.DataFrame({"slow": slow, "other": np.tile([0.0, 1.0], 50), "score": 5 - 3 * slow})

    found = drivers_of(frame, "score", ["slow", "other"], resamples=30)

    rows = found.drivers.set_index("driver")
    assert rows.loc["slow", "performance"] == pytest.approx(0.2)
    assert rows.loc["slow", "quadrant"] == "improve"
    assert rows.loc["other", "quadrant"] == "enough"


def test_answers_without_a_driver_and_constant_drivers_are_told(answers: pd.DataFrame) -> None:
    frame = answers.assign(same=1.0)
    frame.loc[:9, "wait"] = np.nan

    found = drivers_of(frame, "score", ["wait", "same"], resamples=5)

    assert (found.n, found.left_out, found.constant) == (590, 10, ("same",))


def test_too_few_answers_are_refused(answers: pd.DataFrame) -> None:
    with pytest.raises(BadInputError, match="39 answers have every driver known, 40 are needed"):
        drivers_of(answers.head(39), "score", ["wait", "polite"])
    with pytest.raises(UsageError, match="1 to 10"):
        drivers_of(answers, "score", [])
