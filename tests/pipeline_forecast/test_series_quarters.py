"""Quarters as a series of months sees them, by hand."""

import numpy as np
import pandas as pd

from forecasting.series_quarters import quarter_errors, with_series


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
