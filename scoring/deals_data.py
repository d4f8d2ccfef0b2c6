"""What winning a deal is learnt from: open deals as of past ends of months, and of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analytics.churn_features import Flags
from crm_data.marts import score_inputs_deals as sql
from scoring.value_data import Reader

MOST_DAYS = 24
MOST_OF_A_DAY = 4_000  # deals learnt from; more take time and tell little new
ENOUGH_ROWS = 40_000  # with them, earlier days are not read
ENOUGH_WON = 300  # rows won on the judged days
_MOST_JUDGED = 1 / 3  # of the days
_BOUNDS = (30, 365)  # days of a horizon
_USUAL_HORIZON, _LEAST_CLOSED = 90, 20


@dataclass(frozen=True)
class DealSpan:
    """When deals are known, and how long they take.

    Attributes
    ----------
    first_on, last_on : date
        With news of deals.
    closed : int
        Deals closed in the 24 months up to ``last_on``.
    horizon_days : int
        Days that a deal is given to be won: the ninth tenth of the days that deals of these months
        took to close, 30 to 365; 90 with fewer than 20 of them.
    dated_from : mapping of str to date
        States whose changes are recorded, and since when.
    """

    first_on: date
    last_on: date
    closed: int
    horizon_days: int
    dated_from: Mapping[str, date]

    def dated(self, day: date) -> tuple[str, ...]:
        """Return the states of deals that are known as of a day."""
        return tuple(name for name, since in self.dated_from.items() if since <= day)


@dataclass(frozen=True)
class PastDeals:
    """Open deals as of past days whose horizon is over.

    Attributes
    ----------
    rows : DataFrame
        ``deal_inputs`` and ``on``, the day that a row describes; the earliest first.
    days, judged : tuple of date
        Ascending; ``judged`` are the last of them.
    """

    rows: pd.DataFrame
    days: tuple[date, ...]
    judged: tuple[date, ...]

    @property
    def won(self) -> Flags:
        """Whether each row was won within the horizon."""
        return self.rows["is_won"].to_numpy(dtype=bool)


def read_span(reader: Reader) -> DealSpan | None:
    """Return the span of deals; None without any."""
    row = reader.frame(sql.DEAL_SPAN_SQL, sql.DEAL_SPAN)
    if row.empty or pd.isna(row["last_on"].iloc[0]):
        return None
    first, last, closed, days = row.iloc[0]
    since = reader.frame(sql.DATED_FROM_SQL, sql.DATED_FROM).iloc[0]
    horizon = _USUAL_HORIZON if int(closed) < _LEAST_CLOSED else int(np.clip(days, *_BOUNDS))
    dated = {str(name): day.date() for name, day in since.items() if not pd.isna(day)}
    return DealSpan(first.date(), last.date(), int(closed), horizon, dated)


def deals_at(reader: Reader, span: DealSpan, day: date, *, most: int | None = None) -> pd.DataFrame:
    """Return ``deal_inputs`` as of a day."""
    select = sql.deal_inputs_sql(
        day, horizon_days=span.horizon_days, dated=span.dated(day), most=most
    )
    return reader.frame(select, sql.DEAL_INPUTS)


def read_past(reader: Reader, span: DealSpan) -> PastDeals:
    """Read open deals at the ends of the last months whose horizon is over."""
    parts: dict[date, pd.DataFrame] = {}
    for day in reversed(month_ends(span)):
        found = deals_at(reader, span, day, most=MOST_OF_A_DAY)
        if len(found):
            parts = {day: found.assign(on=pd.Timestamp(day)), **parts}
        if sum(map(len, parts.values())) >= ENOUGH_ROWS:
            break
    if not parts:
        empty = sql.DEAL_INPUTS.conform(pd.DataFrame(columns=sql.DEAL_INPUTS.column_names))
        return PastDeals(empty.assign(on=pd.Series(dtype="datetime64[us]")), (), ())
    days = tuple(parts)
    won = [int(part["is_won"].sum()) for part in parts.values()]
    rows = pd.concat(parts.values(), ignore_index=True)
    return PastDeals(rows, days, days[-judged_days(won) :])


def month_ends(span: DealSpan) -> list[date]:
    """Return the last ends of months at which deals are known and whose horizon is over."""
    found: list[date] = []
    day = span.last_on - timedelta(days=span.horizon_days)
    day = (day + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    while day >= span.first_on and len(found) < MOST_DAYS:
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return found[::-1]


def judged_days(won: list[int]) -> int:
    """Return how many of the last days are judged, from the rows won on each.

    The last, and those before it while fewer than ``ENOUGH_WON`` were won, at most a third.
    """
    n = 1
    while n + 1 <= len(won) * _MOST_JUDGED and sum(won[-n:]) < ENOUGH_WON:
        n += 1
    return n
