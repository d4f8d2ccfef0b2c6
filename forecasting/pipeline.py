"""What a period will bring: won so far, open deals by their chances, deals yet to be created."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.stats import Floats
from crm_data.errors import UsageError
from forecasting.draws import DRAWS, MOST_ALONE, drawn_totals, gamma_totals, variances
from forecasting.new_business import NewBusiness
from forecasting.pipeline_deals import open_chances, period_start_of, ready

BANDS = (0.1, 0.5, 0.9)
WON, NEW = "won", "new_business"
CATEGORIES = ("commit", "best", "pipeline", "omitted")
_SHARES = ("deals", "unvalued", "untold", "amount", "expected")


@dataclass(frozen=True, eq=False)
class PipelineForecast:
    """A forecast of what is won in a period.

    Attributes
    ----------
    expected : float
        Money: ``won`` and the sum of chance times amount of open deals and new business. NaN where
        nothing is known.
    p10, p50, p90 : float
        Money that is reached with a chance of nine, five and one in ten.
    won : float
        Won in the period so far.
    open_expected, new_expected : float
        Of open deals; of deals yet to be created, NaN where that cannot be told (not in the sum).
    deviation : float
        Standard deviation of the total, after ``stretch``.
    by_category : DataFrame
        ``category`` (``won``, those of ``CATEGORIES``, missing, ``new_business``), ``deals``,
        ``unvalued`` (without an amount), ``untold`` (without a chance), ``amount``, ``expected``.
        What is omitted counts like the rest: a chance says what it is worth.
    per_deal : DataFrame
        Open deals, the largest contribution first: the id, ``amount``, ``forecast_category``,
        ``probability`` (to be won in the period), ``contribution`` (money), ``basis`` of the
        probability, and whatever else came with the deals.
    totals : ndarray
        The total of each draw, ascending.
    unvalued, untold, undated : int
        Open deals without an amount, or without a chance: not in the sum. Won deals without a day.
    stretch : float
        By how much the draws were spread out from their mean; 1 is independent deals.
    """

    expected: float
    p10: float
    p50: float
    p90: float
    won: float
    open_expected: float
    new_expected: float
    deviation: float
    by_category: pd.DataFrame
    per_deal: pd.DataFrame
    totals: Floats
    unvalued: int
    untold: int
    undated: int
    stretch: float

    def chance_of(self, money: float) -> float:
        """Return the share of draws that reach so much; NaN without a number."""
        if not np.isfinite(money):
            return float("nan")
        return float((self.totals >= money - 1e-9 * max(abs(money), 1.0)).mean())


def pipeline_forecast(
    deals: pd.DataFrame,
    as_of: Any,
    period_end: Any,
    *,
    period_start: Any = None,
    curves: pd.DataFrame | None = None,
    new: NewBusiness | None = None,
    stretch: float = 1.0,
    draws: int = DRAWS,
    most_alone: int = MOST_ALONE,
    seed: int = 0,
) -> PipelineForecast:
    """Forecast what is won in ``[period_start, period_end)`` from what is known on a day.

    Parameters
    ----------
    deals : DataFrame
        One row per deal: an id (``opportunity_id`` or ``opportunity_no``), ``amount`` (money),
        ``outcome`` (``won``, ``lost``, missing: open), ``closed_on`` or ``closed_at``;
        ``forecast_category``. Open deals have a ``chance`` to be won in what is left of the period;
        where the column is missing, it is made of what there is: see ``open_chances``. Lost deals
        count nothing.
    as_of : date
        At whose end the deals are known.
    period_end : date
        Day after the last of the period.
    period_start : date, optional
        By default the first day of the quarter that the last day is in.
    curves : DataFrame, optional
        Of ``analytics.closing_curves``; by default learnt from the closed deals given.
    new : NewBusiness, optional
        Deals not created yet.
    stretch : float
        Spread of the total relative to that of independent deals, from a back-test; at least 1.
    draws, most_alone, seed : int
        See ``draws.drawn_totals``.

    Raises
    ------
    UsageError
        The period is empty or over on the day, or a column is missing.
    """
    first, last, end = _days(as_of, period_start, period_end)
    given = ready(deals)
    is_won = (given["outcome"] == "won").to_numpy(dtype=bool, na_value=False)
    is_open = given["outcome"].isna().to_numpy(dtype=bool)
    won = given[is_won & _within(given["closed_on"], first, min(last, end - timedelta(days=1)))]
    opened = open_chances(given, is_open, last, (first, end), curves)
    amount = opened["amount"].to_numpy(dtype="float64", na_value=np.nan)
    chance = opened["probability"].to_numpy(dtype="float64", na_value=np.nan)
    told = ~np.isnan(amount) & ~np.isnan(chance)
    so_far = float(won["amount"].sum())
    drawn = drawn_totals(amount[told], chance[told], draws=draws, seed=seed, most=most_alone)
    to_come = float((amount[told] * chance[told]).sum())
    variance = float(variances(amount[told], chance[told]).sum())
    extra = NewBusiness(0.0, 0.0, 0) if new is None else new
    drawn = drawn + gamma_totals(extra.expected, extra.deviation, draws=draws, seed=seed + 1)
    expected = so_far + to_come + extra.expected
    if not len(given) or (len(opened) and not told.any() and not so_far and new is None):
        expected = float("nan")
    totals = np.sort(_stretched(so_far + drawn, expected, so_far, amount[told], stretch))
    quantiles = [float(np.quantile(totals, at, method="inverted_cdf")) for at in BANDS]
    low, middle, high = quantiles if np.isfinite(expected) else [float("nan")] * 3
    return PipelineForecast(
        expected=expected, p10=low, p50=middle, p90=high, won=so_far, open_expected=to_come,
        new_expected=float("nan") if new is None else new.expected,
        deviation=float(np.sqrt(variance + extra.deviation**2)) * max(stretch, 1.0),
        by_category=_categories(opened, won, new), per_deal=opened, totals=totals,
        unvalued=int(np.isnan(amount).sum()), untold=int(np.isnan(chance).sum()),
        undated=int((is_won & given["closed_on"].isna().to_numpy()).sum()),
        stretch=max(stretch, 1.0),
    )  # fmt: skip


def _days(as_of: Any, start: Any, end: Any) -> tuple[date, date, date]:
    last, stop = pd.Timestamp(as_of).date(), pd.Timestamp(end).date()
    first = period_start_of(stop) if start is None else pd.Timestamp(start).date()
    if not first < stop:
        raise UsageError(
            "forecast_period",
            f"The period {first} to {stop} is empty. Give an end after its start.",
            start=str(first), end=str(stop),
        )  # fmt: skip
    return first, last, stop


def _within(days: pd.Series, first: date, last: date) -> Any:
    inside = (days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))
    return inside.to_numpy(dtype=bool, na_value=False)


def _stretched(
    totals: Floats, expected: float, so_far: float, amount: Floats, stretch: float
) -> Floats:
    """Spread draws out from their mean; no less than what is won, as far as amounts allow."""
    if stretch <= 1 or not np.isfinite(expected):
        return totals
    floor = so_far + float(amount.clip(max=0).sum())
    return np.maximum(expected + (totals - expected) * stretch, floor)


def _categories(opened: pd.DataFrame, won: pd.DataFrame, new: NewBusiness | None) -> pd.DataFrame:
    known = opened.assign(
        deals=1, expected=opened["contribution"],
        unvalued=opened["amount"].isna().astype("int64"),
        untold=opened["probability"].isna().astype("int64"),
    )  # fmt: skip
    sums = known.groupby("forecast_category", dropna=False)[list(_SHARES)].sum()
    sums.index = sums.index.map(lambda one: None if pd.isna(one) else str(one))
    others = sorted(str(one) for one in sums.index if one is not None and one not in CATEGORIES)
    rows = [(WON, len(won), int(won["amount"].isna().sum()), 0, won["amount"].sum(),
             won["amount"].sum())]  # fmt: skip
    for name in (*CATEGORIES, *others, None):
        own = sums[[one == name for one in sums.index]]
        if len(own):
            rows.append((name, *own.iloc[0].tolist()))
    if new is not None:
        rows.append((NEW, 0, 0, 0, np.nan, new.expected))
    frame = pd.DataFrame(rows, columns=["category", *_SHARES])
    counts = dict.fromkeys(_SHARES[:3], "int64")
    return frame.astype({**counts, "amount": "float64", "expected": "float64"})
