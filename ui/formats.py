"""Numbers, money and dates as the viewer writes them. Not defined is a dash, never a zero."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import pandas as pd
from babel import dates, numbers

NOT_DEFINED = "–"
Number = float | int | None
_TENTH = Decimal("0.001")  # of a percent, as a share
_MINUS = "\N{MINUS SIGN}"
_JOINER = "\N{WORD JOINER}"  # no width, no break
_SIGNS = re.compile(r"[\\`*_{}\[\]()#+!|~<>$:&]")
_LIST_MARK = re.compile(r"\A(?:\d{1,9}(?=\.)|(?=-))")
# What Streamlit replaces after Markdown has taken the escapes away: icons, emoji, its logo,
# arrows, and addresses. A sign that nobody sees keeps it apart.
_REPLACED = re.compile(
    r":(?=material[/_]|[\w+-]+:)|(?:^|(?<=\s))[<>~-](?=[>=-]+(?:\s|$))"
    r"|https?(?=://)|www(?=\.)|@(?=[\w-])",
    re.IGNORECASE,
)


def is_missing(value: object) -> bool:
    """Whether a value is None, NaN, NaT or infinite."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and not math.isfinite(value)


@dataclass(frozen=True)
class Formats:
    """Formats of one language, currency and company time zone."""

    language: str
    currency: str
    timezone: str

    def money(self, value: Number) -> str:
        """Return money in the company's currency with its usual decimals."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _money(float(value), self.currency, self.language)

    def money_compact(self, value: Number) -> str:
        """Return money in short: 1.23M, 123.5万; under ten thousand whole, not shortened."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _compact_money(float(value), self.currency, self.language)

    def count(self, value: Number) -> str:
        """Return a whole number with separators."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _decimal(float(value), "#,##0", self.language)

    def count_compact(self, value: Number) -> str:
        """Return a count in short from a hundred thousand up, else in full."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        if abs(value) < 100_000:
            return self.count(value)
        return _compact(float(value), self.language)

    def number(self, value: Number, digits: int = 2) -> str:
        """Return a number with at most ``digits`` decimals."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _decimal(float(value), f"#,##0.{'#' * digits}", self.language)

    def share(self, value: Number, digits: int = 1) -> str:
        """Return a share (0-1) as a percentage."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _decimal(
            float(value), f"#,##0.{'0' * digits}%" if digits else "#,##0%", self.language
        )

    def share_short(self, value: Number) -> str:
        """Return a share (0-1) as a percentage with the decimals that it has, two at most.

        For round shares (ticks of an axis, settings), which must not be rounded to others.
        """
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _decimal(float(value), "#,##0.##%", self.language)

    def points(self, value: Number) -> str:
        """Return a difference of shares in percentage points, signed."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        written = _signed(float(value) * 100, lambda v: _decimal(v, "#,##0.0", self.language))
        return written + self.points_unit

    def points_told(self, value: Number) -> str:
        """Return ``points`` with the decimals, four at most, that tell a value from zero."""
        if value is None or is_missing(value) or not value:
            return self.points(value)
        digits = next((n for n in range(1, 4) if round(abs(value) * 100, n)), 4)
        written = _signed(
            float(value) * 100, lambda v: _decimal(v, f"#,##0.{'0' * digits}", self.language)
        )
        return written + self.points_unit

    def points_between(self, share: Number, other: Number) -> str:
        """Return ``share`` less ``other`` in points, of both as ``share()`` writes them.

        39.3 % less 34.1 % is 5.2 points, whatever the digits are that nobody sees.
        """
        if share is None or other is None or is_missing(share) or is_missing(other):
            return NOT_DEFINED
        shown, less = (Decimal(str(one)).quantize(_TENTH) for one in (share, other))
        return self.points(float(shown - less))

    @property
    def points_unit(self) -> str:
        """What is written after a number of percentage points."""
        return " 个百分点" if self.language == "zh_CN" else " pp"

    def change(self, value: Number) -> str:
        """Return a relative change, signed, in percent."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _signed(float(value), self.share)

    def money_change(self, value: Number) -> str:
        """Return a difference of money, signed and short."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _signed(float(value), self.money_compact)

    def day(self, value: date | None) -> str:
        """Return a day."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        return _day(date(value.year, value.month, value.day), self.language)

    def month(self, value: date | None) -> str:
        """Return a calendar month."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        pattern = "y年M月" if self.language == "zh_CN" else "MMM y"
        return str(dates.format_date(value, pattern, locale=self.language))

    def day_short(self, value: date) -> str:
        """Return day and month, for axes: one over the other where they are long."""
        return (
            f"{value.month}/{value.day}"
            if self.language == "zh_CN"
            else _short(value, "d'<br>'MMM")
        )

    def month_short(self, value: date) -> str:
        """Return month over year, for axes."""
        month = f"{value.month}月" if self.language == "zh_CN" else _short(value, "MMM")
        return f"{month}<br>{value.year}"

    def bucket(self, start: date, grain: str) -> str:
        """Return a calendar unit by its first day: a day, a week's days, a month, …"""
        if grain == "day":
            return self.day(start)
        if grain == "week":
            return self.period(start, date.fromordinal(start.toordinal() + 7))
        if grain == "month":
            return self.month(start)
        if self.language == "zh_CN":
            quarter = f"第{(start.month - 1) // 3 + 1}季度" if grain == "quarter" else ""
            return f"{start.year}年{quarter}"
        return self.quarter_short(start) if grain == "quarter" else str(start.year)

    def quarter_short(self, start: date) -> str:
        """Return a quarter by its first day, for axes."""
        return f"{start.year} Q{(start.month - 1) // 3 + 1}"

    def period(self, start: date | None, end: date | None) -> str:
        """Return the half-open period ``[start, end)`` by its first and last day."""
        if start is None or end is None:
            return NOT_DEFINED
        start = date(start.year, start.month, start.day)
        last = date.fromordinal(end.toordinal() - 1)
        if last <= start:
            return self.day(start)
        return f"{self.day(start)} – {self.day(last)}"

    def instant(self, value: datetime | None) -> str:
        """Return an instant (UTC where it has no zone) in the company's time zone."""
        if value is None or is_missing(value):
            return NOT_DEFINED
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        local = aware.astimezone(ZoneInfo(self.timezone))
        pattern = "y年M月d日 HH:mm" if self.language == "zh_CN" else "d MMM y, HH:mm"
        return str(dates.format_datetime(local, pattern, locale=self.language))

    def value(self, value: Number, unit: str) -> str:
        """Return a metric's value by the unit in the registry."""
        return self._by_unit().get(unit, self.number)(value)

    def value_short(self, value: Number, unit: str) -> str:
        """Return a metric's value for a tile: whole below a hundred thousand, else in short."""
        short = {"money": self._money_tile, "count": self.count_compact}
        return (short.get(unit) or self._by_unit().get(unit, self.number))(value)

    def _money_tile(self, value: Number) -> str:
        if value is not None and not is_missing(value) and abs(value) < 1_000:
            return self.money(value)
        return self.money_compact(value)

    def _by_unit(self) -> dict[str, Callable[[Number], str]]:
        return {
            "money": self.money,
            "count": self.count,
            "number": self.number,
            "share": self.share,
        }


