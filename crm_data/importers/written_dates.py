"""Dates as people write them, as SQL; the order of day and month comes from the whole column."""

from dataclasses import dataclass

from crm_data.importers.written_numbers import let, quoted

_NUMERIC = r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?:\D|$)"
_YEAR_FIRST = r"^(\d{4})\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*[日号]?(?:\D|$)"
_COMPACT = r"^((?:19|20)\d{2})(\d{2})(\d{2})$"
_SERIAL = r"^[2-7]\d{4}(?:\.\d+)?$"  # days since 1899-12-30, as Excel counts; 1954 to 2118
_NAMED = (
    "%d-%b-%y", "%d %b %y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%d/%b/%Y", "%b %d, %Y",
    "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d %b %Y %H:%M:%S", "%d %b %Y %H:%M",
    "%b %d, %Y %H:%M:%S", "%b %d, %Y %H:%M", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y %I:%M %p",
    "%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S",
)  # fmt: skip
_IN_RANGE = (
    "CASE WHEN {m} BETWEEN TIMESTAMPTZ '1900-01-01 00:00:00Z' "
    "AND TIMESTAMPTZ '2099-12-31 23:59:59Z' THEN {m} END"
)
_YEARS = ((r"\d{4}", r"\3"), (r"[0-5]\d|6[0-8]", r"20\3"), (r"69|[7-9]\d", r"19\3"))
_CENTURY = 69  # two-digit years from here are 19xx, below 20xx, as everywhere


@dataclass(frozen=True)
class DateEvidence:
    """What a whole column says about the order of day and month.

    Attributes
    ----------
    day_first, month_first : int
        Values whose first (second) part is above 12 and whose other part is not.
    either : int
        Values that both orders read, as different days.
    """

    day_first: int
    month_first: int
    either: int


def evidence_counts(text: str) -> list[str]:
    """Return three SQL counts, those of ``DateEvidence``."""
    first, second = _part(text, 1), _part(text, 2)
    return [
        f"count(*) FILTER (WHERE {first} > 12 AND {second} <= 12)",
        f"count(*) FILTER (WHERE {second} > 12 AND {first} <= 12)",
        f"count(*) FILTER (WHERE {is_either(text)})",
    ]


def is_either(text: str) -> str:
    """Return SQL: whether both orders read a date, as different days."""
    first, second = _part(text, 1), _part(text, 2)
    return f"({first} <= 12 AND {second} <= 12 AND {first} <> {second})"


def plain_timestamp(text: str) -> str:
    """Return SQL: the local time where ``text`` is ISO without an offset, otherwise NULL."""
    stamp = f"TRY_CAST({text} AS TIMESTAMP)"
    shape = (
        f"(strlen({text}) IN (10, 16) OR {text} LIKE '________________:__')"
        f" AND {text} >= '1900' AND {text} < '2100'"
    )
    return f"CASE WHEN {shape} THEN {stamp} END"


def plain_to_utc(local: str, timezone: str) -> str:
    """Return SQL: the UTC time of a local time."""
    if timezone == "UTC":
        return local
    return f"({local}) AT TIME ZONE {quoted(timezone)} AT TIME ZONE 'UTC'"


def moment(text: str, order: str | None) -> str:
    """Return SQL: any written date and time as TIMESTAMPTZ, NULL where it is none.

    Parameters
    ----------
    text : str
        SQL of the text.
    order : str or None
        ``day`` or ``month`` for what comes first in ``03/04/2020``; None reads no such date.
    """
    return f"moment_{order or 'iso'}({text})"


def formatted_moment(text: str, form: str) -> str:
    """Return SQL: a date in the form that the mapping gives, as TIMESTAMPTZ."""
    stamp = _IN_RANGE.format(m=f"CAST(TRY_STRPTIME({text}, {quoted(form)}) AS TIMESTAMPTZ)")
    return f"CASE WHEN regexp_matches({text}, '\\d') THEN {stamp} END"


def macros() -> list[str]:
    """Return the statements that define what ``moment`` uses."""
    year = (
        "CASE WHEN length(n.c) = 4 THEN n.c "
        f"WHEN TRY_CAST(n.c AS INT) < {_CENTURY} THEN '20' || n.c ELSE '19' || n.c END"
    )
    lead_year = _YEAR_FIRST.removesuffix(r"(?:\D|$)")
    lead_numeric = _NUMERIC.removesuffix(r"(?:\D|$)")
    year_clock, numeric_clock = (
        f"coalesce(nullif(clock_text(regexp_replace(t, {quoted(lead)}, '')), ''), '00:00')"
        for lead in (lead_year, lead_numeric)
    )
    return [
        f"CREATE OR REPLACE TEMP MACRO clock_text(rest) AS {_clock_text()}",
        "CREATE OR REPLACE TEMP MACRO odd_moment(t, first) AS "
        + _moment(year, year_clock, numeric_clock),
        *(_common_moment(first) for first in ("", "day", "month")),
    ]


