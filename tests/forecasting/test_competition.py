"""Real series of a competition and of a shop: a sample, without Prophet, which takes long.

``python -m benchmarks.forecast`` runs all of them with every candidate.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast, forecast
from tests.forecasting.made import PLAIN, months
from tests.real_data import real_file

pytestmark = [pytest.mark.real_data, pytest.mark.slow]
EVERY = 12


@pytest.fixture(scope="module")
def competition() -> list[tuple[Forecast, np.ndarray, float]]:
    """Every twelfth monthly series of M3: forecast, what came, scale of MASE."""
    of = pd.read_csv(real_file("m3/m3_series_meta.csv"))
    values = pd.read_csv(real_file("m3/m3_values_long.csv.gz"))
    found = []
    for name in of.loc[of["period"] == "MONTHLY", "series_id"].iloc[::EVERY]:
        rows = values[values["series_id"] == name]
        train = rows.loc[rows["split"] == "train", "y"].to_numpy()
        made = forecast(months(train, "1980-01-01"), 18, "month", candidates=PLAIN)
        scale = float(np.abs(train[12:] - train[:-12]).mean())
        found.append((made, rows["y"].to_numpy()[len(train) :], scale))
    return found


def test_the_choice_is_no_worse_than_the_mean_and_better_than_its_parts(
    competition: list[tuple[Forecast, np.ndarray, float]],
) -> None:
    def mase(which: Callable[[Forecast], str]) -> float:
        errors = []
        for made, actual, scale in competition:
            ahead = made.candidates[made.candidates["candidate"] == which(made)]
            errors.append(np.abs(ahead["yhat"].to_numpy() - actual).mean() / scale)
        return float(np.mean(errors))

    chosen, mean = mase(lambda made: made.chosen), mase(lambda _: "mean")

    assert chosen <= 1.03 * mean
    for part in ("ets", "theta", "seasonal_drift", "seasonal_naive"):
        assert chosen < mase(lambda _, part=part: part)


def test_bands_hold_as_often_as_they_say(
    competition: list[tuple[Forecast, np.ndarray, float]],
) -> None:
    inside = {
        level: np.mean(
            [
                (made.forecast[f"low_{level}"] <= actual)
                & (actual <= made.forecast[f"high_{level}"])
                for made, actual, _ in competition
            ]
        )
        for level in (80, 95)
    }

    assert 0.74 <= inside[80] <= 0.89  # sixty series: the benchmark has all
    assert 0.92 <= inside[95] <= 0.99


def test_weeks_of_a_shop() -> None:
    rows = pd.read_csv(real_file("walmart_weekly/Walmart_Store_sales.csv"))
    rows["Date"] = pd.to_datetime(rows["Date"], format="%d-%m-%Y")
    off = total = 0.0
    for store in range(1, 46, 3):
        series = rows[rows["Store"] == store].set_index("Date")["Weekly_Sales"].sort_index()
        made = forecast(series.iloc[:-13], 13, "week", candidates=PLAIN)
        assert made.forecast["ds"].tolist() == series.index[-13:].tolist()
        off += float(np.abs(made.forecast["yhat"].to_numpy() - series.iloc[-13:]).sum())
        total += float(series.iloc[-13:].sum())

    assert off / total <= 0.035
