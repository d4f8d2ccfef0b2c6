"""Did a measure move at a date? Months before against months after, with an interval.

A value of several months is the sum of numerators over the sum of denominators. Its variance comes
from how far each month was off it (linearised, as for a ratio of cluster totals: W. G. Cochran
1977, Sampling Techniques, 6.4), so that whatever makes months differ is in the interval, not only
the number of answers or customers; the interval is Student's with the degrees of freedom of B. L.
Welch (1947), Biometrika 34, 28–35. Frames in, results out.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analytics.stats import LEVEL, Floats
from crm_data.calendar import add_months, floor_to, months_between

LEAST_MONTHS = 3  # with data, on each side: fewer do not tell how much months differ
Verdict = Literal["up", "down", "cannot_tell", "too_short"]
Drift = Literal["up", "down", "none", "cannot_tell"]
_PARTS = ("numerator", "denominator", "n")
MONTHLY = ["month_on", *_PARTS]


@dataclass(frozen=True, eq=False)
class Monthly:
    """A measure by calendar month.

    Attributes
    ----------
    frame : DataFrame
        ``MONTHLY``; months without a row had nothing to count.
    first, until : date or None
        First month that is known whole, and the first that is not yet; None: nothing is known.
    is_count : bool
        A total: a month without a row is 0. Otherwise it is a ratio, and says nothing.
    factor : float
        What the ratio is multiplied by: 100 of NPS.
    """

    frame: pd.DataFrame
    first: date | None
    until: date | None
    is_count: bool = False
    factor: float = 1.0


@dataclass(frozen=True)
class Spans:
    """Equal numbers of whole months before and after, half-open; ``months`` 0: none."""

    before: tuple[date, date]
    after: tuple[date, date]
    months: int

    def earlier(self, months: int) -> "Spans":
        """Return the same months of some time before."""
        (b0, b1), (a0, a1) = self.before, self.after
        return Spans(
            (add_months(b0, -months), add_months(b1, -months)),
            (add_months(a0, -months), add_months(a1, -months)),
            self.months,
        )


@dataclass(frozen=True)
class Side:
    """A measure over the months of one side; ``months`` are those with data."""

    value: float
    numerator: float
    denominator: float
    n: int
    months: int


@dataclass(frozen=True)
class Change:
    """What became of a measure.

    Attributes
    ----------
    before, after : Side
    value, low, high : float
        After less before, with its interval; NaN where it is not known.
    verdict : str
        ``up`` or ``down``: the interval leaves out 0; ``cannot_tell``; ``too_short``: under
        ``LEAST_MONTHS`` months with data on a side.
    drift : str
        Whether the months before already went ``up`` or ``down``.
    """

    before: Side
    after: Side
    value: float
    low: float
    high: float
    verdict: Verdict
    drift: Drift


@dataclass(frozen=True)
class Against:
    """A change less that of a comparison group (difference in differences).

    Attributes
    ----------
    other : Change
        Of the comparison group alone.
    value, low, high, verdict
        Of the difference; months are paired, so that what both share cancels out.
    pretrend : str
        Whether the two already drew apart before: ``none`` keeps the comparison fair.
    is_relative : bool
        Of counts: the difference is of shares of before, as groups differ in size.
    """

    other: Change
    value: float
    low: float
    high: float
    verdict: Verdict
    pretrend: Drift
    is_relative: bool = False


def spans(
    monthly: Monthly, day: date, months: int, *, before_lag: int = 0, after_lag: int = 0
) -> Spans:
    """Return the months that are compared: as many before as after, ``months`` at the most.

    The month of ``day`` is on neither side, unless the day begins it. So are ``before_lag`` months
    before it and ``after_lag`` after it: what their figures saw was on both sides of the day.
    """
    end = add_months(floor_to(day, "month"), -before_lag)
    start = add_months(day, after_lag + (day.day > 1))
    found = 0
    if monthly.first is not None and monthly.until is not None:
        found = min(
            months, months_between(monthly.first, end), months_between(start, monthly.until)
        )
    found = max(found, 0)
    return Spans((add_months(end, -found), end), (start, add_months(start, found)), found)


def before_after(monthly: Monthly, at: Spans, *, level: float = LEVEL) -> Change:
    """Return a measure before and after, the difference and whether it moved."""
    before, after = _Months.of(monthly, at.before), _Months.of(monthly, at.after)
    gap = after.value - before.value
    low, high = _interval(gap, before.residuals, after.residuals, level)
    verdict = _verdict(low, high, before.counted, after.counted)
    return Change(before.side, after.side, gap, low, high, verdict, before.drift(level))


def difference_in_differences(
    monthly: Monthly, other: Monthly, at: Spans, *, level: float = LEVEL
) -> Against:
    """Return how much more a measure moved than that of a comparison group in the same months."""
    told = before_after(other, at, level=level)
    if monthly.is_count:
        monthly, other = (_relative(one, at) for one in (monthly, other))
    sides = [(_Months.of(monthly, span), _Months.of(other, span)) for span in (at.before, at.after)]
    paired = [_paired(one, two) for one, two in sides]
    gaps = [one.value - two.value for one, two in sides]
    low, high = _interval(gaps[1] - gaps[0], paired[0], paired[1], level)
    verdict = _verdict(low, high, *(len(one) for one in paired))
    (one, two), _ = sides
    both = one.has_data & two.has_data
    pretrend = _drift((one.each - two.each)[both], np.flatnonzero(both), level)
    return Against(
        told, gaps[1] - gaps[0], low, high, verdict, pretrend, monthly.is_count
    )  # fmt: skip


def _relative(monthly: Monthly, at: Spans) -> Monthly:
    """Return a count as a share of its mean before."""
    mean = _Months.of(monthly, at.before).value
    return replace(monthly, factor=1 / mean if mean > 0 else float("nan"))


@dataclass(frozen=True, eq=False)
class _Months:
    """One side of one group, month by month."""

    numerator: Floats
    denominator: Floats
    n: int
    factor: float

    @staticmethod
    def of(monthly: Monthly, span: tuple[date, date]) -> "_Months":
        begin, end = span
        size = months_between(begin, end)
        months = monthly.frame["month_on"].to_numpy().astype("datetime64[M]")
        at = (months - np.datetime64(begin, "M")).astype("int64")
        inside = (at >= 0) & (at < size)
        parts = np.zeros((len(_PARTS), size))
        for place, name in enumerate(_PARTS):
            parts[place, at[inside]] = monthly.frame[name].to_numpy(dtype="float64")[inside]
        parts = np.nan_to_num(parts)
        bottom = np.ones(size) if monthly.is_count else parts[1]
        return _Months(parts[0], bottom, int(parts[2].sum()), monthly.factor)

    @property
    def has_data(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return self.denominator > 0

    @property
    def counted(self) -> int:
        return int(self.has_data.sum())

    @property
    def value(self) -> float:
        total = float(self.denominator.sum())
        return self.factor * float(self.numerator.sum()) / total if total > 0 else float("nan")

    @property
    def each(self) -> Floats:
        bottom = np.where(self.has_data, self.denominator, np.nan)
        return np.asarray(self.factor * self.numerator / bottom)

    @property
    def scaled(self) -> Floats:
        """How far each month pulls the value from what it is; they add up to 0."""
        total = float(self.denominator.sum()) or float("nan")
        return (self.factor * self.numerator - self.value * self.denominator) / total

    @property
    def residuals(self) -> Floats:
        return self.scaled[self.has_data]

    @property
    def side(self) -> Side:
        top, bottom = float(self.numerator.sum()), float(self.denominator.sum())
        return Side(self.value, top, bottom, self.n, self.counted)

    def drift(self, level: float) -> Drift:
        return _drift(self.each[self.has_data], np.flatnonzero(self.has_data), level)


def _paired(one: _Months, two: _Months) -> Floats:
    both = one.has_data & two.has_data
    return (one.scaled - two.scaled)[both]


def _interval(gap: float, before: Floats, after: Floats, level: float) -> tuple[float, float]:
    nothing = (float("nan"), float("nan"))
    if min(len(before), len(after)) < LEAST_MONTHS or not np.isfinite(gap):
        return nothing
    parts, free = [], []
    for residuals in (before, after):
        k = len(residuals)
        parts.append(k / (k - 1) * float((residuals**2).sum()))
        free.append(k - 1)
    total = sum(parts)
    if total <= 0:
        return nothing  # nothing varied: how much it can is not known
    freedom = total**2 / sum(v**2 / f for v, f in zip(parts, free, strict=True))
    half = float(student.ppf((1 + level) / 2, freedom)) * total**0.5
    return gap - half, gap + half


def _verdict(low: float, high: float, *counted: int) -> Verdict:
    if min(counted) < LEAST_MONTHS:
        return "too_short"
    if low > 0:
        return "up"
    return "down" if high < 0 else "cannot_tell"


def _drift(values: Floats, at: np.ndarray[tuple[int], np.dtype[np.intp]], level: float) -> Drift:
    """Return which way values go by the slope of a line through them, where it is clear."""
    k = len(values)
    if k <= LEAST_MONTHS:
        return "cannot_tell"
    x = at - at.mean()
    slope = float((x * values).sum() / (x**2).sum())
    off = values - values.mean() - slope * x
    error = float(np.sqrt((off**2).sum() / (k - 2) / (x**2).sum()))
    half = float(student.ppf((1 + level) / 2, k - 2)) * error
    if abs(slope) <= half or not np.isfinite(slope):
        return "none"
    return "up" if slope > 0 else "down"
