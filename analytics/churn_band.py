"""Whether churn of the newest month is one that the months before would lead us to expect."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from analytics.rate_band import LEAST, LEAST_COUNTED, LEVEL, MOST, rate_band

MIN_MONTHS, MOST_MONTHS, MIN_LOST = LEAST, MOST, LEAST_COUNTED
Verdict = Literal["within", "above", "below", "cannot_tell"]


@dataclass(frozen=True)
class ChurnBand:
    """The newest complete month beside what was expected of it.

    Attributes
    ----------
    month : date
        Its first day.
    value : float or None
        Share of customers lost in it; None where nobody was there.
    lost, customers : int
        What it is made of.
    expected, low, high : float or None
        Rate of the months before, and the band for this month; None where it cannot be told.
    months : int
        Months that the band rests on.
    base_lost : int
        Customers lost in them.
    dispersion : float or None
        Variance of the months ÷ that of a fixed rate; 1 where they vary no more than by chance.
    verdict : str
        ``within``, ``above``, ``below``, or ``cannot_tell``: too few months or losses before.
    """

    month: date
    value: float | None
    lost: int
    customers: int
    expected: float | None
    low: float | None
    high: float | None
    months: int
    base_lost: int
    dispersion: float | None
    verdict: Verdict


def churn_band(levels: pd.DataFrame, month: date, *, level: float = LEVEL) -> ChurnBand:
    """Return the band expected of ``month`` from the months before it, and where it lies.

    Parameters
    ----------
    levels : DataFrame
        Of ``with_levels``. The first month with a rate is left out of the base, as it may be known
        in part only; of the others, the last ``MOST_MONTHS`` count.
    month : date
        First day of the newest complete month.
    level : float
        Share of months inside the band when nothing has changed.

    Notes
    -----
    ``analytics.rate_band.rate_band``.
    """
    usable = levels[levels["is_observable"].astype(bool) & levels["is_complete"].astype(bool)]
    usable = usable[usable["start_customers"] > 0]
    now = usable[usable["month_on"] == pd.Timestamp(month)]
    base = usable[usable["month_on"] < pd.Timestamp(month)].iloc[1:].tail(MOST_MONTHS)
    n, lost = (int(now[name].sum()) for name in ("start_customers", "lost_customers"))
    before = int(base["lost_customers"].sum())
    value = lost / n if n else None
    customers = base["start_customers"].to_numpy(dtype=np.float64)
    gone = base["lost_customers"].to_numpy(dtype=np.float64)
    total = float(customers.sum())
    if not n or len(base) < MIN_MONTHS or before < MIN_LOST or before >= total:
        return ChurnBand(
            month, value, lost, n, None, None, None, len(base), before, None, "cannot_tell"
        )
    band = rate_band(gone, customers, n, level=level)
    assert band is not None  # noqa: S101 - some were lost, and some were not
    verdict: Verdict = "above" if lost > band.high else "below" if lost < band.low else "within"
    return ChurnBand(
        month, value, lost, n, band.expected, band.low / n, band.high / n, len(base), before,
        band.dispersion, verdict,
    )  # fmt: skip
