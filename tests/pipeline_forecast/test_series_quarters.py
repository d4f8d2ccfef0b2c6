"""Quarters as a series of months sees them, by hand; blended where both know the same ones."""

import numpy as np
import pandas as pd
import pytest

from forecasting.series_quarters import quarter_errors, quarter_value, with_series

START, END = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-04-01")


def made_up(origins: dict[int, str]) -> pd.DataFrame:
    """Back-tests of three steps: each forecast is 10 too high in its first month, 1 in others."""
    rows = [
        {"known": known, "step": step,
         "period_on": pd.Timestamp(first) + pd.DateOffset(months=step - 1),
         "actual": 100.0, "yhat": 110.0 if step == 1 else 101.0}
        for known, first in origins.items()
        for step in (1, 2, 3)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_errors_of_quarters_by_what_was_left_of_them() -> None:
    made = made_up({24: "2025-01-01", 25: "2025-02-01", 26: "2025-03-01", 27: "2025-04-01"})
    found = {weeks: quarter_errors(made, weeks).to_dict() for weeks in (12, 8, 4, 1)}
    first, second = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")
    assert found == {12: {first: 12, second: 12}, 8: {first: 11}, 4: {first: 10}, 1: {first: 10}}
    unknown = made.assign(actual=np.nan)
    assert quarter_errors(unknown, 12).isna().all()


def test_what_the_series_said_stands_beside_what_was_won_of_all_deals() -> None:
    made = made_up({24: "2025-01-01", 25: "2025-02-01"})
    past = pd.DataFrame(
        {"level": ["all", "all", "team", "all"], "lead_weeks": [12, 8, 8, 8], "won": 300.0,
         "period_start": pd.to_datetime(["2025-01-01"] * 3 + ["2024-10-01"])}
    )  # fmt: skip
    said = with_series(past, made)["series"]
    assert said.tolist()[:2] == [312, 311]
    assert said.isna().tolist()[2:] == [True, True]
    nothing = with_series(past, made.iloc[:0])
    assert nothing["series"].isna().all()
    assert with_series(past.iloc[:0], made).empty


def test_a_quarter_is_its_months_that_are_over_and_the_forecast_of_the_rest() -> None:
    ahead = pd.DataFrame({"period_on": pd.date_range("2026-02-01", periods=3, freq="MS"),
                          "yhat": [50.0, 60.0, 999.0]})  # fmt: skip
    won = pd.Series({pd.Timestamp("2026-01-10"): 40.0, pd.Timestamp("2026-02-03"): 5.0,
                     pd.Timestamp("2025-12-31"): 7.0})  # fmt: skip
    assert quarter_value(ahead, won, START, END) == pytest.approx(40 + 50 + 60)
    large = pd.concat([won, pd.Series({pd.Timestamp("2026-02-20"): 70.0})])
    assert quarter_value(ahead, large, START, END) == pytest.approx(40 + 75 + 60)
    assert np.isnan(quarter_value(ahead.iloc[:1], won, START, END))
    later = pd.Timestamp("2026-07-01")
    assert np.isnan(quarter_value(ahead, won, END, later))
    assert np.isnan(quarter_value(ahead, won, START - pd.DateOffset(months=3), START))
