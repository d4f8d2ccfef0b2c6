"""When people buy: weekdays, slow growth, Spring Festival and November.

The days of Spring Festival, the first of the lunar year in China, are those of the package
``holidays`` (its ``China`` calendar), copied here because generating needs no other package. A test
holds every year against that package, and a second one against computed new moons.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sample_data.columns import Floats, Ints
from sample_data.history import History, day_number
from sample_data.planted import Truths, truth

SPRING_FESTIVAL = (
    date(2010, 2, 14), date(2011, 2, 3), date(2012, 1, 23), date(2013, 2, 10),
    date(2014, 1, 31), date(2015, 2, 19), date(2016, 2, 8), date(2017, 1, 28),
    date(2018, 2, 16), date(2019, 2, 5), date(2020, 1, 25), date(2021, 2, 12),
    date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29),
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13),
    date(2030, 2, 3), date(2031, 1, 23), date(2032, 2, 11), date(2033, 1, 31),
    date(2034, 2, 19), date(2035, 2, 8), date(2036, 1, 28), date(2037, 2, 15),
    date(2038, 2, 4), date(2039, 1, 24), date(2040, 2, 12),
)  # fmt: skip

_WEEKDAY = np.array([0.94, 0.92, 0.94, 0.97, 1.06, 1.14, 1.03])
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_GROWTH_PER_YEAR = 0.06
# Typical hour and spread of orders by channel: store, web, app, phone.
_HOUR = np.array([15.0, 19.5, 20.5, 14.0])
_HOUR_SPREAD = np.array([2.6, 3.0, 2.6, 2.2])
_FIRST_HOUR, _LAST_HOUR = 8.0, 23.9


@dataclass(frozen=True)
class Season:
    """Daily weights (mean 1) of a history and their running sum."""

    first: int
    weights: Floats

    @property
    def running(self) -> Floats:
        """Sum of weights before each day, and after the last."""
        return np.concatenate([[0.0], np.cumsum(self.weights)])

    def effort(self, times: Floats) -> Floats:
        """Return time as buyers feel it: a busy day counts for several."""
        return np.interp(times - self.first, np.arange(len(self.weights) + 1), self.running)

    def time_at(self, effort: Floats) -> Floats:
        """Return the time at which this much effort has passed: the inverse of ``effort``."""
        days = np.interp(effort, self.running, np.arange(len(self.weights) + 1))
        return days + self.first

    def draw(self, rng: np.random.Generator, count: int) -> Floats:
        """Return times, unsorted, in proportion to the weights."""
        return self.time_at(rng.random(count) * self.running[-1])


def daily_season(history: History, truths: Truths) -> Season:
    """Return the weights of each day of a history."""
    day = np.arange(history.first, history.stop)
    weights = _WEEKDAY[(day + _EPOCH_WEEKDAY) % 7]
    weights = weights * np.exp(_GROWTH_PER_YEAR * (day - history.first) / 365.25)
    weights = weights * spring_factor(day, truths) * november_factor(day, truths)
    return Season(history.first, weights / weights.mean())


def spring_factor(day: Ints, truths: Truths) -> Floats:
    """Return how much busier the weeks before Spring Festival are, and how quiet its week."""
    factor = np.ones(len(day))
    for festival in SPRING_FESTIVAL:
        ahead = day_number(festival) - day
        factor[(ahead >= 4) & (ahead <= 24)] = truths.spring_factor
        factor[(ahead >= -6) & (ahead <= 1)] = truths.festival_week_factor
    return factor


def november_factor(day: Ints, truths: Truths) -> Floats:
    """Return how much busier the first ten days of November and 11 November are."""
    factor = np.ones(len(day))
    dates = day.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    is_november = dates.astype("datetime64[M]").astype(np.int64) % 12 == 10
    factor[is_november & (of_month <= 10)] = truths.november_factor
    factor[is_november & (of_month == 11)] = truths.double_eleven_factor
    return factor


def at_hour_of(rng: np.random.Generator, times: Floats, channel: Ints) -> Floats:
    """Return the same days at an hour that suits the channel."""
    hours = rng.normal(_HOUR[channel], _HOUR_SPREAD[channel])
    # Who would buy at night buys as much earlier or later: no heap at the end of the day.
    hours = np.where(hours > _LAST_HOUR, 2 * _LAST_HOUR - hours, hours)
    hours = np.clip(np.where(hours < _FIRST_HOUR, 2 * _FIRST_HOUR - hours, hours), 8.0, 23.9)
    seconds = np.floor(hours * 3600) / 86_400
    return np.asarray(np.floor(times) + seconds)


def season_truth(times: Floats, history: History, truths: Truths) -> dict[str, Any]:
    """Return the planted peaks, with realised orders a day by stretch."""
    day = np.arange(history.first, history.stop)
    daily = np.bincount(np.floor(times).astype(np.int64) - history.first, minlength=len(day))
    stretches = {
        "before_spring_festival": spring_factor(day, truths) == truths.spring_factor,
        "spring_festival_week": spring_factor(day, truths) == truths.festival_week_factor,
        "november_1_to_10": november_factor(day, truths) == truths.november_factor,
        "november_11": november_factor(day, truths) == truths.double_eleven_factor,
    }
    other = ~np.logical_or.reduce(list(stretches.values()))
    stretches["all_other_days"] = other
    inside = [f for f in SPRING_FESTIVAL if history.start <= f <= history.end]
    return truth(
        "More orders before Spring Festival, whose day moves, and in early November; few in the "
        "festival week. Weekday and slow growth come on top.",
        {
            "spring_factor": truths.spring_factor,
            "festival_week_factor": truths.festival_week_factor,
            "november_factor": truths.november_factor,
            "double_eleven_factor": truths.double_eleven_factor,
            "days_ahead_of_festival": [24, 4],
            "spring_festivals": [f.isoformat() for f in inside],
        },
        {
            name: {"days": int(mask.sum()), "orders_a_day": round(float(daily[mask].mean()), 3)}
            for name, mask in stretches.items()
            if mask.any()
        },
        ["orders by ordered_on"],
    )
