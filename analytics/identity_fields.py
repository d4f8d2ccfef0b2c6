"""Fields of records in the form in which they are compared, and the keys that bring pairs together.

Whatever is missing, empty, or plainly no value (a phone of three digits) is None and says nothing.
"""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from analytics.identity_names import name_parts, plain

FIELDS = (
    "name", "email", "phone", "birth_on", "gender", "address", "city", "region", "postcode",
    "national_id",
)  # fmt: skip
_PHONE_DIGITS = 9  # without country code and leading zeros
_FEWEST_DIGITS = 6
_GENDERS = {"男": "m", "male": "m", "man": "m", "女": "f", "female": "f", "woman": "f"}
_WORDS = re.compile("[\u3400-\u9fff]+|[^\\W\u3400-\u9fff]+")


def comparable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return records as they are compared.

    Parameters
    ----------
    frame : DataFrame
        ``customer_id`` and any of ``FIELDS``.

    Returns
    -------
    DataFrame
        ``unique_id`` (row number), then of what the frame has: ``given``, ``family``,
        ``name_key``, ``email``, ``mailbox``, ``phone``, ``birth`` (eight digits), ``gender``,
        ``address``, ``address_words`` (list), ``city``, ``region``, ``postcode``,
        ``national_id``. Columns without any value are left out.
    """
    made: dict[str, np.ndarray] = {"unique_id": np.arange(len(frame))}
    if "name" in frame:
        parts = name_parts(
            [None if one is None else str(one) for one in _mapped(frame["name"], _words)]
        )
        made |= {str(column): parts[column].to_numpy(object) for column in parts}
    for field, of in _FORMS.items():
        if field in frame:
            made[_AS.get(field, field)] = _array(_mapped(frame[field], of))
    if "email" in made:
        made["mailbox"] = _array(_mapped(pd.Series(made["email"], dtype=object), _mailbox))
    if "address" in made:
        made["address_words"] = _array(_mapped(pd.Series(made["address"], dtype=object), _tokens))
    kept = {
        name: values
        for name, values in made.items()
        if name == "unique_id" or any(value is not None for value in values)
    }
    return pd.DataFrame(kept, dtype=object).astype({"unique_id": np.int64})


def _array(values: list[object]) -> np.ndarray:
    found = np.empty(len(values), object)
    found[:] = values
    return found


def _mapped(column: pd.Series, of: Callable[[object], object]) -> list[object]:
    """Return ``of`` of each value, worked out once for equal ones; missing stays None."""
    known: dict[object, object] = {}
    found: list[object] = []
    for value, is_missing in zip(column.tolist(), column.isna().tolist(), strict=True):
        if is_missing:
            found.append(None)
            continue
        if value not in known:
            known[value] = of(value)
        found.append(known[value])
    return found


def _words(value: object) -> str | None:
    return str(value) if plain(str(value)) else None


def _plain(value: object) -> str | None:
    return plain(str(value)) or None


def _digits(value: object) -> str:
    return "".join(sign for sign in plain(_whole(value)) if sign.isdecimal())


def _phone(value: object) -> str | None:
    digits = _digits(value)
    return digits[-_PHONE_DIGITS:] if len(digits) >= _FEWEST_DIGITS else None


def _whole(value: object) -> str:
    """Return a value as text; whole numbers that a missing one beside them made float as such."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _code(value: object) -> str | None:
    return plain(_whole(value)).replace(" ", "") or None


def _email(value: object) -> str | None:
    text = str(value).encode("utf-8", "ignore").decode().strip().casefold()
    mailbox, at, domain = text.partition("@")
    return text if at and mailbox and domain else None


def _mailbox(value: object) -> str | None:
    mailbox = str(value).partition("@")[0].partition("+")[0]
    return plain(mailbox).replace(" ", "") or None


def _birth(value: object) -> str | None:
    text = str(value).split("T")[0].split(" ")[0]
    digits = _digits(text)
    if len(digits) == 8 and not re.match(r"\d{1,2}\D", text):
        return digits
    if len(digits) < _FEWEST_DIGITS:
        return None
    day = pd.to_datetime(str(value), errors="coerce")
    return None if pd.isna(day) else f"{day.year:04d}{day.month:02d}{day.day:02d}"


def _gender(value: object) -> str | None:
    text = plain(str(value))
    return _GENDERS.get(text, text[:1]) or None


def _tokens(value: object) -> list[str]:
    """Return words, of Chinese every two characters that follow each other."""
    found: list[str] = []
    for run in _WORDS.findall(str(value)):
        is_chinese = "\u3400" <= run[0] <= "\u9fff"
        found += [run[i : i + 2] for i in range(max(len(run) - 1, 1))] if is_chinese else [run]
    return sorted(set(found))


_FORMS: dict[str, Callable[[object], object]] = {
    "email": _email,
    "phone": _phone,
    "birth_on": _birth,
    "gender": _gender,
    "address": _plain,
    "city": _plain,
    "region": _plain,
    "postcode": _code,
    "national_id": _code,
}
_AS = {"birth_on": "birth"}
