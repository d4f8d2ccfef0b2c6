"""The period in progress in a forecast: one value of what came of it and of the series."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasting.hierarchy import TOTAL
from forecasting.levels import Levels
from forecasting.measures import wape
from forecasting.nowcast import LEVEL, Nowcast
from forecasting.result import Forecast
from forecasting.sales import Known


@dataclass(frozen=True)
class Landing:
    """How the value of the period in progress came about.

    Attributes
    ----------
    now : Nowcast
        What came so far, as past periods went on from there.
    series : float
        What the series says of it alone.
    weight : float
        Of the nowcast.
    value, low, high : float
        Both together; the bounds are NaN where too few past periods are known for them.
    """

    now: Nowcast
    series: float
    weight: float
    value: float
    low: float
    high: float


def with_landing(
    made: Forecast, known: Known, now: Nowcast | None
) -> tuple[Forecast, Landing | None]:
    """Return a forecast whose first period knows what has come of it, and how.

    Its value is the series' and the nowcast's, each weighted by the inverse of its squared past
    error (one period ahead in the back-test; past periods told by each other), and by the share of
    days over where one of them is not known. The 80 % band is weighted alike. Wider bands keep the
    width that they have for the series. Nothing lies below what has come.

    Parameters
    ----------
    made : Forecast
        The first period ahead is the one in progress.
    known : Known
    now : Nowcast or None
        None: the value of the series stays, but not below what has come.
    """
    if made.forecast.empty or known.running.empty:
        return made, None
    if pd.Timestamp(made.forecast["ds"].iloc[0]) != known.running.index[0]:
        return made, None
    table = made.forecast.copy()
    landing = None if now is None else _landing(made, now, float(known.running.iloc[0]))
    names = [str(name) for name in table.columns if name != "ds"]
    for name in names:
        least = float(known.running.iloc[0])
        table.loc[0, name] = max(_moved(name, float(table[name].iloc[0]), landing), least)
    return replace(made, forecast=table), landing


def _moved(name: str, value: float, landing: Landing | None) -> float:
    """Return a column's value of the first period: the number, or a bound of a band."""
    if landing is None:
        return value
    if name == "yhat":
        return landing.value
    moved = value + landing.value - landing.series
    side, _, level = name.partition("_")
    if not np.isfinite(landing.low):
        return moved
    bound = landing.low if side == "low" else landing.high
    if level == f"{100 * LEVEL:g}":
        return bound
    return min(moved, bound) if side == "low" else max(moved, bound)


def _landing(made: Forecast, now: Nowcast, so_far: float) -> Landing:
    row = made.forecast.iloc[0]
    series = float(row["yhat"])
    weight = _weight(now, _first_error(made))
    inner = f"{100 * LEVEL:g}"
    bounds = [
        weight * of_now + (1 - weight) * float(row.get(f"{side}_{inner}", np.nan))
        for side, of_now in (("low", now.low), ("high", now.high))
    ]
    value = max(weight * now.value + (1 - weight) * series, so_far)
    low, high = np.maximum(bounds, so_far)
    return Landing(now, series, weight, value, min(float(low), value), max(float(high), value))


def _first_error(made: Forecast) -> float:
    """Return the WAPE of the chosen candidate one period ahead; NaN where it is not tested."""
    own = made.backtest[(made.backtest["candidate"] == made.chosen) & (made.backtest["step"] == 1)]
    own = own[own["actual"].notna()]
    return wape(own["actual"].to_numpy(), own["yhat"].to_numpy()) if len(own) else float("nan")


def _weight(now: Nowcast, error: float) -> float:
    both = error**2 + now.error**2
    return float(error**2 / both) if np.isfinite(both) and both > 0 else now.share


def levels_with_landing(
    found: Levels, running: "pd.Series[float]", total: "pd.Series[float]"
) -> Levels:
    """Return a total and parts whose first period adds up to that of the total's own forecast.

    Each part keeps what has come of it; what is still to come is shared out by the forecasts of the
    parts: who is ahead of the own forecast goes on selling. Bands of parts move with the values,
    those of the total are its own.

    Parameters
    ----------
    found : Levels
    running : Series
        By part (as in ``found.parts``): what came so far.
    total : Series
        First row of the total's forecast with its landing: ``yhat``, not less than the sum of
        ``running``, and the bands.
    """
    value = float(total["yhat"])
    table = found.forecast.copy()
    first = table["ds"] == table["ds"].min()
    own = table[first].set_index("member")
    parts = own.drop(index=TOTAL)
    came = running.reindex(parts.index).fillna(0.0)
    rest = parts["yhat"].clip(lower=0.0)
    rest = rest if rest.sum() > 0 else came.clip(lower=0.0)
    if not rest.sum() > 0:
        return found
    new = came + rest * ((value - came.sum()) / rest.sum())
    new[TOTAL], came[TOTAL] = value, came.sum()
    moved = new - own["yhat"]
    names = [name for name in own.columns if name == "yhat" or name.startswith(("low_", "high_"))]
    least = came.reindex(own.index)
    for name in names:
        shifted = (own[name] + moved.reindex(own.index)).clip(lower=least)
        shifted[TOTAL] = total.get(name, shifted[TOTAL])
        table.loc[first, name] = shifted.to_numpy()
    sums = table.groupby("member")["yhat"].sum()
    table_of_parts = found.parts.assign(yhat=found.parts["member"].map(sums).to_numpy())
    return replace(found, forecast=table, parts=table_of_parts)
