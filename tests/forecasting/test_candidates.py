"""Candidates against hand counts, published forms and statsmodels."""

import numpy as np
import pytest
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from forecasting.candidates import MEAN, PARTS, forecasts, in_order
from forecasting.ets import best_form, ets
from forecasting.ets_recursion import Form, Parameters, run, started
from forecasting.history import History
from forecasting.plain import drift, last_value, seasonal_drift, seasonal_naive
from forecasting.seasons import has_season, with_shrunk_season, without_season
from forecasting.series import regular_series
from forecasting.theta import smoothed, theta
from tests.forecasting.made import months, seasonal


def test_plain_forecasts_by_hand() -> None:
    values = np.array([1.0, 4.0, 2.0, 7.0])

    assert last_value(values, 2).tolist() == [7, 7]
    assert seasonal_naive(values, 2, 3).tolist() == [2, 7, 2]
    assert seasonal_naive(values, 9, 2).tolist() == [7, 7]
    assert drift(values, 2).tolist() == [9, 11]
    assert seasonal_drift(values, 4, 1).tolist() == [9]  # no season seen yet: the plain drift


def test_seasonal_drift_continues_season_and_line() -> None:
    values = np.arange(40.0) + np.tile([0.0, 10.0, 0.0, -10.0], 10)

    made = seasonal_drift(values, 4, 4)

    assert made == pytest.approx(np.arange(40, 44) + np.array([0, 10, 0, -10]), abs=1.2)


def test_one_odd_year_does_not_move_the_drift() -> None:
    values = 100 + np.arange(60.0)
    odd = values.copy()
    odd[30:36] += 500

    made = seasonal_drift(odd, 12, 12)

    assert np.diff(made).mean() == pytest.approx(1, abs=3)
    assert made[-1] < 200


def test_a_season_is_found_where_there_is_one() -> None:
    noise = np.random.default_rng(0).normal(100, 10, 96)

    assert has_season(seasonal(96), 12)
    assert not has_season(noise, 12)
    assert not has_season(seasonal(24), 12)
    assert not has_season(np.full(50, 3.0), 12)


def test_the_season_is_taken_out_and_put_back() -> None:
    values = np.tile([50.0, 100.0, 150.0, 100.0], 6)

    for is_factor in (True, False):
        adjusted = without_season(values, 4, is_factor=is_factor)
        assert adjusted.values == pytest.approx(np.full(24, 100.0))
        assert adjusted.put_back(np.full(6, 100.0)) == pytest.approx(np.resize(values, 6))
    assert without_season(values, 4, is_factor=True).indices == pytest.approx([0.5, 1, 1.5, 1])


def test_a_season_of_noise_is_shrunk_away_and_a_real_one_is_kept() -> None:
    noise = 100 + np.random.default_rng(1).normal(0, 10, 60)
    raw = without_season(noise, 12, is_factor=True).indices
    shrunk = with_shrunk_season(noise, 12).indices
    real = np.tile([50.0, 100.0, 150.0, 100.0], 10) + np.random.default_rng(1).normal(0, 1, 40)

    assert np.abs(shrunk - 1).max() < 0.55 * np.abs(raw - 1).max()
    assert with_shrunk_season(real, 4).indices == pytest.approx([0.5, 1, 1.5, 1], abs=0.02)


def test_smoothing_finds_the_least_squares() -> None:
    values = np.random.default_rng(2).normal(0, 1, 40).cumsum() + 20
    alpha, level = smoothed(values)

    def squares(alpha: float, start: float) -> float:
        total, now = 0.0, start
        for value in values:
            total += (value - now) ** 2
            now += alpha * (value - now)
        return total

    starts = np.linspace(values[0] - 3, values[0] + 3, 601)
    best = min((squares(a / 100, s), a / 100) for a in range(1, 100) for s in starts[::20])
    assert alpha == pytest.approx(best[1], abs=0.011)
    assert level == pytest.approx(values[-1], abs=3)


def test_theta_agrees_with_statsmodels() -> None:
    for seed in range(3):
        values = seasonal(96, seed=seed)
        theirs = ThetaModel(values, period=12, method="mul").fit().forecast(12).to_numpy()

        assert theta(values, 12, 12) == pytest.approx(theirs, rel=0.02)


def test_theta_is_smoothing_with_half_the_slope_as_drift() -> None:
    values = np.array([3.0, 5.0, 4.0, 6.0, 8.0, 7.0, 9.0])
    alpha, level = smoothed(values)
    half = np.polyfit(np.arange(7), values, 1)[0] / 2

    expected = level + half * (np.arange(3) + (1 - (1 - alpha) ** 7) / alpha)
    assert theta(values, 12, 3) == pytest.approx(expected)


