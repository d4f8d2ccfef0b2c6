"""Who was at risk when, and what ended: the counts that every survival estimate starts from.

A duration is an age at which something ended or was last seen still running. Under left truncation
it came under observation at an age of its own and is at risk only after that.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.sorted_durations import sorted_once

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_WHOLE_PER_ROW = 4  # whole numbers up to so many times the rows are counted, others are sorted
_WHOLE_ANYWAY = 100_000


@dataclass(frozen=True, eq=False)
class Observed:
    """What was seen of each, without those of whom nothing was seen.

    Attributes
    ----------
    durations : ndarray, shape (n,)
        Finite and not negative, in one unit.
    cause : ndarray of int, shape (n,)
        0 still running, else why it ended, 1 up to ``causes``.
    entered : ndarray, shape (n,)
        Age at which it came under observation, same unit; 0 from the start.
    kept : ndarray of bool, shape (rows given,)
        Which of the rows given these are.
    causes : int
        How many causes there are.
    weights : ndarray of int, shape (n,), or None
        How many each row stands for; None: one each.
    """

    durations: Floats
    cause: Ints
    entered: Floats
    kept: Flags
    causes: int
    weights: Ints | None = None

    @cached_property
    def late(self) -> "Tally":
        """Ages above 0 at which some came under observation."""
        is_late = self.entered > 0
        return Tally.of(self.entered[is_late], self.weights_of(is_late))

    @property
    def total(self) -> int:
        """How many were seen."""
        return len(self.durations) if self.weights is None else int(self.weights.sum())

    def weights_of(self, chosen: Any) -> Ints | None:
        """Return the weights of some: positions or flags, shape (n,)."""
        return None if self.weights is None else self.weights[chosen]

    def among(self, chosen: Any) -> "Observed":
        """Return what was seen of some: positions or flags, shape (n,)."""
        part = self.durations[chosen], self.cause[chosen], self.entered[chosen]
        return Observed(*part, self.kept, self.causes, self.weights_of(chosen))


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Counts at ascending ages.

    Attributes
    ----------
    ages : ndarray, shape (t,)
        In the unit of the durations.
    at_risk : ndarray of int, shape (t,)
        Under observation just before that age and still running.
    ended : ndarray of int, shape (causes, t)
        Of those, how many ended at that age, by cause.
    seen : ndarray of int, shape (t,)
        How many durations are that long, ended or not.
    """

    ages: Floats
    at_risk: Ints
    ended: Ints
    seen: Ints

    @property
    def all_ended(self) -> Ints:
        """How many ended at each age, whatever the cause; shape (t,)."""
        return np.asarray(self.ended.sum(axis=0), dtype=np.int64)


def observed(durations: Any, ended: Any, entered: Any = None, weights: Any = None) -> Observed:
    """Check what is given; leave out missing durations and whatever was never at risk.

    Parameters
    ----------
    durations : array of numbers, not negative, shape (rows,)
        Missing ones are left out.
    ended : array of bool, or of int from 0, shape (rows,)
        Whether it ended then, or by which cause (0: still running).
    entered : array of numbers, not negative, shape (rows,), optional
        Age at which each came under observation. It is at risk after that age; one that entered
        at 0 is at risk at 0, too. Who was seen at one age only (entered above 0, and left at
        once) is left out, as is a row whose entry is missing.
    weights : array of int from 0, shape (rows,), optional
        How many each row stands for, by default one.

    Raises
    ------
    ValueError
        A duration, entry or weight is negative or infinite, an entry comes after its duration, it
        is missing whether one ended, or the lengths differ.
    """
    lasted = np.asarray(durations, dtype=np.float64)
    cause = _causes(ended)
    start = np.zeros(lasted.shape) if entered is None else np.asarray(entered, dtype=np.float64)
    if not lasted.shape == cause.shape == start.shape or lasted.ndim != 1:
        raise ValueError(
            "durations, ended and entered should be as long as each other, but are "
            f"{lasted.shape}, {cause.shape} and {start.shape}."
        )
    counts = _weights(weights, lasted)
    causes = int(cause.max(initial=1))
    kept = ~np.isnan(lasted)
    if counts is not None:
        kept &= counts > 0
    if entered is not None:
        if (start > lasted).any():
            raise ValueError("An entry comes after the end. Give the age at entry, not a date.")
        kept &= (start == 0) | (start < lasted)
    if not kept.all():
        lasted, cause, start = lasted[kept], cause[kept], start[kept]
        counts = None if counts is None else counts[kept]
    if len(lasted) and (lasted.min() < 0 or start.min() < 0):
        raise ValueError("A duration is negative. Leave out what ended before it began.")
    if len(lasted) and lasted.max() == np.inf:
        raise ValueError("A duration is infinite. Give how long it was seen, and not as ended.")
    return Observed(lasted, cause, start, kept, causes, counts)


