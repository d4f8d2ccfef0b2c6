"""Telephone numbers as ITU-T E.164 writes them, each different one looked at once.

Which numbers exist follows Google's libphonenumber (package ``phonenumbers``). A number with a
country code needs no more; one without is of the company's country. The commonest, mobile numbers
of mainland China, are told by the engine alone.
"""

from collections.abc import Iterable

import phonenumbers

from crm_data.importers.engine import Engine
from crm_data.importers.written_numbers import quoted

WRITTEN = "written_phones"
_MOBILE = r"^\+861[3-9]\d{9}$"
_MOBILE_AT_HOME = r"^1[3-9]\d{9}$"
_PART = 5000


def written_phone(text: str, region: str) -> tuple[str, bool | None]:
    """Return a number in E.164 and whether there can be such a number.

    Parameters
    ----------
    region : str
        ISO 3166 code of the country of numbers without a country code; empty: unknown.

    Returns
    -------
    tuple
        A number that cannot be read stays as it is. None: whether it is one cannot be told, for
        want of a country.
    """
    is_international = text.startswith(("+", "00"))
    dialled = f"+{text[2:]}" if text.startswith("00") else text
    if not is_international and not region:
        return text, None if any(c.isdigit() for c in text) else False
    try:
        number = phonenumbers.parse(dialled, region or None)
    except phonenumbers.NumberParseException:
        return text, False
    is_valid = phonenumbers.is_valid_number(number)
    if not is_international and _lacks_prefix(text, number, region):
        return text, False
    if not is_valid and not (is_international and phonenumbers.is_possible_number(number)):
        return text, False
    form = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form), is_valid


def _lacks_prefix(text: str, number: phonenumbers.PhoneNumber, region: str) -> bool:
    """Whether a fixed line lacks what is dialled before its area code.

    Numbers of another country, written as one writes them there, would pass for such lines:
    (415) 901-7000 of San Francisco for one of Dandong.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    prefix = plan.national_prefix if plan is not None else None
    if not prefix or phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.FIXED_LINE:
        return False
    return not "".join(c for c in text if c.isdigit()).startswith(prefix)


def write_phones(engine: Engine, texts: Iterable[str], region: str) -> None:
    """Make the table ``written_phones`` (raw, written, is_valid) of the numbers of some columns.

    Parameters
    ----------
    texts : iterable of str
        SQL of the texts of the columns.
    """
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {WRITTEN} (raw VARCHAR, written VARCHAR, is_valid BOOLEAN)"
    )
    found: dict[str, tuple[str, bool | None]] = {}
    for text in texts:
        rows = engine.fetch(
            f"SELECT DISTINCT {text} FROM {engine.rows()} "
            f"WHERE {text} IS NOT NULL AND NOT {_is_simple(text, region)}"
        )
        found |= {raw: written_phone(raw, region) for (raw,) in rows if raw not in found}
    listed = [
        f"({quoted(raw)}, {quoted(written)}, {'NULL' if is_valid is None else is_valid})"
        for raw, (written, is_valid) in found.items()
    ]
    for start in range(0, len(listed), _PART):
        engine.run(f"INSERT INTO {WRITTEN} VALUES {', '.join(listed[start : start + _PART])}")


def phone(text: str, region: str) -> str:
    """Return SQL: a number in E.164, as ``write_phones`` found it."""
    at_home = _at_home(text, region)
    return (
        f"CASE WHEN regexp_matches({text}, {quoted(_MOBILE)}) THEN {text} "
        f"WHEN {at_home} THEN '+86' || {text} "
        f"ELSE (SELECT written FROM {WRITTEN} WHERE raw = {text}) END"
    )


def invalid_phone(text: str) -> str:
    """Return SQL: whether a text is no telephone number; not where that cannot be told."""
    return f"{text} IN (SELECT raw FROM {WRITTEN} WHERE NOT is_valid)"


def _is_simple(text: str, region: str) -> str:
    return f"(regexp_matches({text}, {quoted(_MOBILE)}) OR {_at_home(text, region)})"


def _at_home(text: str, region: str) -> str:
    return f"regexp_matches({text}, {quoted(_MOBILE_AT_HOME)})" if region == "CN" else "false"
