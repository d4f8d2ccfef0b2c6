"""When the house is open: read from settings, and counted by the build for every ticket.

Tickets carry minutes on the calendar and minutes of opening hours in their mart, so that a page, an
export and the command line cannot differ: there is one place where they are counted.
"""

import re
from dataclasses import dataclass
from datetime import date

import duckdb

_HOURS = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")
_WEEK = re.compile(r"[01]{7}")
_DAY = 24 * 60


@dataclass(frozen=True)
class OpeningHours:
    """Hours in which people answer.

    Attributes
    ----------
    opens, closes : int
        Minutes after midnight, of the company's time zone.
    week : str
        Seven signs from Monday, 1 for an open day.
    closed, opened : tuple of date
        Days that are closed, or open, though the week says otherwise: holidays, make-up days.
    """

    opens: int = 9 * 60
    closes: int = 18 * 60
    week: str = "1111100"
    closed: tuple[date, ...] = ()
    opened: tuple[date, ...] = ()


STANDARD_HOURS = OpeningHours()


def read_opening_hours(hours: str, week: str, days: str) -> OpeningHours:
    """Read ``09:00-18:00``, ``1111100`` and ``2026-10-01,+2026-10-10`` (+ for an open day).

    Raises
    ------
    ValueError
        Says which of them cannot be read.
    """
    found = _HOURS.fullmatch(hours)
    if not found:
        raise ValueError(f"{hours!r} is not like 09:00-18:00")
    first, minute, last, second = (int(part) for part in found.groups())
    opens, closes = first * 60 + minute, last * 60 + second
    if not opens < closes <= _DAY:
        raise ValueError(f"{hours!r} does not end after it begins")
    if not _WEEK.fullmatch(week) or "1" not in week:
        raise ValueError(f"{week!r} is not seven times 0 or 1 from Monday, one of them 1")
    closed: list[date] = []
    opened: list[date] = []
    for text in filter(None, (part.strip() for part in days.split(","))):
        day = date.fromisoformat(text.removeprefix("+"))
        (opened if text.startswith("+") else closed).append(day)
    return OpeningHours(opens, closes, week, tuple(sorted(closed)), tuple(sorted(opened)))


def write_opening_hours(con: duckdb.DuckDBPyConnection, hours: OpeningHours) -> None:
    """Make the temporary table ``open_days`` and the macro that counts with it.

    ``open_days`` has a row per day from the first ticket to the last moment known: ``day_on``,
    ``is_open`` (1 or 0), ``before`` (open minutes of all days before). ``open_minutes(before,
    is_open, moment)`` is how many open minutes there were until a local moment of such a day.
    """
    length = hours.closes - hours.opens
    con.execute(
        "CREATE OR REPLACE TEMP MACRO open_minutes(before, is_open, moment) AS before + is_open * "
        "greatest(0, least(epoch(moment - CAST(CAST(moment AS DATE) AS TIMESTAMP)) / 60, "
        f"{hours.closes}) - {hours.opens})"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE open_days AS "
        "WITH span AS (SELECT least(min(created_at), min(first_response_at), min(resolved_at)) "
        "AS first_at, greatest(max(created_at), max(first_response_at), max(resolved_at), "
        "max(closed_at)) AS last_at FROM tickets), "
        "days AS (SELECT CAST(unnest(generate_series(CAST(first_at AS DATE) - 1, "
        "CAST(last_at AS DATE) + 1, INTERVAL 1 DAY)) AS DATE) AS day_on FROM span), "
        "known AS (SELECT day_on, CAST(CASE WHEN list_contains($opened, day_on) THEN 1 "
        "WHEN list_contains($closed, day_on) THEN 0 "
        "ELSE CAST(substr($week, isodow(day_on), 1) AS INTEGER) END AS BIGINT) AS is_open "
        "FROM days) "
        f"SELECT day_on, is_open, CAST(sum(is_open * {length}) OVER (ORDER BY day_on) "
        f"- is_open * {length} AS BIGINT) AS before FROM known",
        {"opened": list(hours.opened), "closed": list(hours.closed), "week": hours.week},
    )
