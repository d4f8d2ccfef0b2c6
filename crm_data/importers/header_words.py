"""What a header says: its words in any of the known languages, as a set of meanings.

Words are data (``lexicon/*.toml``). A header is cut at blanks, signs and camel case, then into the
longest known words, so that ``Abschlussdatum``, ``expectedCloseDate`` and ``预计成交日期`` all come
apart. A Latin word counts only as a whole, whatever compound it is made of.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CUSTOM = re.compile(r"__c$|^hs_")  # marks of fields that companies add
_BRACKETS = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|【([^】]*)】|<([^>]*)>")
_SHORT = 3
_UNKNOWN = "?"
_FILLER = "of"
_MOST_READINGS = 12


@dataclass(frozen=True)
class Reading:
    """One way to understand a header: meanings, and the share of its letters that are known."""

    meanings: frozenset[str]
    known: float


def readings(header: str) -> tuple[Reading, ...]:
    """Return the ways to understand a header, those that know the most of it first."""
    return _readings(folded(header))


def folded(header: str) -> str:
    """Return a header in lower case without accents, units in brackets and signs."""
    text = unicodedata.normalize("NFKC", header)
    text = _CAMEL.sub(" ", _CUSTOM.sub("", text).replace("IDs", "Ids"))
    bare = _BRACKETS.sub(" ", text)
    return _simple(bare) or _simple(text)


def _simple(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(c for c in apart if not "\u0300" <= c <= "\u036f").replace("\u0131", "i")
    joined = unicodedata.normalize("NFC", plain)
    return " ".join("".join(c if c.isalnum() or c == "ー" else " " for c in joined).split())


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for meaning, words in tomllib.loads(path.read_text("utf-8")).items():
            for word in words:
                for form in _forms(_simple(word)):
                    found.setdefault(form, set()).add(meaning)
    return {word: frozenset(meanings) for word, meanings in found.items()}


def _forms(word: str) -> Iterator[str]:
    yield word
    yield word.replace(" ", "")
    if word.isascii() and len(word) > _SHORT and not word.endswith("s"):
        yield f"{word}s"


@cache
def _longest() -> int:
    return max(len(word) for word in _lexicon())


@cache
def _readings(text: str) -> tuple[Reading, ...]:
    """Cut the text in the cheapest ways: few unknown letters, then few words."""
    if not text:
        return ()
    # best[i]: ways to read the first i letters, as (unknown letters, words, meanings).
    best: list[list[tuple[int, int, frozenset[str]]]] = [[(0, 0, frozenset())]]
    for end in range(1, len(text) + 1):
        ways: dict[frozenset[str], tuple[int, int]] = {}
        for start, cost, found in _last_pieces(text, end):
            for unknown, words, meanings in best[start]:
                for meaning in found:
                    key = meanings if meaning == _FILLER else meanings | {meaning}
                    price = (unknown + cost, words + 1)
                    ways[key] = min(price, ways.get(key, price))
        ranked = sorted(ways.items(), key=lambda way: (way[1], sorted(way[0])))
        best.append([(*price, key) for key, price in ranked[:_MOST_READINGS]])
    letters = len(text.replace(" ", ""))
    least = best[-1][0][0]
    return tuple(
        Reading(meanings - {_UNKNOWN}, 1 - unknown / letters)
        for unknown, words, meanings in best[-1]
        if unknown == least
    )


def _last_pieces(text: str, end: int) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Yield the last pieces of ``text[:end]``: where they start, unknown letters, meanings."""
    if text[end - 1] == " ":
        yield end - 1, 0, frozenset({_FILLER})
        return
    lexicon = _lexicon()
    for start in range(max(0, end - _longest()), end):
        word = text[start:end]
        if word in lexicon and _may_stand(text, start, end):
            yield start, 0, lexicon[word]
    whole = text.rfind(" ", 0, end) + 1
    if text[whole:end].isascii():
        if _is_edge(text, end):  # an unknown Latin word is unknown as a whole
            yield whole, 0 if text[whole:end].isdigit() else end - whole, frozenset({_UNKNOWN})
    else:
        yield end - 1, 1, frozenset({_UNKNOWN})


def _may_stand(text: str, start: int, end: int) -> bool:
    """Whether a word may stand there: short Latin ones not inside another word."""
    word = text[start:end]
    if not word[0].isascii() or not word[-1].isascii() or len(word) > _SHORT:
        return True
    before = start == 0 or not (text[start - 1].isascii() and text[start - 1].isalpha())
    after = end == len(text) or not (text[end].isascii() and text[end].isalpha())
    if before and after:
        return True
    # Letters that join German compounds, and short endings such as "nr", after a longer word.
    return word in ("s", "n", "es", "en", "nr", "id", "art", "ort") and not before


def _is_edge(text: str, end: int) -> bool:
    return end == len(text) or not (text[end].isascii() and text[end].isalnum())
