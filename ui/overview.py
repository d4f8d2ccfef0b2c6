"""What the Overview page shows, read once and cached: numbers first, then figures per language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from analytics import periods as analytics_periods
from analytics.metric_registry import METRICS
from crm_data.calendar import floor_to, step
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import measure_frame
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import loaders, metrics, periods
from ui.filters import Filters, Horizon
from ui.frames import records
from ui.metrics import metric_values

TILES: tuple[str, ...] = (
    "net_revenue",
    "orders",
    "active_customers",
    "new_customers",
    "average_order_value",
    "revenue_per_customer",
    "repeat_purchase_rate",
    "return_rate",
)
# The longer the window, the higher: a day's or week's value beside that of the period misleads.
DEPENDS_ON_LENGTH: tuple[str, ...] = ("repeat_purchase_rate",)
# Squares over orders are in the daily mart. Squares over customers need each customer's orders
# brought together (0.2 s for a million customers), and the interval of so many is a hair's width.
_CHEAP_INTERVALS = ("average_order_value", "repeat_purchase_rate", "return_rate")
_BY_CUSTOMER, _FEW_CUSTOMERS = "revenue_per_customer", 5_000
MOVER_DIMENSIONS: tuple[str, ...] = ("region", "channel", "category", "source")
_REVENUE = METRICS["net_revenue"].numerator
_NUMBERS = ("value", "numerator", "denominator", "low", "high", "base_value", "change")


@dataclass(frozen=True)
class Measured:
    """One metric over the whole period. None: not defined, or nothing to compare with."""

    name: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int
    low: float | None
    high: float | None
    is_complete: bool
    base_value: float | None = None
    change: float | None = None
    relative_change: float | None = None
    spark: tuple[float, ...] = ()


@dataclass(frozen=True)
class Overview:
    """Numbers of the page.

    Attributes
    ----------
    measured : dict
        By metric, in the order of ``TILES``.
    grain : str
        Calendar unit of ``buckets``.
    buckets : DataFrame
        Net revenue by bucket: ``starts_on``, ``value``, ``is_complete``, ``compare_value``.
    moves : dict of str to DataFrame
        Net revenue by member of a dimension, largest change first: ``member`` (None: missing),
        ``now``, ``before``, ``change``, ``relative``. Empty without comparison.
    """

    start: date
    end: date
    base: tuple[date, date] | None
    measured: dict[str, Measured]
    grain: str
    buckets: pd.DataFrame
    moves: dict[str, pd.DataFrame]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sold."""
        return self.measured["orders"].n == 0


@st.cache_data(ttl=loaders.TTL, max_entries=200, show_spinner=False)
def overview(
    settings: Settings, version: str, scope: AccessScope, filters: Filters, horizon: Horizon
) -> Overview:
    """Read everything that the page shows."""
    start, end = filters.bounds(horizon)
    base = filters.compared(horizon)
    grain = periods.grain_for(start, end)
    bucket = f"ordered_on:{grain}"
    cut = loaders.cut_of(filters, start, end)
    known = metrics.Horizon(horizon.first, horizon.watermark)
    dimensions = [d for d in MOVER_DIMENSIONS if len(getattr(filters, d)) != 1] if base else []
    with loaders.reading(settings, version) as conn:
        totals = metric_values(
            conn,
            scope=scope,
            names=TILES,
            cut=cut,
            compare=base,
            intervals=_CHEAP_INTERVALS,
            known=known,
        )
        totals |= _customer_interval(conn, scope, cut, totals[_BY_CUSTOMER])
        series = _series(conn, scope, filters, (start, end), grain, known)
        buckets = _buckets(series["net_revenue"], bucket, start, end, grain, horizon)
        if base is not None:
            before, before_end, shift = periods.aligned(start, end, base, grain)
            earlier = measure_frame(
                conn,
                scope=scope,
                measures=(_REVENUE,),
                cut=loaders.cut_of(filters, before, before_end, bucket),
            )
            keys = analytics_periods.moved(earlier[bucket], shift, grain)
            buckets["compare_value"] = buckets["starts_on"].map(
                dict(zip(keys, earlier[_REVENUE], strict=True))
            )
        moves = _moves(conn, scope, filters, ((start, end), base), dimensions) if base else {}
    measured = {name: _measured(name, totals[name], series.get(name)) for name in TILES}
    moves = {d: frame for d, frame in moves.items() if len(frame) > 1}
    return Overview(start, end, base, measured, grain, buckets, moves)