def risk_sets(seen: Observed, ages: Floats | None = None) -> RiskSets:
    """Count at each distinct duration, or at ``ages`` (ascending, none twice).

    Whole numbers (days, months) are counted without sorting: a million take a hundredth of a
    second.
    """
    weights = seen.weights
    is_plain = ages is None and seen.causes == 1 and weights is None
    if is_plain and not _is_whole(seen.durations):
        at, counts, ends = sorted_once(seen.durations, seen.cause)
        ended = ends[None, :]
        at_risk = counts[::-1].cumsum()[::-1]
    else:
        lasted = Tally.of(seen.durations, weights)
        at = lasted.distinct if ages is None else ages
        counts, at_risk = lasted.counts_at(at), seen.total - lasted.below(at)
        ended = np.empty((seen.causes, len(at)), dtype=np.int64)
        for cause in range(seen.causes):
            by = seen.cause == cause + 1
            ended[cause] = Tally.of(seen.durations[by], seen.weights_of(by)).counts_at(at)
    late = seen.late
    if late.total:
        at_risk = at_risk - (late.total - late.below(at))
    return RiskSets(at, at_risk, ended, counts)


def counted_sets(ages: Any, cause: Any, weights: Any, causes: int) -> RiskSets:
    """Return the risk sets of what is counted already, all under observation from age 0.

    Parameters
    ----------
    ages : array of numbers, not negative, shape (rows,)
        Ages at which some ended or were last seen; may repeat.
    cause : array of int, shape (rows,)
        0 still running, else from 1 to ``causes``.
    weights : array of int, shape (rows,)
        How many each row stands for.
    causes : int
        How many causes there are, seen or not.
    """
    at, place = np.unique(np.asarray(ages, dtype=np.float64), return_inverse=True)
    table = np.bincount(
        place + len(at) * np.asarray(cause, dtype=np.int64),
        weights=np.asarray(weights, dtype=np.float64),
        minlength=len(at) * (causes + 1),
    )
    counts = table.astype(np.int64).reshape(causes + 1, len(at))
    seen = counts.sum(axis=0)
    return RiskSets(at, seen[::-1].cumsum()[::-1], counts[1:], seen)


@dataclass(frozen=True, eq=False)
class Tally:
    """Distinct numbers, ascending, and how many come before each; the last of ``before`` is all."""

    distinct: Floats
    before: Ints

    @classmethod
    def of(cls, numbers: Floats, weights: Ints | None = None) -> "Tally":
        """Count numbers that are not negative, each as often as its weight."""
        if _is_whole(numbers):
            every = counted(numbers.astype(np.int64), weights)
            found = np.flatnonzero(every)
            distinct, counts = found.astype(np.float64), every[found]
        elif weights is None:
            distinct, counts = np.unique(numbers, return_counts=True)
        else:
            distinct, place = np.unique(numbers, return_inverse=True)
            counts = counted(place, weights, len(distinct))
        before = np.zeros(len(distinct) + 1, dtype=np.int64)
        np.cumsum(counts, out=before[1:])
        return cls(distinct, before)

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return int(self.before[-1])

    def below(self, limits: Floats) -> Ints:
        """How many numbers are below each limit."""
        if limits is self.distinct:
            return self.before[:-1].copy()
        return self.before[np.searchsorted(self.distinct, limits)]

    def counts_at(self, places: Floats) -> Ints:
        """How many numbers equal each place."""
        if places is self.distinct:
            return np.diff(self.before)
        first = np.searchsorted(self.distinct, places)
        return (
            self.before[np.searchsorted(self.distinct, places, side="right")] - self.before[first]
        )


def counted(places: Any, weights: Ints | None, least: int = 0) -> Ints:
    """Return how many are at each place from 0, at least so many places."""
    found = np.bincount(places, weights=weights, minlength=least)
    return found.astype(np.int64)  # weights add up as floats, exactly up to 2 ** 53


def coded(names: Any) -> tuple[Ints, list[Any]]:
    """Return the code of each name (−1 where it is missing) and the names, sorted.

    Numbers come before text. Codes are positions in the names.
    """
    found, distinct = pd.factorize(pd.Series(names, dtype=None if len(names) else "object"))
    known = distinct.tolist()
    order = sorted(range(len(known)), key=lambda i: (isinstance(known[i], str), known[i]))
    place = np.full(len(known) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(known))
    return place[found], [known[i] for i in order]


def flags(ended: Any) -> Any:
    """Return whether each ended, whatever number says so; missing ones stay, to be refused."""
    given = np.asarray(ended)
    if given.dtype == np.bool_ or pd.isna(given).any():
        return given
    return given.astype(np.bool_)


def _weights(given: Any, lasted: Floats) -> Ints | None:
    if given is None:
        return None
    weights = np.asarray(given, dtype=np.int64)
    if weights.shape != lasted.shape or (weights < 0).any():
        raise ValueError("weights should be whole numbers from 0, one for each duration.")
    return weights


def _is_whole(numbers: Floats) -> bool:
    """Whether all are whole, and small enough to count each number up to the largest."""
    most = max(_WHOLE_PER_ROW * len(numbers), _WHOLE_ANYWAY)
    if len(numbers) and numbers.max() > most:
        return False
    return bool((numbers == np.floor(numbers)).all())


def _causes(ended: Any) -> Ints:
    given = np.asarray(ended)
    if given.dtype == np.bool_ or np.issubdtype(given.dtype, np.integer):
        return given.astype(np.int64)
    if pd.isna(given).any():
        raise ValueError("It is missing whether some ended. Say it of each, or leave them out.")
    return given.astype(np.int64)
