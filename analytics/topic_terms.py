"""Terms that topics are made of: runs of Chinese characters, words and pairs of words.

Chinese has no spaces: runs of two to four characters are counted, and those that nearly always are
part of a longer one, or begin or end with a grammatical character, give way to it. Other scripts
are split into words and pairs of words. What fewer than five writers say is no term: topics are
shown to viewers who may not see each comment.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

from analytics.text_prepare import CJK
from analytics.topic_words import CHINESE_EDGES, CHINESE_PHRASES, ENGLISH_STOP

LEAST_TEXTS = 20
LEAST_WRITERS = 5  # who say a term: of fewer it would show one's words to others
MOST_TERMS = 3_000
_LONGEST = 4
_COMMON = 0.25  # of the texts: a term in more of them tells none apart
_ABSORBED = 0.7  # of an n-gram's texts: so many with the longer one, and it is part of it
_RUN = re.compile(f"[{CJK}]+")
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['\u2019][^\W\d_]+)?")
_PHRASE = re.compile("|".join(CHINESE_PHRASES))


def terms_of(candidates: list[list[str]], writers: Sequence[Hashable]) -> list[str]:
    """Return the terms that texts are counted by, the commonest first."""
    seen = Counter(one for said in candidates for one in set(said))
    least = max(LEAST_WRITERS, len(candidates) // 1_000)
    most = max(_COMMON * len(candidates), LEAST_TEXTS)
    common = {term: count for term, count in seen.items() if least <= count <= most}
    common = _said_by_several(common, candidates, writers)
    kept = [t for t in _without_parts(common) if len(t) <= _LONGEST or not _RUN.match(t)]
    return sorted(kept, key=lambda term: (-common[term], term))[:MOST_TERMS]


def _said_by_several(
    counts: dict[str, int], candidates: list[list[str]], writers: Sequence[Hashable]
) -> dict[str, int]:
    said_by: dict[str, set[Hashable]] = {term: set() for term in counts}
    for said, writer in zip(candidates, writers, strict=True):
        for term in said:
            if term in said_by and len(said_by[term]) < LEAST_WRITERS:
                said_by[term].add(writer)
    return {t: count for t, count in counts.items() if len(said_by[t]) >= LEAST_WRITERS}


def _without_parts(counts: dict[str, int]) -> list[str]:
    """Return terms that are said by themselves, not nearly always inside a longer one."""
    longer: dict[str, int] = {}
    for term, count in counts.items():
        for part in _parts(term):
            longer[part] = max(longer.get(part, 0), count)
    return [term for term, count in counts.items() if longer.get(term, 0) < _ABSORBED * count]


def _parts(term: str) -> Iterator[str]:
    if _RUN.fullmatch(term):
        for size in range(2, len(term)):
            for start in range(len(term) - size + 1):
                yield term[start : start + size]
    else:
        yield from term.split(" ") if " " in term else ()


def candidates_of(text: str) -> list[str]:
    """Return the terms that a ``plain`` text may have, as often as it says them."""
    found = []
    for run in _RUN.findall(_PHRASE.sub(" ", text)):
        for size in range(2, _LONGEST + 2):  # the longest only absorb their parts
            found += [
                run[start : start + size]
                for start in range(len(run) - size + 1)
                if run[start] not in CHINESE_EDGES and run[start + size - 1] not in CHINESE_EDGES
            ]
    words = [w for w in _WORD.findall(_RUN.sub(" ", text)) if len(w) > 1]
    told = [w for w in words if w not in ENGLISH_STOP and len(w) > 2]
    pairs = [
        f"{one} {other}"
        for one, other in pairwise(words)
        if one not in ENGLISH_STOP and other not in ENGLISH_STOP
    ]
    return found + told + pairs
