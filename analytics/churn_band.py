"""Whether churn of the newest month is one that the months before would lead us to expect.

Months differ by more than a fixed rate would make them: campaigns, contracts that all end in
March. How much more is estimated from the months themselves, and the band is widened by it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import beta, betabinom, binom, norm, t

MIN_MONTHS, MOST_MONTHS = 12, 24
MIN_LOST = 10  # in all those months together
_EXACT = 20_000  # customers
LEVEL = 0.99  # one false alarm in a hundred months, about eight years
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
    r"""Return the band expected of ``month`` from the months before it, and where it lies.

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
    A rate common to all months with extra-binomial variance: the dispersion is Pearson's statistic
    over its degrees of freedom, never below 1 (McCullagh and Nelder 1989, Generalized Linear
    Models, 2nd ed., section 4.5; Williams 1982, Applied Statistics 31, 144–148). The band holds the
    quantiles of the beta-binomial distribution with mean :math:`p` and variance
    :math:`\phi\,n p(1-p)(1 + n/N)`, where n customers are there now and N were in the base; the
    last factor is for p being estimated. Where :math:`\phi > 1`, it is widened by the ratio of
    Student's to the normal quantile, as :math:`\phi` is estimated, too.
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
    rate = before / total
    df = len(base) - 1
    pearson = np.sum((gone - customers * rate) ** 2 / (customers * rate * (1 - rate)))
    dispersion = max(float(pearson) / df, 1.0)
    tail = (1 - level) / 2
    widened = dispersion * (1 + n / total)
    if dispersion > 1:
        widened *= float((t.ppf(tail, df) / norm.ppf(tail)) ** 2)
    low, high = _quantiles(n, rate, widened, tail)
    verdict: Verdict = "above" if lost > high else "below" if lost < low else "within"
    return ChurnBand(
        month, value, lost, n, rate, low / n, high / n, len(base), before, dispersion, verdict
    )


def _quantiles(n: int, rate: float, inflation: float, tail: float) -> tuple[float, float]:
    """Return the least and the most customers lost that are still expected."""
    if n > _EXACT:  # whole customers no longer matter
        size = n / inflation - 1
        low, high = beta(rate * size, (1 - rate) * size).ppf([tail, 1 - tail])
        return float(low) * n, float(high) * n
    extra = min((inflation - 1) / (n - 1), 0.999) if n > 1 else 0.0  # correlation of two customers
    size = 1 / extra - 1 if extra > 0 else 0.0
    spread = betabinom(n, rate * size, (1 - rate) * size) if size else binom(n, rate)
    reached = np.cumsum(spread.pmf(np.arange(n + 1)))
    low_count, high_count = np.searchsorted(reached, [tail, 1 - tail])
    return float(low_count), float(min(high_count, n))