def plain(text: object) -> str:
    """Return text from data for where Streamlit reads Markdown: it is shown as it is written.

    Not for what reads no Markdown (options of ``selectbox`` and ``multiselect``, cells of tables,
    ``st.text``): the escapes would be seen there.
    """
    return _LIST_MARK.sub(r"\g<0>\\", _SIGNS.sub(r"\\\g<0>", no_icons(text)))


def no_icons(text: object) -> str:
    """Return text from data on one line, in which Streamlit finds no icon, emoji or address.

    For buttons in tables, which read no Markdown but draw icons.
    """
    return _REPLACED.sub(lambda found: found[0] + _JOINER, " ".join(str(text).split()))


def _signed(value: float, write: Callable[[float], str]) -> str:
    text = write(abs(value))
    if value == 0 or not any(digit in text for digit in "123456789"):
        return text
    return f"+{text}" if value > 0 else f"{_MINUS}{text}"


@lru_cache(maxsize=4096)
def _decimal(value: float, pattern: str, language: str) -> str:
    text = str(numbers.format_decimal(value, pattern, locale=language))
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]  # what rounds to nothing has no sign
    return text.replace("-", _MINUS)


@lru_cache(maxsize=4096)
def _money(value: float, currency: str, language: str) -> str:
    return str(numbers.format_currency(value, currency, locale=language)).replace("-", _MINUS)


@lru_cache(maxsize=4096)
def _compact(value: float, language: str) -> str:
    short = numbers.format_compact_decimal(
        value, locale=language, fraction_digits=_digits(value, language)
    )
    return str(short).replace("-", _MINUS)


@lru_cache(maxsize=4096)
def _compact_money(value: float, currency: str, language: str) -> str:
    if abs(value) < 10_000:
        whole = numbers.format_currency(
            round(value), currency, "¤#,##0", locale=language, currency_digits=False
        )
        return str(whole).replace("-", _MINUS)
    short = numbers.format_compact_currency(
        value, currency, locale=language, fraction_digits=_digits(value, language)
    )
    return str(short).replace("-", _MINUS)


def _digits(value: float, language: str) -> int:
    """Return the decimals that leave about four significant digits after shortening."""
    steps = (8, 4) if language == "zh_CN" else (12, 9, 6, 3)
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    left = magnitude - next((step for step in steps if magnitude >= step), 0)
    return max(0, min(2, 3 - left))


@lru_cache(maxsize=4096)
def _short(value: date, pattern: str) -> str:
    return str(dates.format_date(date(value.year, value.month, value.day), pattern, locale="en"))


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    pattern = "y年M月d日" if language == "zh_CN" else "d MMM y"
    return str(dates.format_date(value, pattern, locale=language))