def _common_moment(first: str) -> str:
    """Return a macro that makes the commonest forms ISO, and leaves the rest to ``_moment``."""
    written = "CASE WHEN t < 'A' THEN t END"  # a word such as 'today' means a moment to the engine
    order = {"day": r"-\2-\1", "month": r"-\1-\2"}.get(first, "")
    for year, century in _YEARS if first else ():
        form = rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-]({year})\b"
        written = f"regexp_replace({written}, {quoted(form)}, {quoted(century + order)})"
    iso = "TRY_CAST(CASE WHEN t >= '1900' AND t < '2100' THEN t END AS TIMESTAMPTZ)"
    iso, common = (_IN_RANGE.format(m=m) for m in (iso, f"TRY_CAST({written} AS TIMESTAMPTZ)"))
    odd = let("m", f"odd_moment(t, {quoted(first)})", _IN_RANGE.format(m="m"))
    name = f"moment_{first or 'iso'}"
    return f"CREATE OR REPLACE TEMP MACRO {name}(t) AS coalesce({iso}, {common}, {odd})"


def _clock_text() -> str:
    """Return SQL: a time of day as the engine reads it; empty where there is none."""
    clock = r"^(\d{1,2}):(\d{2})(:\d{2}(?:\.\d+)?)?\s*([AaPp])\.?[Mm]\.?$"
    written = "ltrim(rest, ' T,')"
    for pattern, meant in (
        (r"^上午\s*(.*)$", r"\1 AM"),
        (r"^下午\s*(.*)$", r"\1 PM"),
        (r"(\d{1,2})[时点](\d{1,2})分(\d{1,2})秒", r"\1:\2:\3"),
        (r"(\d{1,2})[时点](\d{1,2})分?", r"\1:\2"),
        (r"\s*(?:UTC|GMT)$", "Z"),
        (r"\s*([+-]\d{2}):?(\d{2})$", r"\1:\2"),
        (r"^(\d{1,2}:\d{2})\s*(Z|[+-])", r"\1:00\2"),
    ):
        written = f"regexp_replace({written}, {quoted(pattern)}, {quoted(meant)})"
    twelve = """CASE WHEN h.a = '' THEN r
      WHEN TRY_CAST(h.a AS INT) NOT BETWEEN 1 AND 12 THEN 'no time'
      ELSE (TRY_CAST(h.a AS INT) % 12 + CASE WHEN lower(h.d) = 'p' THEN 12 ELSE 0 END)
           || ':' || h.b || h.c END"""
    hours = f"regexp_extract(r, {quoted(clock)}, ['a', 'b', 'c', 'd'])"
    return let("r", written, let("h", hours, twelve))


def _moment(year: str, year_clock: str, numeric_clock: str) -> str:
    names = "['a', 'b', 'c']"
    formats = ", ".join(quoted(f) for f in _NAMED)
    moment = f"""CASE
        WHEN y.a <> '' THEN
             TRY_CAST(y.a || '-' || y.b || '-' || y.c || ' ' || {year_clock} AS TIMESTAMPTZ)
        WHEN n.a <> '' AND (first = 'day' OR n.a = n.b) THEN
             TRY_CAST({year} || '-' || n.b || '-' || n.a || ' ' || {numeric_clock} AS TIMESTAMPTZ)
        WHEN n.a <> '' AND first = 'month' THEN
             TRY_CAST({year} || '-' || n.a || '-' || n.b || ' ' || {numeric_clock} AS TIMESTAMPTZ)
        WHEN n.a <> '' OR NOT regexp_matches(t, '\\d') THEN NULL
        WHEN regexp_matches(t, {quoted(_COMPACT)}) THEN
             TRY_CAST(regexp_replace(t, {quoted(_COMPACT)}, '\\1-\\2-\\3') AS TIMESTAMPTZ)
        WHEN regexp_matches(t, {quoted(_SERIAL)}) THEN CAST(TIMESTAMP '1899-12-30'
             + to_seconds(round(CAST(t AS DOUBLE) * 86400)) AS TIMESTAMPTZ)
        ELSE CAST(TRY_STRPTIME(t, [{formats}]) AS TIMESTAMPTZ) END"""
    numeric = let("n", f"regexp_extract(t, {quoted(_NUMERIC)}, {names})", moment)
    return let("y", f"regexp_extract(t, {quoted(_YEAR_FIRST)}, {names})", numeric)


def _part(text: str, group: int) -> str:
    return f"TRY_CAST(regexp_extract({text}, {quoted(_NUMERIC)}, {group}) AS INT)"
