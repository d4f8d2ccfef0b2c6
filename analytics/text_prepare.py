"""Texts made comparable, and told apart by script. Nothing here knows what they are about."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

CJK = "\u3400-\u9fff\uf900-\ufaff"
_SPACE = re.compile(r"\s+")
_CHINESE = re.compile(f"[{CJK}]")
_LETTER = re.compile(r"[^\W\d_]")


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
