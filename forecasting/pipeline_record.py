"""How forecasts of past quarters did, by how long before the end they were made."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.lead_times import LEADS, stretch_of

# Ways to forecast, and the column that holds what each said.
WAYS = {
    "forecast": "expected", "weighted": "weighted", "committed": "committed", "series": "series",
}  # fmt: skip
RECORD = ("lead_weeks", "way", "quarters", "bias", "wape", "held", "banded")


@dataclass(frozen=True)
class Held:
    """How often the band from p10 to p90 held what was won."""

    held: int
    quarters: int


def record(rows: pd.DataFrame) -> pd.DataFrame:
    """Score each way to forecast at each lead time.

    Parameters
    ----------
    rows : DataFrame
        ``PIPELINE_BACKTEST`` of one subject, and ``series`` (``series_quarters.with_series``).

    Returns
    -------
    DataFrame
        ``RECORD``: ``way`` is ``forecast``, ``weighted`` (won so far and what is due at the share
        won of its stage), ``committed`` or ``series`` (of won value, without deals); ``bias`` and
        ``wape`` are sums of errors over the sum of what was won, NaN where a way has none or
        nothing was won; ``held`` of ``banded`` quarters were between p10 and p90 (of
        ``forecast``, else missing).
    """
    found = []
    for weeks in LEADS:
        own = rows[rows["lead_weeks"] == weeks]
        won = own["won"].astype("float64")
        for way, column in WAYS.items():
            told = own[column].notna()
            off, total = (own[column] - won)[told], float(won[told].sum())
            divisor = total if total > 0 else np.nan
            held = held_of(own) if way == "forecast" else None
            found.append(
                (weeks, way, int(told.sum()), float(off.sum()) / divisor,
                 float(off.abs().sum()) / divisor, None if held is None else held.held,
                 None if held is None else held.quarters)
            )  # fmt: skip
    frame = pd.DataFrame(found, columns=list(RECORD))
    return frame.astype({"held": "Int64", "banded": "Int64"})


def held_of(rows: pd.DataFrame) -> Held:
    """Count the rows with a band, and of them those that it held."""
    known = rows[rows["p10"].notna()]
    inside = (known["won"] >= known["p10"]) & (known["won"] <= known["p90"])
    return Held(int(inside.sum()), len(known))


def stretch_at(rows: pd.DataFrame, weeks: int) -> float:
    """Return how much wider than independent deals the band of today has to be."""
    own = rows[rows["lead_weeks"] == weeks]
    deviation = own["deviation"].where(own["deviation"] > 0)
    errors = ((own["won"] - own["expected"]) / deviation).to_numpy(dtype="float64", na_value=np.nan)
    return stretch_of(errors)


def errors_at(rows: pd.DataFrame, weeks: int) -> pd.Series:
    """Return forecast less actual by the first day of the quarter: what ``blend`` takes."""
    own = rows[rows["lead_weeks"] == weeks].set_index("period_start")
    off: pd.Series = own["expected"] - own["won"]
    return off.astype("float64")
