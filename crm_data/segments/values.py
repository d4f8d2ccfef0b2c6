"""Values of conditions: read from JSON as the field's kind asks, and written back."""

import math
from datetime import date

from crm_data.errors import UsageError
from crm_data.frames import Kind
from crm_data.segments.nodes import Op, Value

MAX_VALUES = 500
MAX_TEXT = 500
MAX_DAYS = 36_500
_MONEY_PLACES = 4
_LARGEST: dict[Kind, float] = {"money": 1e13, "count": 2.0**53, "number": 1e300, "share": 1e300}
_EXPECTED: dict[str, str] = {
    "text": "text", "flag": "true or false", "day": "a day like 2025-01-31",
    "instant": "a day like 2025-01-31", "count": "a whole number", "number": "a number",
    "share": "a number", "money": "a number with at most 4 decimals",
    "days": "a whole number of days from 0 to 36500",
}  # fmt: skip
_ARITY: dict[Op, tuple[int, int]] = {
    "in": (1, MAX_VALUES), "not_in": (1, MAX_VALUES), "between": (2, 2),
    "is_missing": (0, 0), "is_known": (0, 0),
}  # fmt: skip


def read_values(raw: object, op: Op, kind: Kind, path: str) -> tuple[Value, ...]:
    """Return the values of a condition; ``UsageError`` names the one that does not fit."""
    given = raw if isinstance(raw, list) else None
    least, most = _ARITY.get(op, (1, 1))
    if given is None or not least <= len(given) <= most:
        raise UsageError(
            "segment_values",
            f"The condition at {path} takes {_number_of(least, most)}. Give a list of so many.",
            path=path,
            least=least,
            most=most,
        )
    asked = "days" if op in ("within_days", "before_days") else kind
    read = (_read(one, asked, f"{path}[{at}]") for at, one in enumerate(given))
    return tuple(dict.fromkeys(read)) if op in ("in", "not_in") else tuple(read)


def read_day(raw: object, path: str) -> date:
    """Return a day written as 2025-01-31."""
    value = _read(raw, "day", path)
    if not isinstance(value, date):
        raise _refused(raw, "day", path)
    return value


def read_whole(raw: object, path: str) -> int:
    """Return a number of days or times."""
    return int(str(_read(raw, "days", path)))


def written(value: Value) -> object:
    """Return a value as JSON holds it."""
    return value.isoformat() if isinstance(value, date) else value


def _read(raw: object, kind: str, path: str) -> Value:
    value: Value | None
    if kind == "text":
        value = raw if isinstance(raw, str) and _is_clean(raw) else None
    elif kind == "flag":
        value = raw if isinstance(raw, bool) else None
    elif kind in ("day", "instant"):
        value = _day(raw)
    else:
        value = _number(raw, kind)
    if value is None:
        raise _refused(raw, kind, path)
    return value


def _is_clean(text: str) -> bool:
    """Whether text can be stored anywhere: not empty, no NUL, no half of a surrogate pair."""
    bad = any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
    return 0 < len(text) <= MAX_TEXT and not bad


def _day(raw: object) -> date | None:
    if not isinstance(raw, str) or len(raw) != 10 or not raw.isascii():
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2199 else None


def _number(raw: object, kind: str) -> int | float | None:
    """Return a number in its one form: whole ones as int."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > 1e300:
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    largest = MAX_DAYS if kind == "days" else _LARGEST[kind]  # type: ignore[index]  # the other kinds were handled
    number = int(raw) if raw == int(raw) and abs(raw) <= 2**53 else float(raw)
    is_whole = isinstance(number, int)
    if abs(number) > largest or (kind in ("count", "days") and not is_whole):
        return None
    if kind == "money" and round(number, _MONEY_PLACES) != number:
        return None
    return None if kind == "days" and number < 0 else number


def _number_of(least: int, most: int) -> str:
    if most == 0:
        return "no values"
    return f"{least} value(s)" if least == most else f"{least} to {most} values"


def _refused(raw: object, kind: str, path: str) -> UsageError:
    shown = str(raw)[:60]
    return UsageError(
        "segment_value",
        f"'{shown}' at {path} is not {_EXPECTED[kind]}. Correct it.",
        value=shown,
        path=path,
        expected=_EXPECTED[kind],
    )
