"""Deals as a forecast of the pipeline takes them, and how likely the open ones are in time."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.closing_curves import chances_between, closing_curves
from analytics.stats import Floats
from crm_data.errors import UsageError

GIVEN, TIMED, DUE, NONE = "given", "timed", "due", "none"
_LONG = 10_000  # days after which nothing is won any more
_DAYS = ("closed_on", "created_on", "expected_close_on", "stage_since_on")
_INSTANTS = {"closed_on": "closed_at", "created_on": "created_at"}
_NUMBERS = ("amount", "chance", "win_probability", "probability")
_TEXTS = ("outcome", "forecast_category", "pipeline", "stage_no")


def period_start_of(period_end: date) -> date:
    """Return the first day of the quarter that the day before ``period_end`` is in."""
    last = period_end - timedelta(days=1)
    return date(last.year, (last.month - 1) // 3 * 3 + 1, 1)


def ready(deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals with days, numbers and every column that is looked at, missing where unknown.

    Raises
    ------
    UsageError
        There is no ``amount`` or no ``outcome``.
    """
    missing = [name for name in ("amount", "outcome") if name not in deals]
    if missing:
        raise UsageError(
            "forecast_columns",
            f"Deals have no column {', '.join(missing)}; a forecast needs an id, amount and "
            "outcome. Rename or add it.",
            columns=", ".join(missing),
        )
    found = deals.copy().reset_index(drop=True)
    for name in _DAYS:
        source = found.get(name, found.get(_INSTANTS.get(name, name)))
        days = pd.Series(pd.NaT, index=found.index) if source is None else pd.to_datetime(source)
        if getattr(days.dt, "tz", None) is not None:
            days = days.dt.tz_localize(None)
        found[name] = days.dt.normalize()
    for name in _NUMBERS:
        if name in found:
            found[name] = pd.to_numeric(found[name], errors="coerce").astype("float64")
    for name in _TEXTS:
        if name not in found:
            found[name] = None
    outcome = found["outcome"]
    found["outcome"] = outcome.where(outcome.notna() & (outcome != ""), None)
    return found


def open_chances(
    deals: pd.DataFrame,
    is_open: Any,
    as_of: date,
    period: tuple[date, date],
    curves: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return open deals with ``probability``, ``contribution`` and ``basis``, the largest first.

    Parameters
    ----------
    deals : DataFrame
        Of ``ready``.
    is_open : ndarray of bool
    as_of : date
    period : (date, date)
        Half-open.
    curves : DataFrame, optional

    Notes
    -----
    ``chance`` is taken as it is (``given``). Without it there is a share won in time from the
    curves, or from the closed deals among ``deals`` by their age. Where deals also have a
    calibrated ``win_probability`` (else a ``probability``) to be won at all, that is multiplied by
    the part of winners of that age who close in time (``timed``). Where the past says nothing, a
    probability counts in full for deals that are expected to close by the end (``due``) and not
    for later ones. With neither there is no chance (``none``).
    """
    opened = deals[is_open].reset_index(drop=True)
    if "chance" in opened:
        chance = opened["chance"].to_numpy()
        basis = np.where(np.isnan(chance), NONE, opened.get("basis", GIVEN))
    else:
        chance, basis = _from_the_past(deals, opened, as_of, period, curves)
    chance = np.clip(chance, 0.0, 1.0)
    found = opened.drop(columns=["chance", "basis", "probability"], errors="ignore").assign(
        probability=chance, contribution=opened["amount"].to_numpy() * chance, basis=basis
    )
    order = found["contribution"].sort_values(ascending=False, kind="stable", na_position="last")
    ordered: pd.DataFrame = found.loc[order.index]
    return ordered.reset_index(drop=True)


def days_left(as_of: date, period: tuple[date, date]) -> tuple[int, int]:
    """Return the days from now after which, and until which, a deal is won in the period."""
    begin = max((period[0] - as_of).days - 1, 0)
    return begin, max((period[1] - as_of).days - 1, 0)


def _from_the_past(
    deals: pd.DataFrame,
    opened: pd.DataFrame,
    as_of: date,
    period: tuple[date, date],
    curves: pd.DataFrame | None,
) -> tuple[Floats, Any]:
    after, until = days_left(as_of, period)
    now = pd.Timestamp(as_of)
    told = curves if curves is not None else closing_curves(_lives(deals, now))
    age = (now - opened["created_on"]).dt.days
    asked = opened[["pipeline", "stage_no"]].assign(
        age_days=age, stage_days=(now - opened["stage_since_on"]).dt.days
    )
    if curves is None:
        asked["pipeline"] = None
    won = chances_between(asked, told, after, until)
    ever = chances_between(asked, told, 0, _LONG)["chance"].to_numpy()
    share = won["chance"].to_numpy(dtype="float64")
    given = _probability(opened)
    with np.errstate(invalid="ignore", divide="ignore"):
        in_time = np.where(ever > 0, share / ever, np.where(np.isnan(ever), np.nan, 0.0))
    due = opened["expected_close_on"]
    is_due = due.isna() | ((due < pd.Timestamp(period[1])) & (until > 0))
    by_hand = np.where(is_due, given, np.where(np.isnan(given), np.nan, 0.0))
    chance = np.where(np.isnan(given), share, np.where(np.isnan(in_time), by_hand, given * in_time))
    timed = np.where(np.isnan(in_time), DUE, TIMED)
    basis = np.where(np.isnan(given), won["basis"], timed)
    return chance, np.where(np.isnan(chance), NONE, basis)


def _probability(opened: pd.DataFrame) -> Floats:
    blank = pd.Series(np.nan, index=opened.index)
    first = opened.get("win_probability", blank)
    found = first.where(first.notna(), opened.get("probability", blank)).to_numpy(dtype="float64")
    return np.where((found >= 0) & (found <= 1), found, np.nan)


def _lives(deals: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """Return the lives of the deals given, for curves by age."""
    known = deals[deals["created_on"].notna() & (deals["created_on"] <= now)]
    is_closed = known["closed_on"].notna() & (known["closed_on"] <= now)
    end = known["closed_on"].where(is_closed, now)
    days = (end - known["created_on"]).dt.days
    nothing = pd.Series(None, index=known.index, dtype="object")
    return pd.DataFrame(
        {"pipeline": nothing, "stage_no": nothing, "stay": days, "days": days,
         "outcome": known["outcome"].where(is_closed), "deals": 1}
    )[days >= 0]  # fmt: skip
