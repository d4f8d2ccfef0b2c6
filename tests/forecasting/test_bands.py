"""Bands by hand, their test on the past, and what related series add."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from forecasting import Forecast, Options, forecast
from forecasting.bands import Errors, Pool, band_columns, banded, coverage, spread
from forecasting.history import History
from forecasting.pool import pool_of, pooled, pooled_border
from forecasting.series import regular_series
from tests.forecasting.made import months, seasonal

LEVELS = (0.8, 0.95)
QUICK = ("seasonal_drift", "last_value")


def history(values: np.ndarray) -> History:
    return History(regular_series(months(values), "month").grid, values)


def table(errors: dict[int, list[float]], name: str = "mean") -> pd.DataFrame:
    """Back-test of values that are 0, by periods known at the origin."""
    rows = [
        {"candidate": name, "known": known, "step": step, "actual": 0.0, "yhat": error,
         "spread": 2.0, "scale": 1.0}
        for known, of_origin in errors.items()
        for step, error in enumerate(of_origin, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_moves_are_relative_to_the_level_of_their_time() -> None:
    growing = 10 * 1.5 ** np.arange(6)
    level = np.cumsum(growing) / np.arange(1, 7)
    moves = np.diff(growing) / level[:-1]

    assert spread(history(growing), 1) == pytest.approx(np.sqrt((moves**2).mean()) * level[-1])


def test_moves_grow_with_the_root_where_too_few_are_seen() -> None:
    values = np.array([10.0, 12.0, 9.0, 11.0])

    made = spread(history(values), 8)

    assert made[7] == pytest.approx(2 * made[1])
    assert spread(history(np.full(9, 4.0)), 3).tolist() == [0, 0, 0]
    assert np.isnan(spread(history(np.array([4.0])), 2)).all()


def test_noise_does_not_grow_with_the_horizon_and_a_random_walk_does() -> None:
    random = np.random.default_rng(0)
    noise = spread(history(1000 + random.normal(0, 10, 240)), 16)
    walk = spread(history(1000 + random.normal(0, 10, 240).cumsum()), 16)

    assert noise[15] / noise[0] == pytest.approx(1, abs=0.1)
    assert walk[15] / walk[0] == pytest.approx(4, abs=1)


def test_the_error_to_expect_moves_from_the_prior_to_what_was_seen() -> None:
    seen = Errors.of(table({10: [2.0, 4.0], 12: [6.0, 6.0]}))

    assert seen.expected(10, 2) == pytest.approx((np.sqrt(0.5), 5))
    # one step of the first origin: weight 0.25, square (2 / 2) ** 2
    assert seen.expected(11, 2) == pytest.approx((np.sqrt((2.5 + 0.25 * 1) / 5.25), 5.25))
    assert seen.expected(14, 2) == pytest.approx((np.sqrt((2.5 + 0.25 * (1 + 4 + 9 + 9)) / 6), 6))


def test_a_band_is_students_quantile_of_expected_errors() -> None:
    ahead = pd.DataFrame({"candidate": "mean", "step": [1, 2], "yhat": 10.0, "spread": [2.0, 20]})

    made = banded(ahead, table({10: [2.0, 4.0]}), 12, LEVELS, floor=0.0)

    error = np.sqrt((2.5 + 0.25 * 5) / 5.5)
    assert made["expected_error"].tolist() == pytest.approx([2 * error, 20 * error])
    assert made["high_80"][0] == pytest.approx(10 + 2 * error * stats.t(5.5).ppf(0.9))
    assert made["high_95"][1] == pytest.approx(10 + 20 * error * stats.t(5.5).ppf(0.975))
    assert made["low_80"][0] == pytest.approx(10 - 2 * error * stats.t(5.5).ppf(0.9))
    assert made["low_95"][1] == 0


def test_quantiles_of_a_pool_take_the_place_of_students() -> None:
    quantiles = pd.DataFrame({0.8: [1.0, 3.0], 0.95: [2.0, 6.0]}, index=[1, 2])
    ahead = pd.DataFrame(
        {"candidate": ["mean"] * 3 + ["drift"] * 3, "step": [1, 2, 3] * 2, "yhat": 10.0,
         "spread": np.sqrt(2)}
    )  # fmt: skip

    made = banded(ahead, table({}).reindex(columns=table({1: [1.0]}).columns), 9, LEVELS,
                  pool=Pool({"mean": quantiles}, 30, 900))  # fmt: skip

    assert made["high_80"].tolist()[:3] == pytest.approx([11, 13, 13])  # the last one further on
    assert made["high_80"][3] == pytest.approx(10 + stats.t(5).ppf(0.9))  # it knows no drift


def test_coverage_counts_what_was_inside() -> None:
    tested = pd.DataFrame(
        {"actual": [1.0, 2.0, np.nan, 4.0], "low_80": [0.0, 3.0, 0.0, 4.0],
         "high_80": [1.0, 9.0, 9.0, 4.0], "ds": pd.to_datetime(["2025-01-01"] * 3 + ["2025-02-01"])}
    )  # fmt: skip

    assert coverage(tested, (0.8,)).to_dict("records") == [
        {"level": 0.8, "held": 2, "n": 3, "share": pytest.approx(2 / 3), "periods": 2}
    ]
    assert coverage(tested.iloc[:0], (0.8,))["share"].isna().all()


def test_the_printed_coverage_is_that_of_the_rows() -> None:
    made = forecast(months(seasonal(72)), 6, "month", candidates=QUICK)

    rows = made.backtest[made.backtest["candidate"] == made.chosen]
    inside = (rows["actual"] >= rows["low_80"]) & (rows["actual"] <= rows["high_80"])
    assert made.coverage.loc[0, "held"] == inside.sum()
    assert made.coverage["n"].tolist() == [36, 36]


@pytest.fixture(scope="module")
def related() -> dict[str, Forecast]:
    """Twenty random walks, by candidates that are fast."""
    random = np.random.default_rng(4)
    return {
        f"{k}": forecast(
            months(500 + random.normal(0, 9, 60).cumsum()), 6, "month", candidates=QUICK
        )
        for k in range(20)
    }


def test_a_pool_covers_what_it_was_made_of(related: dict[str, Forecast]) -> None:
    pool = pool_of(related.values(), LEVELS)

    assert pool is not None
    assert (pool.series, pool.errors) == (20, 20 * 36)
    rows = pd.concat([one.backtest for one in related.values()])
    rows = rows[rows["candidate"] == "last_value"]
    size = (rows["actual"] - rows["yhat"]).abs() / rows["expected_error"]
    quantile = pool.at("last_value", 0.8, rows["step"].to_numpy(dtype="int64"))
    assert (size <= quantile).mean() == pytest.approx(0.8, abs=0.02)


def test_pooled_bands_are_tested_on_series_that_did_not_set_them(
    related: dict[str, Forecast],
) -> None:
    made = pooled(related)
    halves = [pool_of([related[k] for k in sorted(related)[i::2]], LEVELS) for i in (0, 1)]
    whole = pool_of(related.values(), LEVELS)
    first = sorted(related)[0]
    rows = made[first].backtest.iloc[:1]
    ahead = made[first].candidates.iloc[:1]

    name, step = rows["candidate"].iloc[0], rows["step"].to_numpy(dtype="int64")
    for frame, pool in ((rows, halves[1]), (ahead, whole)):
        half = (frame["high_80"] - frame["yhat"]) / frame["expected_error"]
        assert half.iloc[0] == pytest.approx(pool.at(name, 0.8, step)[0])
    assert list(made) == list(related)
    assert made[first].notes == related[first].notes
    together = pd.concat([one.coverage for one in made.values()]).groupby("level")[["held", "n"]]
    assert (together.sum()["held"] / together.sum()["n"]).loc[0.8] == pytest.approx(0.8, abs=0.06)


def test_few_series_calibrate_nobody(related: dict[str, Forecast]) -> None:
    few = dict(list(related.items())[:9])

    assert pool_of(few.values(), LEVELS) is None
    made = pooled(few)
    for name, one in few.items():
        pd.testing.assert_frame_equal(made[name].forecast, one.forecast)
    assert pooled_border(few.values()).border == 0.4


def test_the_border_moves_where_a_rival_wins_a_little_but_always() -> None:
    """Saw teeth: the seasonal naive is right to the noise, the mean is not."""
    random = np.random.default_rng(0)
    saw = np.tile(np.array([10.0, 90, 10, 80, 10, 70, 10, 60, 10, 50, 10, 40]), 6)
    teeth = [
        forecast(
            months(saw + random.normal(0, 1, 72)), 6, "month",
            candidates=("mean", "seasonal_naive"), options=Options(),
        )
        for _ in range(12)
    ]  # fmt: skip

    found = pooled_border(teeth)

    assert found.series == 12
    assert found.trials.set_index("border").loc[1.0, ["error", "left"]].tolist() == [1, 0]


def test_names_of_bands() -> None:
    assert band_columns((0.8, 0.975)) == ["low_80", "high_80", "low_97.5", "high_97.5"]
