"""Rules that clean a field of the data model, declared once and run by the engine.

An e-mail address is lower case; a telephone number with a country code is written as E.164 says
(ITU-T E.164: ``+`` and at most 15 digits), without its extension. Without a country code it stays
as it is: which country it is in is not known.
"""

from collections.abc import Mapping as Dict

from crm_data.importers.written_numbers import quoted

_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
_INTERNATIONAL = r"^(?:\+|00)\s*[1-9][\d\s().\-/]{5,24}(?:\s*(?:x|ext\.?)\s*\d+)?$"
_EXTENSION = r"(?i)\s*(?:x|ext\.?)\s*\d+$"
_TRUNK = r"\(\s*0\s*\)"
_E164 = r"^[1-9]\d{6,14}$"

RULES: Dict[str, str] = {"email": "clean_email", "phone": "clean_phone"}  # macro by field


def clean(field: str, text: str) -> str:
    """Return SQL: the text as the rule of its field writes it."""
    return f"{RULES[field]}({text})" if field in RULES else text


def macros() -> list[str]:
    """Return the statements that define the rules."""
    narrow = f"translate(t, {quoted(_WIDE)}, {quoted(_NARROW)})"
    national = quoted(_TRUNK)  # dialled within the country only
    bare = f"regexp_replace(regexp_replace({narrow}, {quoted(_EXTENSION)}, ''), {national}, '')"
    digits = f"regexp_replace(regexp_replace({bare}, '^\\s*(?:\\+|00)', ''), '[^0-9]', '', 'g')"
    is_one = (
        f"regexp_matches(lower({narrow}), {quoted(_INTERNATIONAL)}) "
        f"AND regexp_matches({digits}, {quoted(_E164)})"
    )
    return [
        f"CREATE OR REPLACE TEMP MACRO clean_email(t) AS lower({narrow})",
        f"CREATE OR REPLACE TEMP MACRO clean_phone(t) AS "
        f"CASE WHEN {is_one} THEN '+' || {digits} ELSE t END",
    ]
