"""A total and its parts, forecast so that they add up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.engine import Options
from forecasting.events import Events
from forecasting.hierarchy import BOTTOM, TOTAL, hierarchy
from forecasting.many import forecast_many
from forecasting.reconcile import reconcile
from forecasting.series import regular_series

# Prophet would take seconds for each part; the others are as good on series like these.
CANDIDATES = ("mean", "theta", "ets", "seasonal_drift", "seasonal_naive", "drift", "last_value")
MOST = 12  # parts that are forecast on their own
OTHER = "*"  # all that are too small or too new for that, together
_FEWEST_PARTS = 2


@dataclass(frozen=True, eq=False)
class Levels:
    """Forecasts that add up.

    Attributes
    ----------
    forecast : DataFrame
        One row per part and period ahead: ``member`` (``TOTAL`` for the sum, ``OTHER``), ``ds``,
        ``yhat`` and bands.
    parts : DataFrame
        One row per member, the total first, then the largest: ``member``, ``chosen``, ``wape`` of
        its own back-test, ``yhat`` (sum over the periods ahead), ``before`` (the same periods a
        year before; missing where not known) and ``members`` (how many ``OTHER`` holds, else 1).
    errors : DataFrame
        See ``Reconciled.errors``.
    """

    forecast: pd.DataFrame
    parts: pd.DataFrame
    errors: pd.DataFrame


def levels(
    table: pd.DataFrame,
    horizon: int,
    frequency: str,
    *,
    events: Events | None = None,
    most: int = MOST,
) -> Levels | None:
    """Forecast a total and its parts, and reconcile them (MinT).

    Parameters
    ----------
    table : DataFrame
        One row per period that is over, one column per member; values that add up.
    horizon, frequency
        See ``forecast``.
    events : Events, optional
    most : int
        Members on their own.

    Returns
    -------
    Levels or None
        None where fewer than two parts can be forecast.
    """
    folded, counts = _folded(table, frequency, most)
    if len(folded.columns) < _FEWEST_PARTS:
        return None
    names = [f"={name}" for name in folded.columns]
    nodes = hierarchy(pd.DataFrame(index=pd.Index(names)))
    bottom = folded.set_axis(names, axis=1)
    series = [(TOTAL, bottom.sum(axis=1)), *((name, bottom[name]) for name in names)]
    options = Options(candidates=CANDIDATES, gaps="zero", events=events or Events())
    made = forecast_many(series, horizon, frequency, options=options)
    found = reconcile(made, nodes)
    ahead = found.forecast.drop(columns="level").rename(columns={"node": "member"})
    sums = ahead.groupby("member")["yhat"].sum()
    rows = [
        {
            "member": name, "chosen": made[name].chosen, "wape": _wape(made[name]),
            "yhat": float(sums[name]), "before": _before(values, made[name].forecast["ds"]),
            "members": counts.get(name[1:], 1),
        }
        for name, values in series
    ]  # fmt: skip
    parts = pd.DataFrame(rows)
    order = parts.iloc[1:].sort_values("yhat", ascending=False, kind="stable")
    is_rest = order["member"] == f"={OTHER}"
    parts = pd.concat([parts.iloc[:1], order[~is_rest], order[is_rest]], ignore_index=True)
    return Levels(
        ahead.assign(member=_plain(ahead["member"])),
        parts.assign(member=_plain(parts["member"])),
        found.errors.assign(level=found.errors["level"].replace({BOTTOM: "parts"})),
    )


def _folded(table: pd.DataFrame, frequency: str, most: int) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the largest members that can be modelled, and the rest together."""
    size = table.abs().sum().sort_values(ascending=False, kind="stable")
    alone = [
        name
        for name in size.index[:most]
        if regular_series(table[name], frequency, gaps="zero").trouble is None
    ]
    rest = [name for name in size.index if name not in alone]
    folded = table[alone]
    if len(rest) == 1 and size[rest[0]] > 0 and len(alone) < most:
        return table[[*alone, *rest]], {}
    if rest and size[rest].sum() > 0:
        folded = folded.assign(**{OTHER: table[rest].sum(axis=1)})
    return folded, {OTHER: len(rest)}


def _wape(made: object) -> float:
    scores = made.scores  # type: ignore[attr-defined]  # a Forecast
    own = scores.loc[scores["candidate"] == made.chosen, "wape"]  # type: ignore[attr-defined]  # a Forecast
    return float(own.iloc[0]) if len(own) else float("nan")


def _before(values: "pd.Series[float]", ahead: "pd.Series[pd.Timestamp]") -> float:
    days = pd.DatetimeIndex(ahead)
    is_week = len(days) > 1 and (days[1] - days[0]).days == 7
    then = values.reindex(days - (pd.DateOffset(days=364) if is_week else pd.DateOffset(years=1)))
    return float(then.sum()) if then.notna().all() else np.nan


def _plain(names: pd.Series) -> pd.Series:
    return names.str.removeprefix("=")
