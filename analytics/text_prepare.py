"""Texts made comparable, and told apart by script. Nothing here knows what they are about."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

CJK = "\u3400-\u9fff\uf900-\ufaff"
_SPACE = re.compile(r"\s+")
_CHINESE = re.compile(f"[{CJK}]")
_LETTER = re.compile(r"[^\W\d_]")
_NO_WORD = re.compile(r"[\W_]+")
_EDGE = re.compile(f"(?<=[{CJK}])(?=[^{CJK} ])|(?<=[^{CJK} ])(?=[{CJK}])")


def plain(texts: Iterable[object]) -> list[str]:
    """Return texts with width and case folded and white space in single blanks.

    What is no text (missing) becomes an empty one.
    """
    return [
        _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()
        if isinstance(text, str)
        else ""
        for text in texts
    ]


def chinese_share(texts: Sequence[str]) -> float:
    """Return which share of letters is Chinese, 0 to 1; 0 without letters."""
    everything = "".join(texts)
    letters = len(_LETTER.findall(everything))
    return len(_CHINESE.findall(everything)) / letters if letters else 0.0


def unlike(texts: Sequence[str], most: int) -> list[int]:
    """Return the places of the first texts that say something else than those before.

    Two say the same where they share half of their pairs of letters.
    """
    kept: list[int] = []
    held: list[set[str]] = []
    for place, text in enumerate(plain(texts)):
        pairs = {text[k : k + 2] for k in range(len(text) - 1)} or {text}
        if all(2 * len(pairs & other) < len(pairs | other) for other in held):
            kept.append(place)
            held.append(pairs)
        if len(kept) == most:
            break
    return kept


def is_chinese(text: str) -> bool:
    """Return whether a fifth or more of the letters is Chinese: few of them say a lot."""
    return chinese_share([text]) >= 0.2


def searchable(text: str) -> str:
    """Return a text in which words can be found: plain, signs away, a blank before each word.

    Chinese and other letters are parted, so that a word of either begins with a blank or within
    Chinese. ``search_terms`` makes of a question what to look for in it.

    Examples
    --------
    >>> searchable("App闪退，can't PAY!")
    ' app 闪退 can t pay '
    """
    words = _NO_WORD.sub(" ", plain([text])[0])
    return f" {_EDGE.sub(' ', words).strip()} "


def search_terms(asked: str) -> list[str]:
    """Return what a text made ``searchable`` has to contain, all of it.

    Chinese is found anywhere, other words from their beginning: 'deliver' finds 'delivery', and
    'app' does not find 'happy'.

    Examples
    --------
    >>> search_terms("Deliver 物流")
    [' deliver', '物流']
    """
    words = searchable(asked).split()
    return [word if _CHINESE.match(word) else f" {word}" for word in words]
