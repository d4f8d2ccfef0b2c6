"""Many series: the same in any order of work, after a kill, and on several processes."""

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast, Options, forecast_many
from forecasting.boosting import global_boosting
from forecasting.history import History
from forecasting.series import regular_series
from tests.forecasting.made import months, seasonal

OPTIONS = Options(candidates=("mean", "seasonal_naive", "global_boosting"), origins=2)


def many(n: int) -> dict[str, "pd.Series[float]"]:
    return {f"s{k}": months(seasonal(60, seed=k, level=50.0 * (k + 1))) for k in range(n)}


def histories(given: dict[str, "pd.Series[float]"]) -> dict[str, History]:
    made = {name: regular_series(values, "month") for name, values in given.items()}
    return {name: History(one.grid, one.values) for name, one in made.items()}


class KilledError(Exception):
    pass


@pytest.fixture(scope="module")
def whole() -> dict[str, Forecast]:
    return forecast_many(many(11).items(), 4, "month", options=OPTIONS)


def assert_same(first: dict[str, Forecast], second: dict[str, Forecast]) -> None:
    assert list(first) == list(second)
    for name in first:
        pd.testing.assert_frame_equal(first[name].forecast, second[name].forecast)
        pd.testing.assert_frame_equal(first[name].backtest, second[name].backtest)
        assert first[name].reason == second[name].reason


def test_a_killed_run_goes_on_where_it_stopped(whole: dict[str, Forecast]) -> None:
    kept: dict[str, Forecast] = {}

    def keep(name: str, made: Forecast) -> None:
        kept[name] = made
        if len(kept) == 4:
            raise KilledError

    with pytest.raises(KilledError):
        forecast_many(many(11).items(), 4, "month", options=OPTIONS, keep=keep)
    told: list[tuple[int, int]] = []
    again: list[str] = []
    made = forecast_many(
        many(11).items(), 4, "month", options=OPTIONS, done=dict(kept),
        keep=lambda name, _: again.append(name), progress=lambda a, b: told.append((a, b)),
    )  # fmt: skip

    assert list(kept) == ["s0", "s1", "s2", "s3"]
    assert again == [f"s{k}" for k in range(4, 11)]
    assert told == [(k, 11) for k in range(4, 12)]
    assert_same(made, whole)


@pytest.mark.slow
def test_two_processes_find_the_same(whole: dict[str, Forecast]) -> None:
    assert_same(forecast_many(many(11).items(), 4, "month", options=OPTIONS, processes=2), whole)


def test_the_global_model_is_tested_like_the_others(whole: dict[str, Forecast]) -> None:
    scores = whole["s3"].scores.set_index("candidate")

    assert scores.loc["global_boosting", "origins"] == 2
    assert scores.loc["global_boosting", "mase"] < 1


def test_the_global_model_knows_nothing_after_an_origin() -> None:
    given = many(12)
    changed = {name: values.copy() for name, values in given.items()}
    for values in changed.values():
        values.iloc[56:] = 1e5

    first, second = (global_boosting(histories(one), 4, most_origins=2) for one in (given, changed))

    assert set(first["s0"]) == {55, 56, 60}
    for name in given:
        assert first[name][56].tolist() == second[name][56].tolist()
    assert first["s0"][60].tolist() != second["s0"][60].tolist()


def test_series_that_end_elsewhere_or_are_few_have_no_global_model() -> None:
    given = many(11)
    given["s4"] = given["s4"].iloc[:-1]

    assert set(global_boosting(histories(given), 4, most_origins=1)) == set(given) - {"s4"}
    assert global_boosting(histories(many(9)), 4, most_origins=1) == {}
    assert global_boosting({}, 4, most_origins=1) == {}


def test_series_that_cannot_be_modelled_are_among_the_others() -> None:
    given = {"zero": months([0.0] * 30), "short": months([1.0]), **many(1)}
    options = Options(candidates=("mean", "seasonal_naive"), origins=1)

    made = forecast_many(given.items(), 2, "month", options=options)

    assert [one.reason.code for one in made.values()][:2] == ["all_zero", "too_short"]
    assert made["zero"].forecast["yhat"].tolist() == [0, 0]
    assert np.isfinite(made["s0"].forecast["yhat"]).all()
    assert forecast_many([], 2, "month") == {}
