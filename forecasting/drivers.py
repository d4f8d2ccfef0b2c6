"""What moves a series, from Prophet's components: growth, season, holidays, campaigns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SEASON, HOLIDAYS, PROMOTIONS = "season", "holidays", "promotions"
KINDS = (SEASON, HOLIDAYS, PROMOTIONS)
FEW = 5  # periods below which an effect is hardly more than what happened on them
_PREFIXES = {"holiday: ": HOLIDAYS, "promotion: ": PROMOTIONS, "business_days": HOLIDAYS}


@dataclass(frozen=True, eq=False)
class Drivers:
    """Shares are of the trend: 0.2 is a fifth more than without it.

    Attributes
    ----------
    frequency : str
        Of the values that this was seen in.
    trend : DataFrame
        By month (``month_on``): ``actual`` (missing where not known whole), ``fitted``, ``trend``.
    growth : float
        Trend at the last value over that a year before, less 1; NaN within the first year.
    months : DataFrame
        One row per calendar month (``month``, 1 to 12), mean over the past: ``KINDS`` and
        ``total``.
    weekdays : Series
        By day of the week, 0 is Monday; empty unless by day.
    events : DataFrame
        ``name``, ``kind``, ``effect`` (mean share in the periods that it touches, -1 or more:
        sales cannot fall by more than all) and ``periods``. Those seen in ``FEW`` periods or more
        come first, and of these the largest effect. What never came about is left out.
    """

    frequency: str
    trend: pd.DataFrame
    growth: float
    months: pd.DataFrame
    weekdays: "pd.Series[float]"
    events: pd.DataFrame


def drivers(parts: pd.DataFrame, values: "pd.Series[float]", frequency: str) -> Drivers:
    """Return what ``parts`` say in short.

    Parameters
    ----------
    parts : DataFrame
        Of ``components``, past and future.
    values : Series
        What came, by the same periods.
    frequency : str
    """
    past = parts.loc[: values.index[-1]]
    kinds = {name: _kind(str(name)) for name in parts.columns}
    by_kind = pd.DataFrame(
        {kind: past[[n for n, k in kinds.items() if k == kind]].sum(axis=1) for kind in KINDS}
    )
    month = pd.DatetimeIndex(past.index).month
    shares = by_kind.groupby(month).sum().div(past["trend"].groupby(month).sum(), axis=0)
    months = shares.assign(total=shares.sum(axis=1)).rename_axis("month").reset_index()
    return Drivers(
        frequency, _by_month(parts, values), _growth(past["trend"]), months,
        _weekdays(past) if frequency == "day" else pd.Series(dtype="float64"),
        _events(past, kinds),
    )  # fmt: skip


def _kind(name: str) -> str | None:
    if name in ("yhat", "trend"):
        return None
    return next((kind for start, kind in _PREFIXES.items() if name.startswith(start)), SEASON)


def _by_month(parts: pd.DataFrame, values: "pd.Series[float]") -> pd.DataFrame:
    """Return sums by month; of values, those of months that are known whole."""
    index = pd.DatetimeIndex(parts.index)
    starts = index.to_period("M").to_timestamp()
    table = parts[["yhat", "trend"]].groupby(starts).sum()
    known = values.reindex(index)
    whole = known.notna().groupby(starts).all()
    table["actual"] = known.groupby(starts).sum().where(whole)
    table = table.rename(columns={"yhat": "fitted"}).rename_axis("month_on").reset_index()
    size = pd.Series(1, index=starts).groupby(level=0).size().to_numpy()
    full = size >= 0.9 * np.median(size)
    return table[full][["month_on", "actual", "fitted", "trend"]].reset_index(drop=True)


def _growth(trend: "pd.Series[float]") -> float:
    last = pd.DatetimeIndex(trend.index)[-1]
    before = trend[: last - pd.DateOffset(years=1)]
    if before.empty or before.iloc[-1] <= 0:
        return float("nan")
    return float(trend.iloc[-1] / before.iloc[-1] - 1)


def _weekdays(past: pd.DataFrame) -> "pd.Series[float]":
    if "weekly" not in past:
        return pd.Series(dtype="float64")
    day = pd.DatetimeIndex(past.index).day_of_week
    return past["weekly"].groupby(day).sum() / past["trend"].groupby(day).sum()


def _events(past: pd.DataFrame, kinds: dict[str, str | None]) -> pd.DataFrame:
    rows = []
    for name, kind in kinds.items():
        if kind not in (HOLIDAYS, PROMOTIONS) or name == "business_days":
            continue
        share = (past[name] / past["trend"]).clip(lower=-1.0)
        touched = share[share != 0]
        if len(touched):
            rows.append((name.partition(": ")[2], kind, float(touched.mean()), len(touched)))
    table = pd.DataFrame(rows, columns=["name", "kind", "effect", "periods"])
    rank = pd.DataFrame({"few": table["periods"] < FEW, "size": -table["effect"].abs()})
    order = rank.sort_values(["few", "size"], kind="stable").index
    return table.loc[order].reset_index(drop=True)
