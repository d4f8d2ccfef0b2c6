"""Labels by key in the viewer's language. No Streamlit here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from babel import Locale
from babel.messages.pofile import read_po

LANGUAGES: dict[str, str] = {"en": "English", "zh_CN": "简体中文"}
LOCALES = Path(__file__).resolve().parent.parent / "locales"


class Translator(Protocol):
    """Gives the label of a key in one language."""

    def __call__(self, key: str, **fields: object) -> str:
        """Return the label with its ``{fields}`` filled in."""

    def __contains__(self, key: str) -> bool:
        """Whether there is a label of that key."""


class MissingLabelError(KeyError):
    """A key has no label: a bug, which the parity test finds before a user does."""


@dataclass(frozen=True)
class Catalogue:
    """All labels of one language; calling it translates."""

    language: str
    labels: Mapping[str, str]

    def __call__(self, key: str, **fields: object) -> str:
        """Return the label of ``key`` with its fields filled in.

        Raises
        ------
        MissingLabelError
            No catalogue of the language has the key, or the label wants a field not given.
        """
        label = self.labels.get(key)
        if not label:
            raise MissingLabelError(f"No label '{key}' in locales/{self.language}.")
        if "{" not in label:
            return label
        try:
            return label.format(**fields)
        except (KeyError, IndexError, ValueError) as error:
            raise MissingLabelError(f"Label '{key}' ({self.language}) needs {error}.") from error

    def __contains__(self, key: str) -> bool:
        return bool(self.labels.get(key))


@cache
def catalogue(language: str) -> Catalogue:
    """Return the merged catalogues of a language, read once per process."""
    labels: dict[str, str] = {}
    for path in sorted((LOCALES / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and isinstance(message.id, str):
                    labels[message.id] = str(message.string)
    return Catalogue(language, labels)


# Fields that hold the values of another.
_SAME_VOCABULARY = {
    "first_category": "category", "office": "region", "deal_stage": "stage",
    "opening_stage": "stage", "closing_stage": "stage", "lead_outcome": "status",
    "ticket_channel": "channel",
}  # fmt: skip


def value_name(t: Translator, field: str, value: object) -> str:
    """Return the name of a value of the common vocabulary; a company's own words as they are.

    The vocabulary is what the data model and the sample company write (``code.<field>.<value>``)
    and the English names of countries. Only the exact spelling counts, so that two values of a
    filter never get the same name unless they mean the same.
    """
    key = f"code.{_SAME_VOCABULARY.get(field, field)}.{value}"
    if key in t:
        return t(key)
    if field == "country" and isinstance(t, Catalogue):
        return _countries(t.language).get(str(value), str(value))
    return str(value)


def customer_value_name(t: Translator, field: str, value: object) -> str:
    """Return the name of a value of a field of customers: their stage is not that of a deal."""
    return value_name(t, "lifecycle_stage" if field == "stage" else field, value)


@cache
def _countries(language: str) -> dict[str, str]:
    """Return the names of countries in a language by their English names."""
    english, own = Locale("en").territories, Locale.parse(language).territories
    return {name: own.get(code, name) for code, name in english.items() if len(code) == 2}


def language_from(*candidates: str | None) -> str:
    """Return the first candidate that is a language on offer; ``en`` when none is."""
    for candidate in candidates:
        if candidate in LANGUAGES:
            return candidate
    return "en"