@pytest.mark.parametrize("trend", ["N", "A", "Ad"])
@pytest.mark.parametrize(("season", "is_multiplicative"), [(1, False), (4, False), (1, True)])
def test_the_recursion_agrees_with_statsmodels(
    trend: str, season: int, is_multiplicative: bool
) -> None:
    values = np.tile([80.0, 100.0, 130.0, 95.0], 8) + np.random.default_rng(3).normal(0, 4, 32)
    form = Form(trend, season, is_multiplicative)
    one = Parameters.of(np.array([[[0.3, 0.4, 0.2, 0.9]]]), [form])
    adjusted, level, slope = started(values, season, is_multiplicative)
    state = run(values, one, (adjusted, level, slope), [form])
    alpha, beta, gamma, phi = one.at(0, 0)

    theirs = ETSModel(
        values,
        error="mul" if is_multiplicative else "add",
        trend=None if trend == "N" else "add",
        damped_trend=trend == "Ad",
        seasonal=None if season == 1 else "add",
        seasonal_periods=None if season == 1 else season,
        initialization_method="known",
        initial_level=level if trend != "N" else adjusted.values[:10].mean(),
        initial_trend=None if trend == "N" else slope,
        initial_seasonal=None if season == 1 else adjusted.indices,
    )
    parameters = {
        "smoothing_level": alpha, "smoothing_trend": beta, "smoothing_seasonal": gamma,
        "damping_trend": phi,
    }  # fmt: skip
    fitted = theirs.smooth([parameters[n] for n in theirs.param_names if n in parameters])
    error = values / fitted.fittedvalues - 1 if is_multiplicative else values - fitted.fittedvalues

    assert state.squares[0] == pytest.approx(float((error**2).sum()), rel=1e-9)


@pytest.mark.parametrize("trend", ["N", "A", "Ad"])
def test_a_multiplicative_season_moves_as_in_the_book(trend: str) -> None:
    """Hyndman et al. (2008), Table 2.3; statsmodels divides by the level after its update."""
    values = np.tile([80.0, 100.0, 130.0, 95.0], 8) + np.random.default_rng(3).normal(0, 4, 32)
    form = Form(trend, 4, True)
    one = Parameters.of(np.array([[[0.3, 0.4, 0.2, 0.9]]]), [form])
    adjusted, level, slope = started(values, 4, True)
    state = run(values, one, (adjusted, level, slope), [form])
    alpha, beta, gamma, phi = one.at(0, 0)

    season, total = adjusted.indices.tolist(), 0.0
    if trend == "N":
        level, slope = adjusted.values[:10].mean(), 0.0
    for t, value in enumerate(values):
        line = level + phi * slope
        error = value / (line * season[t % 4]) - 1
        level, slope = line * (1 + alpha * error), phi * slope + beta * line * error
        season[t % 4] *= 1 + gamma * error
        total += error**2

    assert state.squares[0] == pytest.approx(total, rel=1e-9)
    assert state.level[0] == pytest.approx(level)
    assert state.indices[:, 0] == pytest.approx(season)


def test_the_form_follows_the_series() -> None:
    random = np.random.default_rng(5)
    flat = 50 + random.normal(0, 5, 80)
    line = 20 + 2.0 * np.arange(80) + random.normal(0, 1, 80)

    assert best_form(flat, 12).form.season == 1
    assert best_form(flat, 12).form.trend == "N"
    assert best_form(line, 12).form.trend in ("A", "Ad")
    assert ets(line, 12, 3) == pytest.approx([180, 182, 184], abs=2.5)
    assert best_form(seasonal(96), 12).form.season == 12
    assert not best_form(seasonal(96) - 90, 12).form.is_multiplicative


def test_the_search_comes_as_near_as_an_optimiser() -> None:
    values = seasonal(84, seed=7, noise=8)
    ours = best_form(values, 12)
    adjusted, _, _ = started(values, 12, True)
    theirs = ETSModel(
        values, error="mul", seasonal="mul", seasonal_periods=12, initialization_method="known",
        initial_level=adjusted.values[:10].mean(), initial_seasonal=adjusted.indices,
    ).fit(disp=False)  # fmt: skip

    assert ours.form == Form("N", 12, True)
    assert ours.squares <= 1.03 * float((theirs.resid**2).sum())


def test_the_mean_is_that_of_its_parts() -> None:
    regular = regular_series(months(seasonal(60)), "month")
    history = History(regular.grid, regular.values)

    made = forecasts(history, 6, (MEAN, *PARTS))

    assert made[MEAN] == pytest.approx(sum(made[name] for name in PARTS) / 3)
    assert list(forecasts(history, 6, (MEAN,))) == [MEAN]
    assert in_order(("drift", "from elsewhere", MEAN)) == (MEAN, "drift", "from elsewhere")
