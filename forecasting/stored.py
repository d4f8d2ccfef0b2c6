"""A forecast as rows, and back again: bands, scores and coverage follow from what is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from forecasting.backtest import BACKTEST
from forecasting.choice import Reason
from forecasting.result import Forecast, assembled
from forecasting.series import regular_series

_AHEAD = ["candidate", "period_on", "step", "yhat", "spread"]
TEST_COLUMNS = ["candidate", "origin_on", "known", "step", "period_on", "actual", "yhat", "scale",
          "spread"]  # fmt: skip
_BANDS = ["low_80", "high_80", "low_95", "high_95"]
AHEAD_COLUMNS = [*_AHEAD, *_BANDS]


def ahead_rows(made: Forecast) -> pd.DataFrame:
    """Return what every candidate says: ``candidate``, ``period_on``, ``step``, ``yhat`` …"""
    table = made.candidates.rename(columns={"ds": "period_on"})
    return table.reindex(columns=AHEAD_COLUMNS)


def backtest_rows(made: Forecast) -> pd.DataFrame:
    """Return the back-test without its bands."""
    table = made.backtest.rename(columns={"ds": "period_on", "origin": "origin_on"})
    return table[TEST_COLUMNS]


def choice_of(made: Forecast) -> dict[str, Any]:
    """Return how it was chosen, as JSON values."""
    reason = made.reason
    return {
        "chosen": made.chosen, "code": reason.code, "rival": reason.rival,
        "numbers": dict(reason.numbers), "notes": list(made.notes), "levels": list(made.levels),
        "values": len(made.series.values), "sum": round(float(np.nansum(made.series.values)), 2),
    }  # fmt: skip


def from_stored(
    values: "pd.Series[float]",
    frequency: str,
    ahead: pd.DataFrame,
    tests: pd.DataFrame,
    choice: Mapping[str, Any],
) -> Forecast | None:
    """Return the forecast that was kept; None where it is of other values.

    Parameters
    ----------
    values : Series
        By period that is over.
    frequency : str
    ahead, tests : DataFrame
        ``ahead_rows`` and ``backtest_rows``, in any order.
    choice : mapping
        ``choice_of``.
    """
    same = len(values) == choice["values"] and abs(values.sum() - choice["sum"]) < 1
    if not same or ahead.empty:
        return None
    series = regular_series(values, frequency, gaps="zero")
    names = list(dict.fromkeys(ahead.sort_values(["candidate", "step"])["candidate"]))
    table = ahead.rename(columns={"period_on": "ds"}).drop(columns=_BANDS)
    table = table.sort_values(["candidate", "step"], ignore_index=True)
    kept = tests.rename(columns={"period_on": "ds", "origin_on": "origin"})
    kept = BACKTEST.conform(kept[kept["candidate"].isin(names)])
    kept = kept.sort_values(["known", "candidate", "step"], ignore_index=True)
    reason = Reason(choice["code"], choice["rival"], dict(choice["numbers"]))
    made = assembled(series, table, kept, (choice["chosen"], reason), tuple(choice["levels"]))
    return replace(made, notes=tuple(choice["notes"]))
