"""The win rate by its clashing definitions, side by side, each saying when it misleads.

By count of deals closed, by their value, broad (with deals that went nowhere), and of the deals
created in the period; beside them, what share of the pipeline's value was won.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analytics.competing_risks import cumulative_incidence
from analytics.risk_sets import Flags, Floats
from analytics.stats import wilson_interval
from analytics.value_shares import value_share_interval

OVERDUE_SHARE = 0.2  # open and overdue, against closed: from here on the narrow rate is flattered
BIG_SHARE = 0.25  # of the value closed, in one deal
UNVALUED_SHARE = 0.1  # of the deals lost (or closed) without an amount
YOUNG_SHARE = 0.1  # of the deals created that are still open
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class DerailRule:
    """When an open deal counts as having gone nowhere, by the broad rate.

    It derails on the first day on which it is either past its expected close by more than
    ``overdue_days``, or older than ``age_share`` of all closed deals were when they closed (which
    needs ``least_closed`` of them), provided that it is still open at the data's last day. So each
    deal derails in one period at most.
    """

    overdue_days: int = 30
    age_share: float = 0.95
    least_closed: int = 20
    age_days: float | None = None  # the age itself, told before: of a part, that of the whole


@dataclass(frozen=True)
class Caveat:
    """Why a rate misleads: a code that names a sentence, and the figures of it."""

    code: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class WinRate:
    """One definition of the win rate.

    Attributes
    ----------
    code : str
        ``count``, ``value``, ``broad``, ``created_cohort``.
    numerator, denominator : float
        Deals, or money for ``value``.
    n : int
        Deals in the denominator; for ``value``, those with an amount.
    share, low, high : float
        0 to 1, 95 %; NaN where there is none.
    missing : str or None
        Why there is none: ``none_closed``, ``none_valued``, ``none_created``.
    caveats : tuple of Caveat
    """

    code: str
    numerator: float
    denominator: float
    n: int
    share: float
    low: float
    high: float
    missing: str | None = None
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True)
class EventualShare:
    """Share of the deals created that will have been won by an age, open ones being unfinished.

    Attributes
    ----------
    share, low, high : float
        Aalen-Johansen, 95 %; NaN where none was won.
    by_days : float
        The longest age seen of any of them: nothing is said about later.
    undecided : float
        Share still open at that age, estimated: at most so much could be added to ``share``.
    """

    share: float
    low: float
    high: float
    by_days: float
    undecided: float


@dataclass(frozen=True)
class WinRates:
    """All definitions for one pipeline and period, and the sums that they rest on."""

    count: WinRate
    value: WinRate
    broad: WinRate
    created_cohort: WinRate
    eventual: EventualShare
    won: int
    lost: int
    derailed: int
    created: int
    created_open: int
    derail_age_days: float

    def all(self) -> tuple[WinRate, ...]:
        """Return the four in the order in which they are shown."""
        return self.count, self.value, self.broad, self.created_cohort


@dataclass(frozen=True, eq=False)
class _Deals:
    created: Floats  # days since 1970, NaN where missing
    closed: Floats
    expected: Floats
    amount: Floats
    won: Flags
    lost: Flags

    @property
    def open(self) -> Flags:
        return ~(self.won | self.lost)


def win_rates(
    deals: pd.DataFrame,
    start: pd.Timestamp,
    end: pd.Timestamp,
    *,
    as_of: pd.Timestamp,
    rule: DerailRule | None = None,
) -> WinRates:
    """Compute the four win rates of the period [start, end).

    Parameters
    ----------
    deals : DataFrame
        One row per deal of one pipeline, as known at the end of ``as_of``: ``created_on``,
        ``closed_on``, ``expected_close_on`` (days), ``outcome`` (``won``, ``lost``, missing: open),
        ``amount``. Deals closed before the period are needed for ``rule`` only.
    start, end : Timestamp
        Days. A deal belongs to the period by the day on which it closed, or was created (cohort).
    as_of : Timestamp
        The data's last day.
    """
    chosen, rule = _arrays(deals), rule or DerailRule()
    first, until, today = (_day(day) for day in (start, end, as_of))
    closed = _within(chosen.closed, first, until) & ~chosen.open
    won, lost = int((closed & chosen.won).sum()), int((closed & chosen.lost).sum())
    on, age = _derailed_on(chosen, rule)
    derailed = int((_within(on, first, until) & (on <= today)).sum())
    overdue = int((chosen.open & (on <= today)).sum())
    created = _within(chosen.created, first, until)
    size, cohort_won = int(created.sum()), int((created & chosen.won).sum())
    still = int((created & chosen.open).sum())
    return WinRates(
        count=_counted("count", won, won + lost, "none_closed", _overdue(overdue, won + lost)),
        value=_by_value(chosen, closed),
        broad=_counted(
            "broad", won, won + lost + derailed, "none_closed",
            _flag("many_derailed", derailed, won + lost + derailed, OVERDUE_SHARE),
        ),
        created_cohort=_counted(
            "created_cohort", cohort_won, size, "none_created",
            _flag("young_cohort", still, size, YOUNG_SHARE),
        ),
        eventual=_eventual(chosen, created, today),
        won=won, lost=lost, derailed=derailed, created=size, created_open=still,
        derail_age_days=age,
    )  # fmt: skip


def derail_age(deals: pd.DataFrame, rule: DerailRule | None = None) -> float:
    """Return the age in days from which open deals count as derailed; NaN where too few closed."""
    return _derailed_on(_arrays(deals), rule or DerailRule())[1]


def is_derailed(
    deals: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp, *, as_of: pd.Timestamp,
    rule: DerailRule,
) -> Flags:  # fmt: skip
    """Return which open deals count as derailed in the period; see ``win_rates``."""
    on, _ = _derailed_on(_arrays(deals), rule)
    first, until, today = (_day(day) for day in (start, end, as_of))
    return np.asarray(_within(on, first, until) & (on <= today))


def _counted(
    code: str, part: int, whole: int, missing: str, caveats: tuple[Caveat, ...]
) -> WinRate:
    if not whole:
        return WinRate(code, part, whole, whole, np.nan, np.nan, np.nan, missing, caveats)
    low, high = wilson_interval(part, whole)
    return WinRate(
        code, part, whole, whole, part / whole, float(low), float(high), caveats=caveats
    )  # fmt: skip


def _flag(code: str, part: int, whole: int, least: float) -> tuple[Caveat, ...]:
    if not part or part < least * whole:
        return ()
    return (Caveat(code, {"deals": part, "share": part / whole}),)


def _overdue(overdue: int, closed: int) -> tuple[Caveat, ...]:
    if not overdue or overdue < OVERDUE_SHARE * closed:
        return ()
    return (Caveat("many_open_overdue", {"deals": overdue, "closed": closed}),)


def _by_value(deals: _Deals, closed: Flags) -> WinRate:
    """Return the share of value won of the closed deals with an amount."""
    valued = closed & (deals.amount > 0)
    amounts, is_won = deals.amount[valued], deals.won[valued]
    n, whole, part = int(valued.sum()), float(amounts.sum()), float(amounts[is_won].sum())
    caveats = _without_value(deals, closed, valued)
    if whole <= 0:
        missing = "none_valued" if closed.any() else "none_closed"
        return WinRate("value", part, whole, n, np.nan, np.nan, np.nan, missing, caveats)
    squares = amounts**2
    low, high = value_share_interval(
        n, part, whole, part_sq=squares[is_won].sum(), whole_sq=squares.sum()
    )
    big = int(amounts.argmax())
    largest = float(amounts[big])
    if n > 1 and largest >= BIG_SHARE * whole:
        rest = (part - largest * bool(is_won[big])) / (whole - largest)
        figures = {"amount": largest, "share": largest / whole, "without": rest}
        caveats = (Caveat("one_big_deal", figures), *caveats)
    return WinRate(
        "value", part, whole, n, part / whole, float(low), float(high), caveats=caveats
    )  # fmt: skip


def _without_value(deals: _Deals, closed: Flags, valued: Flags) -> tuple[Caveat, ...]:
    """Say how many lost, or how many closed deals at all, have no amount above 0."""
    lost = closed & deals.lost
    blank_lost, blank = int((lost & ~valued).sum()), int((closed & ~valued).sum())
    return _flag("lost_without_value", blank_lost, int(lost.sum()), UNVALUED_SHARE) or _flag(
        "closed_without_value", blank, int(closed.sum()), UNVALUED_SHARE
    )


def _eventual(deals: _Deals, created: Flags, today: float) -> EventualShare:
    end = np.where(deals.open, today, deals.closed)[created]
    days = end - deals.created[created]
    known = days >= 0  # NaN (closed on an unknown day) and closed before created tell no time
    cause = np.where(deals.won[created], 1, np.where(deals.lost[created], 2, 0))[known]
    if not known.any():
        return EventualShare(np.nan, np.nan, np.nan, np.nan, np.nan)
    curves = cumulative_incidence(days[known], cause)
    last = curves.groupby("cause").tail(1).set_index("cause")[["incidence", "low", "high"]]
    longest = float(days[known].max())
    undecided = max(1.0 - float(last["incidence"].sum()), 0.0)
    share, low, high = last.reindex([1]).to_numpy(dtype="float64")[0].tolist()
    return EventualShare(share, low, high, longest, undecided)


def _derailed_on(deals: _Deals, rule: DerailRule) -> tuple[Floats, float]:
    """Return the day on which each open deal derails (NaN: never), and the age that does it."""
    closed_after = (deals.closed - deals.created)[~deals.open & (deals.closed >= deals.created)]
    age = np.nan if rule.age_days is None else rule.age_days
    if rule.age_days is None and len(closed_after) >= rule.least_closed:
        age = float(np.quantile(closed_after, rule.age_share, method="higher"))
    overdue = deals.expected + rule.overdue_days + 1
    return np.where(deals.open, np.fmin(overdue, deals.created + age + 1), np.nan), age


def _arrays(deals: pd.DataFrame) -> _Deals:
    outcome = deals["outcome"]
    return _Deals(
        _days(deals["created_on"]), _days(deals["closed_on"]), _days(deals["expected_close_on"]),
        deals["amount"].to_numpy(dtype="float64", na_value=np.nan),
        outcome.eq("won").to_numpy(dtype=bool, na_value=False),
        outcome.eq("lost").to_numpy(dtype=bool, na_value=False),
    )  # fmt: skip


def _days(values: pd.Series) -> Floats:
    days = values.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype("int64").astype("float64"))


def _day(day: pd.Timestamp) -> float:
    return float((np.datetime64(day, "D") - np.datetime64(0, "D")) / _DAY)


def _within(days: Floats, first: float, until: float) -> Flags:
    return np.asarray((days >= first) & (days < until))
