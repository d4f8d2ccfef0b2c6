"""The rule of the choice, at its border."""

import numpy as np
import pandas as pd
import pytest

from forecasting.choice import choose


def table(**errors: list[float]) -> pd.DataFrame:
    """Two steps an origin, all off by the same."""
    rows = [
        {"candidate": name, "known": known, "step": step, "actual": 10.0, "yhat": 10.0 + error,
         "scale": 2.0, "spread": 1.0}
        for name, by_origin in errors.items()
        for known, error in enumerate(by_origin)
        for step in (1, 2)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("rival", "code", "chosen"),
    [
        ([6, 6, 6, 6], "rival_better", "drift"),
        ([6.1, 6, 6, 6], "default_stays", "mean"),
        ([0, 0, 0, 11], "rival_better", "drift"),  # better at three of four
        ([0, 0, 11, 11], "default_stays", "mean"),  # 45 % better, but at two of four only
        ([20, 20, 20, 20], "default_stays", "mean"),
    ],
)
def test_a_rival_must_be_clearly_better_at_most_origins(
    rival: list[float], code: str, chosen: str
) -> None:
    name, reason = choose(table(mean=[10] * 4, drift=rival), ("mean", "drift"))

    assert (name, reason.code, str(reason)) == (chosen, code, code)
    assert reason.rival == "drift"
    assert reason.numbers["origins"] == 4
    assert reason.numbers["improvement"] == pytest.approx(1 - sum(rival) / 40)


def test_two_origins_are_too_few() -> None:
    name, reason = choose(table(mean=[10, 10], drift=[0, 0]), ("mean", "drift"))

    assert (name, reason.code, reason.numbers["won"]) == ("mean", "too_few_origins", 2)


def test_another_border() -> None:
    given = table(mean=[10] * 3, drift=[8] * 3)

    assert choose(given, ("mean", "drift"), border=0.19)[0] == "drift"
    assert choose(given, ("mean", "drift"), border=0.21)[0] == "mean"


def test_without_a_test_or_a_rival_the_most_trusted_is_used() -> None:
    nothing = table(mean=[1]).iloc[:0]

    assert choose(nothing, ("drift", "theta"))[0] == "theta"
    assert choose(nothing, ("drift", "theta"))[1].code == "too_few_origins"
    assert choose(nothing, ("drift",))[1].code == "only_candidate"


def test_an_unknown_scale_does_not_hide_errors() -> None:
    given = table(mean=[10] * 3, drift=[1] * 3).assign(scale=np.nan)

    assert choose(given, ("mean", "drift"))[0] == "drift"
