"""Personal data hidden in quotes: e-mail addresses, phone numbers, numbers of papers and cards.

Rather too much than too little: any run of nine or more digits is hidden, whatever it may be.
Names are hidden where they are given; nobody can be told from a word by its look.
"""

import re
from collections.abc import Iterable

MASK = "***"
_EMAIL = re.compile(r"[\w.+-]+\s?[@\uff20]\s?[\w-]+(?:\.[\w-]+)+", re.ASCII | re.IGNORECASE)
_NATIONAL_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{14}[Xx\d](?!\d)")
_SOCIAL = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
# Digits with single signs between them: +86 138-0013-8000, (020) 8888 6666, 4111 1111 1111 1111.
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\+\s?|00)?\(?\d(?:[\s().\-\u2010-\u2014]{0,2}\d){6,18}\)?(?!\w)"
)
_IN_WORDS = re.compile(r"\d{9,}")
_DATE = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:\s\d{1,2})?")
_SHORTEST_NAME = 2


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return a text with personal data replaced by ``***``.

    Parameters
    ----------
    text : str
        A quote.
    names : iterable of str
        Names to hide too, longest first where one holds another; whole words where they are in
        Latin letters.

    Examples
    --------
    >>> masked("Call +86 138 0013 8000 or write li.wei@example.cn, order 4711 of 2025-03-01")
    'Call *** or write ***, order 4711 of 2025-03-01'
    """
    hidden = _EMAIL.sub(MASK, text)
    for pattern in (_NATIONAL_ID, _SOCIAL):
        hidden = pattern.sub(MASK, hidden)
    hidden = _NUMBER.sub(_unless_date, hidden)
    hidden = _IN_WORDS.sub(MASK, hidden)
    for name in sorted({n.strip() for n in names}, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            edge = r"\b" if name.isascii() else ""
            hidden = re.sub(f"{edge}{re.escape(name)}{edge}", MASK, hidden, flags=re.IGNORECASE)
    return hidden


def _unless_date(found: re.Match[str]) -> str:
    return found.group() if _DATE.fullmatch(found.group()) else MASK
