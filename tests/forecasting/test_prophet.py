"""Prophet: quiet, blind to the future, and its parts add up. Few fits: each takes its time."""

import logging

import numpy as np
import pandas as pd
import pytest

from forecasting import Events, Options, components, forecast
from forecasting.history import History
from forecasting.prophet_model import prophet
from forecasting.series import regular_series
from tests.forecasting.made import months, seasonal

BOTH = ("mean", "prophet_additive", "prophet_multiplicative")


@pytest.mark.parametrize("seed", [0])
def test_prophet_stands_beside_the_mean_and_knows_nothing_of_the_future(
    seed: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    values = seasonal(60, seed=seed)
    changed = values.copy()
    changed[54:] = np.random.default_rng(1).uniform(0, 900, 6)
    options = Options(origins=2)

    with caplog.at_level(logging.DEBUG):
        first, second = (
            forecast(months(v), 6, "month", candidates=BOTH, options=options)
            for v in (values, changed)
        )

    assert capfd.readouterr() == ("", "")
    assert [one for one in caplog.records if one.name in ("cmdstanpy", "prophet")] == []
    assert first.chosen == "mean"
    assert set(first.scores["candidate"]) == set(BOTH)
    assert first.scores.set_index("candidate").loc["prophet_multiplicative", "mase"] < 1
    known = first.backtest["known"] <= 54
    pd.testing.assert_frame_equal(
        first.backtest.loc[known, ["candidate", "yhat"]],
        second.backtest.loc[known, ["candidate", "yhat"]],
    )


def test_values_of_both_signs_make_no_noise(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    values = np.random.default_rng(5).normal(0, 10, 40)

    with caplog.at_level(logging.DEBUG):
        found = forecast(months(values), 4, "month", candidates=BOTH, options=Options(origins=2))

    assert found.forecast["yhat"].notna().all()
    assert capfd.readouterr() == ("", "")
    assert [one for one in caplog.records if one.name.startswith(("cmdstanpy", "prophet"))] == []


def test_sales_are_not_forecast_below_zero() -> None:
    regular = regular_series(months(np.maximum(100.0 - 3 * np.arange(40), 0)), "month")
    history = History(regular.grid, regular.values)

    assert history.bounded(prophet(history, 12, "additive")).min() >= 0


def test_a_planted_festival_and_campaign_are_in_the_components() -> None:
    dates = pd.date_range("2022-01-01", "2025-06-30")
    level = 100 + 20 * (dates.day_of_week == 5)
    festival = dates.isin(pd.to_datetime(["2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29"]))
    campaigns = pd.DataFrame(
        {"name": "sale", "start_on": [f"{y}-10-11" for y in range(2022, 2026)],
         "end_on": [f"{y}-10-21" for y in range(2022, 2026)]}
    )  # fmt: skip
    sale = (dates.month == 10) & (dates.day >= 11) & (dates.day <= 21)
    values = level * np.where(festival, 0.2, 1.0) * np.where(sale, 2.0, 1.0)
    regular = regular_series(pd.Series(values, dates), "day")
    history = History(regular.grid, regular.values, Events("CN", campaigns))

    parts = components(history, 150)

    names = [name for name in parts if name not in ("yhat", "trend")]
    total = parts["trend"] + parts[names].sum(axis=1)
    assert total.to_numpy() == pytest.approx(parts["yhat"].to_numpy())
    assert parts.loc["2025-10-15", "promotion: sale"] == pytest.approx(100, rel=0.25)
    assert parts.loc["2025-10-09", "promotion: sale"] == 0
    assert parts.loc["2025-01-29", "holiday: Chinese New Year"] < -20
    assert parts["weekly"].groupby(parts.index.day_of_week).mean().idxmax() == 5


def test_two_values_do_not_stop_it() -> None:
    regular = regular_series(months([3.0, 4.0]), "month")

    made = prophet(History(regular.grid, regular.values), 3, "additive")

    assert made is None or np.isfinite(made).all()
