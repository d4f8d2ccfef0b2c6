"""The back-test: where origins lie, and that nothing after one is known."""

import numpy as np
import pandas as pd
import pytest

from forecasting import Events, Options, forecast
from forecasting.backtest import backtest, origins
from forecasting.history import History
from forecasting.series import regular_series
from tests.forecasting.made import PLAIN, months, seasonal


@pytest.mark.parametrize(
    ("n", "horizon", "season", "known"),
    [
        (120, 12, 12, [88, 92, 96, 100, 104, 108]),
        (66, 18, 12, [30, 36, 42, 48]),
        (40, 12, 12, [20, 24, 28]),  # under four seasons: half the series is left
        (12, 6, 12, [6]),
        (11, 6, 12, []),
        (30, 1, 4, [24, 25, 26, 27, 28, 29]),
    ],
)
def test_where_origins_lie(n: int, horizon: int, season: int, known: list[int]) -> None:
    assert origins(n, horizon, season) == known


def test_every_candidate_origin_and_step_is_there() -> None:
    values = seasonal(72)
    regular = regular_series(months(values), "month")

    table = backtest(History(regular.grid, regular.values), 6, ("mean", "last_value"), most=3)

    assert len(table) == 2 * 3 * 6
    assert set(table["known"]) == {62, 64, 66}
    last = table[(table["candidate"] == "last_value") & (table["known"] == 64)]
    assert (last["yhat"] == values[63]).all()
    assert last["actual"].tolist() == values[64:70].tolist()
    assert last["origin"].unique() == pd.Timestamp("2020-04-01")
    assert last["ds"].iloc[0] == pd.Timestamp("2020-05-01")
    assert last["scale"].iloc[0] == pytest.approx(np.abs(values[12:64] - values[:52]).mean())


@pytest.mark.parametrize("gap", [False, True])
def test_values_after_an_origin_change_nothing_before_it(gap: bool) -> None:
    """Prophet has a test of its own: it is slow."""
    values = seasonal(84, seed=1)
    if gap:
        values[[30, 70, 71]] = np.nan
    changed = values.copy()
    changed[72:] = np.random.default_rng(9).uniform(1, 900, 12)
    options = Options(origins=6)

    first, second = (
        forecast(months(v), 12, "month", candidates=PLAIN, options=options)
        for v in (values, changed)
    )

    columns = ["candidate", "origin", "step", "yhat", "scale", "spread", "expected_error"]
    columns += ["low_80", "high_80", "low_95", "high_95"]
    pd.testing.assert_frame_equal(
        first.backtest.loc[first.backtest["known"] <= 72, columns],
        second.backtest.loc[second.backtest["known"] <= 72, columns],
    )
    assert not first.forecast["yhat"].equals(second.forecast["yhat"])


def test_a_campaign_is_known_from_the_day_it_was_planned() -> None:
    promotions = pd.DataFrame(
        {
            "name": ["sale", "sale"], "start_on": ["2020-03-01", "2020-06-16"],
            "end_on": ["2020-03-31", "2020-06-30"], "known_on": ["2020-01-15", "2020-06-01"],
        }
    )  # fmt: skip
    grid = regular_series(months(np.arange(6.0), "2020-01-01"), "month").grid
    history = History(grid, np.arange(6.0), Events(promotions=promotions))

    assert history.regressors(1)["promotion: sale"].tolist() == [0, 0, 1, 0, 0, 0.5, 0]
    assert history.until(3).regressors(3)["promotion: sale"].tolist() == [0, 0, 1, 0, 0, 0]