def _series(
    conn: Any,
    scope: AccessScope,
    filters: Filters,
    days: tuple[date, date],
    grain: str,
    known: metrics.Horizon,
) -> dict[str, pd.DataFrame]:
    """Return metrics by bucket: revenue of every bucket, the others from the first whole one on.

    A sparkline draws whole buckets only, and customers of whole calendar units are added up in the
    daily mart.
    """
    bucket = f"ordered_on:{grain}"
    start, end = days
    first = floor_to(start, grain)
    whole = start if first == start else step(first, grain)

    def measured(names: tuple[str, ...], since: date) -> dict[str, pd.DataFrame]:
        cut = loaders.cut_of(filters, since, end, bucket)
        return metric_values(conn, scope=scope, names=names, cut=cut, intervals=False, known=known)

    shown = tuple(name for name in TILES if name not in DEPENDS_ON_LENGTH)
    series = measured(shown, whole) if whole < end else {}
    return series if whole == start else series | measured(("net_revenue",), start)


def _customer_interval(
    conn: Any, scope: AccessScope, cut: Cut, total: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return revenue per customer with its interval, where customers are few enough to matter."""
    if not 1 < total["n"].iloc[0] <= _FEW_CUSTOMERS:
        return {}
    exact = metric_values(conn, scope=scope, names=(_BY_CUSTOMER,), cut=cut)[_BY_CUSTOMER]
    return {_BY_CUSTOMER: total.assign(low=exact["low"], high=exact["high"])}


def _measured(name: str, total: pd.DataFrame, series: pd.DataFrame | None) -> Measured:
    row = records(total)[0]
    known: list[float] = []
    if series is not None:
        complete = series["is_complete"].to_numpy(dtype=bool, na_value=False)
        known = [float(value) for value in series["value"].to_numpy()[complete] if value == value]
    return Measured(
        name=name,
        n=int(row["n"]) if not pd.isna(row["n"]) else 0,
        is_complete=bool(row["is_complete"]),
        relative_change=_number(row.get("relative_change")),
        spark=tuple(known) if len(known) > 2 else (),
        **{field: _number(row.get(field)) for field in _NUMBERS},
    )


def _buckets(
    series: pd.DataFrame, bucket: str, start: date, end: date, grain: str, horizon: Horizon
) -> pd.DataFrame:
    """Return every bucket of the period in order; one without an order is 0, not absent."""
    starts, whole = [], []
    first = floor_to(start, grain)
    known_until = min(end, date.fromordinal(horizon.watermark.toordinal() + 1))
    while first < end:
        after = step(first, grain)
        starts.append(first)
        whole.append(first >= max(start, horizon.first) and after <= known_until)
        first = after
    index = pd.DatetimeIndex(starts).astype("datetime64[us]")
    values = series.set_index(bucket)["value"].reindex(index)
    has_data = [
        step(day, grain) > horizon.first and day < known_until for day in starts
    ]  # nothing sold is 0; what no data covers is not
    values = values.where(values.notna() | ~np.array(has_data, dtype=bool), 0.0)
    return pd.DataFrame(
        {
            "starts_on": index,
            "value": values.to_numpy(dtype=float),
            "is_complete": whole,
            "compare_value": float("nan"),
        }
    )


def _moves(
    conn: Any,
    scope: AccessScope,
    filters: Filters,
    periods_: tuple[tuple[date, date], tuple[date, date]],
    dimensions: list[str],
) -> dict[str, pd.DataFrame]:
    """Return net revenue by member of each dimension, now and before; nothing sold is 0.

    Dimensions of an order are read together and summed here: two queries instead of two each.
    """
    together = tuple(d for d in dimensions if d != "category")
    moves: dict[str, pd.DataFrame] = {}
    for by in filter(None, (together, tuple(d for d in dimensions if d == "category"))):
        now, before = (
            measure_frame(
                conn, scope=scope, measures=(_REVENUE,), cut=loaders.cut_of(filters, *days, *by)
            )
            for days in periods_
        )
        moves |= {d: _moved(_by_member(now, d), _by_member(before, d)) for d in by}
    return {d: moves[d] for d in dimensions}


def _by_member(sums: pd.DataFrame, dimension: str) -> dict[str | None, float]:
    totals = sums.groupby(dimension, dropna=False, sort=False)[_REVENUE].sum()
    return {k if isinstance(k, str) else None: float(v) for k, v in totals.items()}


def _moved(now: dict[str | None, float], before: dict[str | None, float]) -> pd.DataFrame:
    named = (now, before)
    members: list[Any] = list(dict.fromkeys([*named[0], *named[1]]))
    frame = pd.DataFrame(
        {
            "member": pd.Series(members, dtype=object),
            "now": [named[0].get(member, 0.0) for member in members],
            "before": [named[1].get(member, 0.0) for member in members],
        }
    )
    frame["change"] = frame["now"] - frame["before"]
    frame["relative"] = frame["change"] / frame["before"].where(frame["before"] > 0)
    order = frame["change"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
