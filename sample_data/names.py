"""Invented names, e-mail addresses and telephone numbers, many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data import name_parts as parts
from sample_data.columns import Bools, Ints, Texts, joined, labels, missing_where
from sample_data.places import CHINA, CITIES, COUNTRY_OF_CITY

# Top-level domain ".example" is reserved for documentation (RFC 2606): no mail can reach anybody.
_DOMAINS = ("mail.example", "post.example", "inbox.example", "letters.example")


@dataclass(frozen=True)
class Written:
    """A name as written, and in letters that an e-mail address can have."""

    name: Any
    latin: Any


def person_names(rng: np.random.Generator, country: Ints, is_female: Bools) -> Written:
    """Return names of people; Chinese names have one or two given characters."""
    chinese = _chinese_people(rng, is_female)
    return _either(country == CHINA, chinese, _people_abroad(rng, country, is_female))


def company_names(rng: np.random.Generator, city: Ints, industry: Ints) -> Written:
    """Return names of companies, such as 杭州云岭科技有限公司 or Alderbrook Systems Ltd."""
    country = COUNTRY_OF_CITY[city]
    count = len(city)
    first, second = (rng.integers(0, len(parts.STEMS_ZH), count) for _ in range(2))
    stems, pinyin = zip(*parts.STEMS_ZH, strict=True)
    chinese = Written(
        joined(
            labels([c.name for c in CITIES], city),
            labels(stems, first),
            labels(stems, second),
            labels(parts.INDUSTRIES_ZH, industry),
            "有限公司",
        ),
        joined(labels(pinyin, first), labels(pinyin, second)),
    )
    stem = joined(
        labels(parts.STEMS_EN, rng.integers(0, len(parts.STEMS_EN), count)),
        labels(parts.ENDINGS_EN, rng.integers(0, len(parts.ENDINGS_EN), count)),
    )
    suffix = labels(parts.SUFFIXES_ABROAD, country)
    trade = labels(parts.INDUSTRIES_EN, industry)
    english = Written(joined(stem, " ", trade, " ", suffix), pc.utf8_lower(stem))
    return _either(country == CHINA, chinese, english)


def emails(rng: np.random.Generator, latin: Any, is_company: Bools) -> Any:
    """Return ``wei.zhang417@mail.example`` (people), ``sales@yunling12.example`` (companies).

    Numbers come round only after 99,990, so that no two customers share an address by chance.
    """
    count = len(is_company)
    number = pc.cast(pa.array(10 + _scattered(rng, count, 99_990)), pa.string())
    domain = labels(_DOMAINS, rng.integers(0, len(_DOMAINS), count))
    person = joined(latin, number, "@", domain)
    box = labels(("office", "sales", "info", "buying"), rng.integers(0, 4, count))
    company = joined(box, "@", latin, number, ".example")
    return pc.if_else(pa.array(is_company), company, person)


def phones(rng: np.random.Generator, country: Ints) -> Any:
    """Return telephone numbers nobody has.

    China: eleven digits that begin with 12, which is no mobile prefix; no two are the same. United
    States: exchange 555, lines 0100 to 0199. United Kingdom, Germany, Australia: ranges their
    regulators keep for drama. Singapore and Japan: a leading zero where no subscriber or area
    number may have one.
    """
    count = len(country)
    # Lines of the small ranges are dealt out in turn; when they run out, extensions begin.
    turn = np.zeros(count, dtype=np.int64)
    for code in range(1, 7):
        mine = country == code
        turn[mine] = np.arange(mine.sum())
    any_line = _scattered(rng, count, 10**8)
    chinese = _scattered(rng, count, 10**9)
    area = [f"{2 + k % 8}{k // 8 % 8 + 1}{k % 7 + 2}" for k in range(448)]
    formats = [
        joined(
            "+86 12",
            _digits(chinese // 10**8, 1),
            " ",
            _digits(chinese // 10**4 % 10**4, 4),
            " ",
            _digits(chinese % 10**4, 4),
        ),
        joined("+1 ", labels(area, turn % 448), " 555 01", _digits(turn // 448 % 100, 2)),
        joined("+44 7700 900", _digits(turn % 1000, 3)),
        joined("+49 30 23125 ", _digits(turn % 1000, 3)),
        joined("+65 0", _digits(any_line % 10**7, 7)),
        joined("+81 00 ", _digits(any_line // 10**4, 4), " ", _digits(any_line % 10**4, 4)),
        joined("+61 2 5550 ", _digits(turn % 10_000, 4)),
    ]
    capacity = np.array([1, 44_800, 1000, 1000, 1, 1, 10_000])[country]
    wraps = np.where(capacity > 1, turn // capacity, 0)
    extension = missing_where(wraps == 0, joined(" x", _digits(wraps, 1)))
    number = pc.choose(pa.array(country), *formats)
    return joined(number, pc.fill_null(extension, ""))


def as_texts(column: Any) -> Texts:
    """Return an object array, so that single cells can be changed."""
    texts: Texts = np.array(column.to_pylist(), dtype=object)
    return texts


def _scattered(rng: np.random.Generator, count: int, size: int) -> Ints:
    """Return numbers below ``size`` that look random and repeat only after ``size`` of them.

    Steps of the golden ratio's share, made prime to ``size``, from a random start.
    """
    step = int(size * 0.618034) | 1
    while gcd(step, size) > 1:
        step += 2
    return np.asarray((rng.integers(0, size) + np.arange(count) * step) % size)


def _digits(numbers: Ints, width: int) -> Any:
    return pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")


def _chinese_people(rng: np.random.Generator, is_female: Bools) -> Written:
    count = len(is_female)
    weights = 1 / (np.arange(len(parts.SURNAMES_ZH)) + 4.0)
    surname = rng.choice(len(parts.SURNAMES_ZH), count, p=weights / weights.sum())
    males, females = len(parts.GIVEN_ZH_MALE), len(parts.GIVEN_ZH_FEMALE)
    given = parts.GIVEN_ZH_MALE + parts.GIVEN_ZH_FEMALE + (("", ""),)
    written, pinyin = zip(*given, strict=True)
    first, second = (
        np.where(is_female, males + rng.integers(0, females, count), rng.integers(0, males, count))
        for _ in range(2)
    )
    second = np.where(rng.random(count) < 0.2, len(given) - 1, second)
    surnames, surname_pinyin = zip(*parts.SURNAMES_ZH, strict=True)
    return Written(
        joined(labels(surnames, surname), labels(written, first), labels(written, second)),
        joined(labels(pinyin, first), labels(pinyin, second), ".", labels(surname_pinyin, surname)),
    )


def _people_abroad(rng: np.random.Generator, country: Ints, is_female: Bools) -> Written:
    group = np.array(parts.NAMES_OF_COUNTRY)[country]
    given = _one_of(rng, parts.GIVEN_ABROAD_MALE + parts.GIVEN_ABROAD_FEMALE, group + 4 * is_female)
    surname = _one_of(rng, parts.SURNAMES_ABROAD, group)
    return Written(joined(given, " ", surname), pc.utf8_lower(joined(given, ".", surname)))


def _one_of(rng: np.random.Generator, groups: Sequence[Sequence[str]], group: Ints) -> Any:
    """Return a word of each one's group."""
    sizes = np.array([len(words) for words in groups])
    first = np.cumsum(sizes) - sizes
    place = first[group] + (rng.random(len(group)) * sizes[group]).astype(np.int64)
    return labels([word for words in groups for word in words], place)


def _either(is_chinese: Bools, chinese: Written, english: Written) -> Written:
    mask = pa.array(is_chinese)
    return Written(
        pc.if_else(mask, chinese.name, english.name),
        pc.if_else(mask, chinese.latin, english.latin),
    )
