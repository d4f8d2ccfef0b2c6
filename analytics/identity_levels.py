"""How each field of two records is compared: levels from best to worst, and what is assumed.

Fellegi and Sunter (1969, JASA 64): ``m`` is how often two records of one person meet a level, ``u``
how often records of two do. Both are assumed here, and learnt where the data has enough to say.
"""

from collections.abc import Collection
from dataclasses import dataclass

# What a level says, as it is told in words.
EXACT, CLOSE, NEAR, PART, SWAPPED, OTHER = "exact", "close", "near", "part", "swapped", "other"


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison.

    Attributes
    ----------
    code : str
        What is said of it.
    condition : str
        SQL over the columns of two records, ``x_l`` and ``x_r``.
    m, u : float
        Assumed shares of pairs of one person, and of two, that meet it.
    rare : str
        Column whose rare values say more than frequent ones; empty: none.
    """

    code: str
    condition: str
    m: float
    u: float
    rare: str = ""


@dataclass(frozen=True)
class Comparison:
    """How one field is compared; ``column`` must be there, and says nothing where missing."""

    field: str
    column: str
    levels: tuple[Level, ...]


def _same(column: str, m: float, u: float) -> Level:
    return Level(EXACT, f'"{column}_l" = "{column}_r"', m, u, column)


def _typo(column: str, edits: int, m: float, u: float) -> Level:
    distance = f'damerau_levenshtein("{column}_l", "{column}_r") <= {edits}'
    return Level(CLOSE if edits == 1 else NEAR, distance, m, u)


def _alike(code: str, column: str, least: float, m: float, u: float) -> Level:
    return Level(code, f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {least}', m, u)


def _alike_but_digits(code: str, column: str, least: float, m: float, u: float) -> Level:
    """As ``_alike``, of values with the same digits.

    Mailboxes are made of the name, and of a number where the name was taken: ``li85`` and ``li29``
    are alike because the names are, which is counted there, and are two people.
    """
    digits = [f"regexp_replace(\"{column}_{side}\", '[^0-9]', '', 'g')" for side in "lr"]
    alike = _alike(code, column, least, m, u)
    return Level(code, f"({alike.condition}) AND {digits[0]} = {digits[1]}", m, u)


def _other(m: float, u: float) -> Level:
    return Level(OTHER, "ELSE", m, u)


def _number(field: str, column: str, u: float) -> Comparison:
    levels = (
        _same(column, 0.85, u),
        _typo(column, 1, 0.08, 5 * u),
        _typo(column, 2, 0.03, 20 * u),
        _other(0.04, 1 - 26 * u),
    )
    return Comparison(field, column, levels)


def _name(column: str, other: str) -> Comparison:
    levels = (
        _same(column, 0.75, 0.005),
        _alike(CLOSE, column, 0.92, 0.08, 0.003),
        Level(SWAPPED, f'"{column}_l" = "{other}_r" OR "{other}_l" = "{column}_r"', 0.03, 0.001),
        _alike(NEAR, column, 0.88, 0.02, 0.002),
        _alike(PART, column, 0.7, 0.05, 0.02),
        _other(0.07, 0.969),
    )
    return Comparison(column, column, levels)


_DAY_AND_MONTH = (
    "left(birth_l, 4) = left(birth_r, 4) AND substr(birth_l, 5, 2) = substr(birth_r, 7, 2) "
    "AND substr(birth_l, 7, 2) = substr(birth_r, 5, 2)"
)
_WORDS = (
    "len(list_intersect(address_words_l, address_words_r)) "
    ">= 0.6 * greatest(least(len(address_words_l), len(address_words_r)), 2)"
)

COMPARISONS = (
    _name("given", "family"),
    _name("family", "given"),
    Comparison(
        "birth_on",
        "birth",
        (
            _same("birth", 0.85, 0.0001),
            Level(SWAPPED, _DAY_AND_MONTH, 0.01, 0.0001),
            _typo("birth", 1, 0.07, 0.001),
            _typo("birth", 2, 0.03, 0.01),
            _other(0.04, 0.9888),
        ),
    ),
    Comparison(
        "email",
        "email",
        (
            _same("email", 0.75, 0.00005),
            Level(PART, '"mailbox_l" = "mailbox_r"', 0.08, 0.0002, "mailbox"),
            _alike_but_digits(CLOSE, "email", 0.94, 0.08, 0.0002),
            _alike_but_digits(NEAR, "mailbox", 0.88, 0.02, 0.002),
            _other(0.07, 0.99755),
        ),
    ),
    _number("phone", "phone", 0.00005),
    _number("national_id", "national_id", 0.00002),
    Comparison(
        "address",
        "address",
        (
            _same("address", 0.6, 0.0005),
            _alike(CLOSE, "address", 0.95, 0.15, 0.0005),
            Level(NEAR, _WORDS, 0.1, 0.002),
            _alike(PART, "address", 0.88, 0.03, 0.002),
            _other(0.12, 0.995),
        ),
    ),
    Comparison(
        "city",
        "city",
        (_same("city", 0.8, 0.05), _alike(CLOSE, "city", 0.88, 0.1, 0.02), _other(0.1, 0.93)),
    ),
    Comparison(
        "region",
        "region",
        (_same("region", 0.9, 0.2), _alike(CLOSE, "region", 0.88, 0.04, 0.02), _other(0.06, 0.78)),
    ),
    Comparison(
        "postcode",
        "postcode",
        (_same("postcode", 0.85, 0.002), _typo("postcode", 1, 0.08, 0.01), _other(0.07, 0.988)),
    ),
    Comparison("gender", "gender", (_same("gender", 0.97, 0.5), _other(0.03, 0.5))),
)


def comparisons_of(columns: Collection[str]) -> list[Comparison]:
    """Return the comparisons that a frame with these columns allows."""
    return [one for one in COMPARISONS if one.column in columns]
