"""From measures to metrics: value, numerator, denominator, n, interval, completeness, change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.metric_registry import METRICS, Metric, metric
from analytics.stats import (
    Floats,
    mean_interval_from_sums,
    poisson_interval,
    ratio_interval,
    wilson_interval,
)
from analytics.value_shares import value_share_interval
from crm_data.calendar import step
from crm_data.errors import FrameContractError

__all__ = [
    "METRICS", "Metric", "Window", "change", "compare", "completeness", "evaluate", "evaluate_all",
    "metric",
]  # fmt: skip

VALUES = ("value", "numerator", "denominator", "n", "low", "high", "is_complete")
BASE = "base_amount"
Bounds = tuple[Floats, Floats]


@dataclass(frozen=True)
class Window:
    """What is known about the period of a frame.

    Parameters
    ----------
    start, end : date or None
        The period asked for, half-open.
    first_on : date or None
        First day with data; what begins before it is not complete.
    complete_until : date or None
        First day that is not all in. None when nothing is known to be: nothing is complete.
    clocks : tuple of str
        Names of the day that the period is of: groups of its units have a period each.
    """

    start: date | None = None
    end: date | None = None
    first_on: date | None = None
    complete_until: date | None = None
    clocks: tuple[str, ...] = ("ordered_on", "orders.ordered_on")


def evaluate(
    definition: Metric, frame: pd.DataFrame, *, by: tuple[str, ...] = (), window: Window
) -> pd.DataFrame:
    """Compute a metric for every row of measures.

    Parameters
    ----------
    definition : Metric
        From the registry.
    frame : DataFrame
        ``crm_data.queries.metrics.measure_frame``: the columns in ``by``, then
        ``definition.measures()``. Measures of the interval may be left out; there is none then.
        For growth also ``base_amount``, the same measure of the base period, NaN when there is
        none.
    by : tuple of str
        Names of the group columns. A calendar unit of the day, such as ``ordered_on:month``, gives
        every row its own period.
    window : Window
        Period asked for and what is known of it.

    Returns
    -------
    DataFrame
        ``by``, then ``value``, ``numerator``, ``denominator`` (NaN for totals), ``n``, ``low`` and
        ``high`` (95 %; NaN for counts and totals) and ``is_complete``. A zero denominator gives
        NaN, never 0. Growth over a base that is not positive is NaN.

    Raises
    ------
    FrameContractError
        A measure is missing, or two rows share a group.
    """
    return evaluate_all([definition], frame, by=by, window=window)[definition.name]


def evaluate_all(
    definitions: Sequence[Metric], frame: pd.DataFrame, *, by: tuple[str, ...] = (), window: Window
) -> dict[str, pd.DataFrame]:
    """Compute several metrics of the same measures: ``evaluate`` by name."""
    for definition in definitions:
        _require(definition, frame, by)
    _require_unique(frame, by)
    shared = {name: frame[name] for name in by}
    complete = completeness(frame, by, window)
    return {d.name: _evaluated(d, frame, shared, complete) for d in definitions}


def _evaluated(
    definition: Metric, frame: pd.DataFrame, shared: dict[str, pd.Series], complete: pd.Series
) -> pd.DataFrame:
    numerator = _sums(frame, definition.numerator)
    denominator = np.full(len(frame), np.nan)
    value = numerator
    with np.errstate(divide="ignore", invalid="ignore"):
        if definition.base is not None:
            denominator = _sums(frame, BASE) if BASE in frame else denominator
            numerator = numerator - denominator
            value = numerator / np.where(denominator > 0, denominator, np.nan)
        elif definition.denominator is not None:
            denominator = _sums(frame, definition.denominator)
            value = numerator / np.where(denominator != 0, denominator, np.nan)
    low, high = _interval(definition, frame)
    return pd.DataFrame(
        {
            **shared,
            "value": value,
            "numerator": numerator,
            "denominator": denominator,
            "n": frame[definition.sample].astype("Int64"),
            "low": low,
            "high": high,
            "is_complete": complete,
        },
        index=frame.index,
    )


def compare(current: pd.DataFrame, base: pd.DataFrame, *, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return ``current`` with the base's value and the change, joined on the groups.

    Parameters
    ----------
    current, base : DataFrame
        Results of ``evaluate`` whose groups mean the same; the days of ``base`` have been moved to
        those of ``current`` (``analytics.periods.moved``).
    by : tuple of str
        Group columns; without any, both have one row (the base may have none).

    Returns
    -------
    DataFrame
        ``current`` with ``base_value``, ``change`` (in the metric's unit) and ``relative_change``
        (share of the base; NaN when the base is missing or not positive).

    Raises
    ------
    FrameContractError
        Two rows share a group.
    """
    for frame in (current, base):
        _require_unique(frame, by)
    values = base[[*by, "value"]].rename(columns={"value": "base_value"})
    if by:
        joined = current.merge(values, on=list(by), how="left", validate="one_to_one")
    else:
        only = values["base_value"].iloc[0] if len(values) else np.nan
        joined = current.assign(base_value=float(only))
    absolute, relative = change(joined["value"], joined["base_value"])
    return joined.assign(change=absolute, relative_change=relative)


