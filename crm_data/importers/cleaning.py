"""Rules that clean a field of the data model, declared once and run by the engine.

Every text is trimmed and written in Unicode's form NFKC, except free text, which stays as people
wrote it. An e-mail address is lower case and without what stands around it; a telephone number is
written as E.164 says. Both stay as they are where they are none, and are counted.
"""

from crm_data.importers.phones import invalid_phone, phone
from crm_data.importers.written_numbers import quoted

FREE_TEXT = frozenset({"body", "comment", "hypothesis", "subject"})
RULES = ("email", "phone")  # fields with a rule of their own
_AROUND = r"^(?:mailto:|.*<)\s*([^<>\s]+@[^<>\s]+?)\s*>?$"
# One name before the sign, domains with a dot after it (RFC 5321, without quoted names).
_ADDRESS = (
    r"^[^@\s<>()\[\]\\,;:\x22.]+(?:\.[^@\s<>()\[\]\\,;:\x22.]+)*"
    r"@(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?\.)+[\p{L}]{2,}$"
)


def clean(field: str, text: str, region: str) -> str:
    """Return SQL: the text as the rule of its field writes it."""
    if field == "email":
        return f"regexp_replace(lower({text}), {quoted(_AROUND)}, '\\1')"
    return phone(text, region) if field == "phone" else text


def invalid(field: str, text: str, region: str) -> str:
    """Return SQL: whether a text of a field with a rule is none of its kind."""
    if field == "email":
        return f"NOT regexp_matches({clean(field, text, region)}, {quoted(_ADDRESS)})"
    return invalid_phone(text)
