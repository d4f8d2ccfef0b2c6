"""What the values of a column look like, from a sample: it may contradict a header."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crm_data.marts.stage_words import STAGE_WORDS
from crm_data.tables import Field

Look = Literal["empty", "email", "phone", "date", "number", "flag", "stage", "id", "words", "text"]

_PATTERNS: tuple[tuple[Look, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    (
        "date",
        re.compile(
            r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b.*"
            r"|\d{1,2}[ -][^\W\d]{3,9}[ .-]+\d{2,4}.*|[^\W\d]{3,9} \d{1,2}, \d{4}.*"
        ),
    ),
    ("flag", re.compile(
        r"yes|no|true|false|y|n|ja|nein|oui|non|si|sí|sim|não|是|否|はい|いいえ|예|아니오", re.I
    )),
    (
        "number",
        re.compile(
            r"\(?[-+]?\s*(US\$|R\$|[$¥￥€£₩₹]|[A-Z]{3})?\s*[-+]?\d[\d.,' \u00a0]*"
            r"\s*(万|亿|千|元|円|원|%|[$€£]|[A-Z]{3})?\)?"
        ),
    ),
    ("phone", re.compile(r"\+?[\d(][\d\s().x/\-]{6,}\d", re.I)),
)  # fmt: skip
_Fit = tuple[dict[str, float], float]  # by look, and for any other
_NUMERIC: _Fit = ({"number": 1.0, "phone": 0.5, "flag": 0.3}, 0.2)
_DATED: _Fit = ({"date": 1.0, "number": 0.6, "id": 0.5}, 0.2)
_BY_KIND: dict[str, _Fit] = {
    "day": _DATED, "instant": _DATED, "money": _NUMERIC, "number": _NUMERIC, "count": _NUMERIC,
    "share": _NUMERIC, "flag": ({"flag": 1.0, "number": 1.0}, 0.3),
}  # fmt: skip
_BY_NAME: dict[str, _Fit] = {
    "email": ({"email": 1.0, "flag": 0.2, "number": 0.2, "date": 0.2}, 0.5),
    "phone": ({"phone": 1.0, "number": 1.0, "date": 1.0}, 0.5),
    "name": ({"number": 0.6, "email": 0.6, "date": 0.2, "flag": 0.4}, 1.0),
}
_MOSTLY = 0.8
_FEW = 20
_STAGES = frozenset(word for words in STAGE_WORDS for word in words)


@dataclass(frozen=True)
class Content:
    """Look of a column's values, the share of rows that have one, and whether each is its own."""

    look: Look = "empty"
    filled: float = 0.0
    is_unique: bool = False


def content_of(values: Sequence[str]) -> Content:
    """Return what a sample of values looks like."""
    present = [value.strip() for value in values if value.strip()]
    if not present:
        return Content()
    unique = len(set(present)) == len(present) > 1
    return Content(_look(present), len(present) / len(values), unique)


def fit(field: Field, content: Content) -> float:
    """Return by how much a field's values speak for the content: 1 agrees, below that doubts."""
    look = content.look
    if look == "empty":
        return 0.8
    if field.kind != "text":
        agreed, otherwise = _BY_KIND.get(field.kind, ({}, 1.0))
        return agreed.get(look, otherwise)
    if field.name in _BY_NAME:
        agreed, otherwise = _BY_NAME[field.name]
        return agreed.get(look, otherwise)
    if look == "date":
        return 0.2
    is_word = field.name in ("outcome", "status", "consent")
    return 0.4 if look == "flag" and not is_word else 1.0


def _look(present: list[str]) -> Look:
    least = _MOSTLY * len(present)
    for look, pattern in _PATTERNS:
        if sum(pattern.fullmatch(value) is not None for value in present) >= least:
            is_phone = look == "number" and _like_phones(present)
            return "phone" if is_phone else look
    different = Counter(value.casefold() for value in present)
    staged = sum(
        count for value, count in different.items() if any(word in value for word in _STAGES)
    )
    if len(different) <= _FEW and staged >= least:
        return "stage"
    if all(re.fullmatch(r"\S*\d\S*", value) for value in present):
        return "id"
    return "words" if len(different) <= min(_FEW, len(present) / 2) else "text"


def _like_phones(present: list[str]) -> bool:
    """Whether plain digits are as long as telephone numbers, and all about so."""
    return all(re.fullmatch(r"\+?[\d ]{10,16}", value) for value in present) and any(
        value.startswith(("+", "0")) for value in present
    )
