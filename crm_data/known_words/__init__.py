"""Words that are known beforehand, one a line: countries in English and Chinese, industries.

Names of countries follow Unicode's CLDR, with what people write besides (USA, Holland).
"""

from functools import cache
from pathlib import Path


@cache
def known_words(name: str) -> tuple[str, ...]:
    """Return a list of words: ``countries`` or ``industries``."""
    return tuple((Path(__file__).parent / f"{name}.txt").read_text("utf-8").splitlines())
