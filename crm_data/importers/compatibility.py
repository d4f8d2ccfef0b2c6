"""Unicode NFKC inside the engine: which characters of a text it changes, and how, as SQL.

A text's NFKC form is the canonical composition of the forms of its characters (Unicode Standard
Annex 15): each character is replaced by its own form, then the engine composes what belongs
together. Only characters that a file has are looked for, so that most files cost nothing.
"""

import unicodedata
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Final

from crm_data.importers.written_numbers import quoted

FORM: Final = "NFKC"
_MOST_REPLACED = 200


@dataclass(frozen=True)
class Unusual:
    """What of a text is not in form NFKC.

    Attributes
    ----------
    characters : dict
        Form by character, of those that have another one.
    is_decomposed : bool
        Whether some characters have to be put together.
    """

    characters: Dict[str, str] = field(default_factory=dict)
    is_decomposed: bool = False

    def __bool__(self) -> bool:
        return bool(self.characters) or self.is_decomposed

    def joined(self, other: "Unusual") -> "Unusual":
        """Return what either of two parts of a text has."""
        both = {**self.characters, **other.characters}
        return Unusual(both, self.is_decomposed or other.is_decomposed)


NOTHING = Unusual()


def unusual(text: str) -> Unusual:
    """Return what of a text is not in form NFKC."""
    if unicodedata.is_normalized(FORM, text):
        return NOTHING
    forms = {c: unicodedata.normalize(FORM, c) for c in set(text)}
    changed = {c: form for c, form in forms.items() if form != c and c >= " "}
    return Unusual(changed, not unicodedata.is_normalized("NFC", text))


def macro(found: Unusual) -> str:
    """Return the statement that defines ``nfkc(t)``, for texts with just these characters."""
    single = {c: form for c, form in sorted(found.characters.items()) if len(form) == 1}
    made = "t"
    if single:
        made = f"translate(t, {quoted(''.join(single))}, {quoted(''.join(single.values()))})"
    longer = [(c, form) for c, form in sorted(found.characters.items()) if len(form) != 1]
    for character, form in longer[:_MOST_REPLACED]:
        made = f"replace({made}, {quoted(character)}, {quoted(form)})"
    return f"CREATE OR REPLACE TEMP MACRO nfkc(t) AS nfc_normalize({made})"