def change(value: pd.Series, base: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return absolute and relative change; relative is NaN unless the base is positive."""
    absolute = value - base
    return absolute, absolute / base.where(base > 0)


def _interval(definition: Metric, frame: pd.DataFrame) -> Bounds:
    if any(name not in frame for name in definition.squares):
        return _no_interval(definition, frame)
    return _INTERVALS[definition.interval](definition, frame)


def _no_interval(_definition: Metric, frame: pd.DataFrame) -> Bounds:
    missing = np.full(len(frame), np.nan)
    return missing, missing


def _wilson(d: Metric, frame: pd.DataFrame) -> Bounds:
    return wilson_interval(_sums(frame, d.numerator), _sums(frame, d.denominator))


def _poisson(d: Metric, frame: pd.DataFrame) -> Bounds:
    """Several of what is counted may be of one of those it is divided by."""
    low, high = poisson_interval(_sums(frame, d.numerator))
    of = _sums(frame, d.denominator)
    of = np.where(of > 0, of, np.nan)
    return low / of, high / of


def _mean(d: Metric, frame: pd.DataFrame) -> Bounds:
    return mean_interval_from_sums(
        _sums(frame, d.denominator), _sums(frame, d.numerator), _sums(frame, d.squares[0])
    )


def _ratio(d: Metric, frame: pd.DataFrame) -> Bounds:
    """An order is either paid or returned, so numerator and denominator share no order: cross 0.

    Where nothing was returned the delta method has nothing to vary and would give an interval of
    no width: it cannot tell, and there is none.
    """
    low, high = ratio_interval(
        _sums(frame, d.sample),
        _sums(frame, d.numerator),
        _sums(frame, d.denominator),
        numerator_sq=_sums(frame, d.squares[0]),
        denominator_sq=_sums(frame, d.squares[1]),
    )
    is_known = _sums(frame, d.numerator) > 0
    return np.where(is_known, np.maximum(low, 0.0), np.nan), np.where(is_known, high, np.nan)


def _part(d: Metric, frame: pd.DataFrame) -> Bounds:
    """What the numerator is of is in the denominator, too."""
    sums = (_sums(frame, name) for name in (d.sample, d.numerator, d.denominator))
    part_sq, whole_sq = (_sums(frame, name) for name in d.squares)
    return value_share_interval(*sums, part_sq=part_sq, whole_sq=whole_sq)


_INTERVALS: dict[str, Callable[[Metric, pd.DataFrame], Bounds]] = {
    "none": _no_interval,
    "wilson": _wilson,
    "mean": _mean,
    "ratio": _ratio,
    "part": _part,
    "poisson": _poisson,
}


def _sums(frame: pd.DataFrame, name: str | None) -> np.ndarray:
    return frame[str(name)].to_numpy(dtype="float64", na_value=np.nan)


def completeness(frame: pd.DataFrame, by: tuple[str, ...], window: Window) -> pd.Series:
    """Return whether each row's whole period has data: begins with or after it, ends in time."""
    units = [name for name in by if name.partition(":")[0] in window.clocks]
    verdicts = pd.Series(_period_is_complete(window), index=frame.index, dtype="boolean")
    if not units:
        return verdicts
    verdicts[:] = True
    for name in units:
        unit = name.partition(":")[2] or "day"
        starts = frame[name].dt.date
        verdicts &= pd.Series(
            [not pd.isna(day) and _bucket_is_complete(day, unit, window) for day in starts],
            index=frame.index,
            dtype="boolean",
        )
    return verdicts


def _period_is_complete(window: Window) -> bool:
    """An open side ends where the data does, so a period may turn out to have no day at all."""
    start = window.start or window.first_on
    end = window.end or window.complete_until
    if window.complete_until is None or end is None:
        return False
    has_begun = start is None or window.first_on is None or start >= window.first_on
    has_days = start is None or start < end
    return has_begun and has_days and end <= window.complete_until


def _bucket_is_complete(start: date, unit: str, window: Window) -> bool:
    """A unit that the period cuts is not complete either."""
    begins = [day for day in (window.start, window.first_on) if day is not None]
    ends = [day for day in (window.end, window.complete_until) if day is not None]
    return (
        window.complete_until is not None
        and all(start >= day for day in begins)
        and all(step(start, unit) <= day for day in ends)
    )


def _require(definition: Metric, frame: pd.DataFrame, by: tuple[str, ...]) -> None:
    needed = [*by, *definition.measures(intervals=False)]
    missing = [name for name in needed if name not in frame]
    if missing:
        raise FrameContractError(
            f"Metric '{definition.name}' needs {needed}, but the frame lacks {missing}. Ask "
            "measure_frame for metric.measures()."
        )


def _require_unique(frame: pd.DataFrame, by: tuple[str, ...]) -> None:
    repeated = int(frame.duplicated(list(by)).sum()) if by else max(len(frame) - 1, 0)
    if repeated:
        raise FrameContractError(
            f"{repeated} row(s) repeat the group {list(by)}. Aggregate before passing."
        )
