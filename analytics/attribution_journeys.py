"""Paths from touches and conversions of people: look-back, and journeys without conversion."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from analytics.attribution_paths import Ints, Paths
from analytics.stats import Floats
from crm_data.frames import Column, FrameSpec

TOUCHES = FrameSpec(
    "touches",
    "one row per touch",
    (),
    (
        Column("person", "text", "Customer, or visitor where the customer is not known."),
        Column("occurred_at", "instant"),
        Column("channel", "text"),
    ),
)
CONVERSIONS = FrameSpec(
    "conversions",
    "one row per conversion",
    (),
    (
        Column("person", "text"),
        Column("occurred_at", "instant"),
        Column("value", "money", "Missing counts as none in sums of value."),
    ),
)
_DAY = 86_400_000  # milliseconds: ten million people over ten years fit on one line


@dataclass(frozen=True, eq=False)
class Journeys:
    """Paths, and what is in none of them.

    Attributes
    ----------
    paths : Paths
        One path per conversion with a touch, and one per journey that ended without.
    too_old : int
        Touches longer before the next conversion than the look-back.
    open : int
        Journeys that may still convert: their last touch is within the look-back of the end.
    unknown : int
        Touches without a person, time or channel.
    """

    paths: Paths
    too_old: int
    open: int
    unknown: int


def journeys(
    touches: pd.DataFrame, conversions: pd.DataFrame, *, lookback_days: float, known_until: datetime
) -> Journeys:
    """Put touches into the order of journeys.

    A touch belongs to the person's next conversion, if that came within the look-back, so no touch
    serves two conversions. After the last conversion touches with no gap longer than the look-back
    are a journey; it did not convert once the look-back has passed since its last touch.

    Parameters
    ----------
    touches, conversions : DataFrame
        ``TOUCHES`` and ``CONVERSIONS``.
    lookback_days : float
        Days before a conversion in which a touch counts.
    known_until : datetime
        Until when conversions are known.
    """
    TOUCHES.check(touches)
    CONVERSIONS.check(conversions)
    known = touches.dropna()
    bought = conversions.dropna(subset=["person", "occurred_at"])
    people, touched_at, ends_at = _on_one_line(known, bought)
    order = np.argsort(touched_at, kind="stable")
    place = np.argsort(ends_at, kind="stable")
    codes, names = pd.factorize(known["channel"], sort=True)
    at, who = touched_at[order], people[0][order]
    ends, value = ends_at[place], bought["value"].fillna(0).to_numpy()[place]
    next_end = np.searchsorted(ends, at)
    has_next = next_end < len(ends)
    has_next[has_next] = people[1][place][next_end[has_next]] == who[has_next]
    next_end = np.where(has_next, next_end, -1)
    gap = np.full(len(at), np.inf)
    gap[has_next] = (ends[next_end[has_next]] - at[has_next]) / _DAY
    times, worth = _milliseconds(known)[order], np.append(value, 0.0)[next_end]
    seen = _Touched(who, times, codes[order], next_end, gap, worth)
    made = _journeys(tuple(map(str, names)), seen, lookback_days, known_until)
    is_touched = np.zeros(len(value), dtype=bool)
    is_touched[next_end[gap <= lookback_days]] = True
    paths = replace(
        made.paths,
        untouched=float((~is_touched).sum()),
        untouched_value=float(value[~is_touched].sum()),
    )
    return replace(made, paths=paths, unknown=len(touches) - len(known))


def journeys_of_touched(
    rows: pd.DataFrame, channels: tuple[str, ...], *, lookback_days: float, known_until: datetime
) -> Journeys:
    """Put touches into the order of journeys, where each has its next conversion already.

    Parameters
    ----------
    rows : DataFrame
        ``person_no``, ``occurred_at``, ``channel_no``, ``end_no``, ``days``, ``value``: by person
        and time. ``end_no`` and ``days`` are missing where no conversion came.
    channels : tuple of str
        What ``channel_no`` counts, from 0.
    lookback_days, known_until
        As of ``journeys``.

    Returns
    -------
    Journeys
        ``untouched`` and ``unknown`` are 0: they are not in these rows.
    """
    whole = {
        name: rows[name].to_numpy(dtype="float64", na_value=-1).astype("int64")
        for name in ("person_no", "channel_no", "end_no")
    }
    days = rows["days"].to_numpy(dtype="float64", na_value=np.inf)
    days = np.where(whole["end_no"] < 0, np.inf, days)
    value = rows["value"].to_numpy(dtype="float64", na_value=np.nan)
    is_met = np.bincount(whole["channel_no"], minlength=len(channels)) > 0
    places = np.cumsum(is_met) - 1
    seen = _Touched(
        whole["person_no"], _milliseconds(rows), places[whole["channel_no"]], whole["end_no"], days,
        np.nan_to_num(value),
    )  # fmt: skip
    met = tuple(name for name, is_one in zip(channels, is_met, strict=True) if is_one)
    return _journeys(met, seen, lookback_days, known_until)


@dataclass(frozen=True, eq=False)
class _Touched:
    """Touches by person and time: the conversion that came next (-1: none), days until, value."""

    who: Ints
    time: Ints
    channel: Ints
    end: Ints
    gap: Floats
    value: Floats


def _journeys(
    channels: tuple[str, ...], seen: _Touched, lookback_days: float, known_until: datetime
) -> Journeys:
    leads, after = seen.gap <= lookback_days, seen.end < 0
    made = _paths(
        channels, seen.channel[leads], seen.end[leads], seen.gap[leads], seen.value[leads]
    )
    until = np.datetime64(known_until, "ms").astype("int64")
    ended, still = _ended(seen.who[after], seen.time[after], lookback_days, int(until))
    paths = _with_null(made, seen.gap[leads], seen.channel[after], ended, seen.time[after])
    return Journeys(paths, int((~after & ~leads).sum()), still, 0)


def _on_one_line(
    touches: pd.DataFrame, conversions: pd.DataFrame
) -> tuple[tuple[Ints, Ints], Ints, Ints]:
    """Return people as numbers, and times such that each person's come after the one's before."""
    count = len(touches)
    people, _ = pd.factorize(pd.concat([touches["person"], conversions["person"]]))
    times = np.concatenate([_milliseconds(touches), _milliseconds(conversions)])
    if not len(times):
        return (people[:0], people[:0]), times, times
    first = times.min()
    line = people * (times.max() - first + 1) + (times - first)
    return (people[:count], people[count:]), line[:count], line[count:]


def _milliseconds(frame: pd.DataFrame) -> Ints:
    return frame["occurred_at"].to_numpy().astype("datetime64[ms]").astype("int64")


def _paths(
    channels: tuple[str, ...], touches: Ints, ends: Ints, ages: Floats, value: Floats
) -> Paths:
    """Return a path for each conversion with a touch; touches of one stand together."""
    begins = np.ones(len(ends), dtype=bool)
    begins[1:] = ends[1:] != ends[:-1]
    first = np.flatnonzero(begins)
    return Paths(
        channels,
        touches.astype("int64"),
        np.append(first, len(ends)).astype("int64"),
        np.ones(len(first)),
        value[first],
        np.zeros(len(first)),
        ages,
    )


def _ended(who: Ints, at: Ints, lookback_days: float, until: int) -> tuple[Ints, int]:
    """Return the journey of each touch (-1 where it is open), and how many are open."""
    if not len(who):
        return np.zeros(0, dtype="int64"), 0
    longest = lookback_days * _DAY
    begins = np.ones(len(who), dtype=bool)
    begins[1:] = (np.diff(who) != 0) | (np.diff(at) > longest)
    journey = np.cumsum(begins) - 1
    is_last = np.append(begins[1:], True)
    is_open = until - at[is_last] <= longest
    return np.where(is_open[journey], -1, journey), int(is_open.sum())


def _with_null(paths: Paths, ages: Floats, channel: Ints, journey: Ints, at: Ints) -> Paths:
    """Return the paths with those of journeys that ended without a conversion."""
    is_over = journey >= 0
    _, lengths = np.unique(journey[is_over], return_counts=True)
    count = len(lengths)
    ends = np.repeat(np.cumsum(lengths) - 1, lengths)
    times = at[is_over]
    return replace(
        paths,
        touches=np.concatenate([paths.touches, channel[is_over]]),
        starts=np.concatenate([paths.starts, paths.starts[-1] + np.cumsum(lengths)]),
        conversions=np.concatenate([paths.conversions, np.zeros(count)]),
        value=np.concatenate([paths.value, np.zeros(count)]),
        null=np.concatenate([paths.null, np.ones(count)]),
        age_days=np.concatenate([ages, (times[ends] - times) / _DAY]),
    )
