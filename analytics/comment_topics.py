"""Topics of a company's comments: found on a sample of each language, told of every comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.comment_judge import LANGUAGES
from analytics.stats import Floats
from analytics.text_mask import masked
from analytics.text_prepare import plain
from analytics.topic_terms import LEAST_TEXTS
from analytics.topics import Topics, refound, topics
from crm_data.errors import BadInputError

MOST_READ = 30_000  # comments of a language in which topics are looked for
_HOW_MANY = ((2_000, 8), (200, 6), (LEAST_TEXTS, 3))  # so many comments, so many topics at most
_CHUNK = 50_000


@dataclass(frozen=True, eq=False)
class CommentTopics:
    """Topics of all languages, and which comment is about which.

    Attributes
    ----------
    topics : DataFrame
        ``topic_no`` (from 0), ``language``, ``name``, ``terms`` (the strongest first),
        ``comments`` (about it, of all), ``again`` (0 to 1: which share of its terms a fit on half
        of the sample found together again; NaN where that is too little text).
    comments : DataFrame
        Row for row the texts given: ``topics`` (bit ``topic_no``), ``main_topic`` and ``fit``
        (missing where it is about none).
    read : dict of str to int
        Comments of each language in which topics were looked for.
    """

    topics: pd.DataFrame
    comments: pd.DataFrame
    read: dict[str, int]


def comment_topics(
    texts: Sequence[object],
    language: Any,
    *,
    customers: Sequence[int | None] | None = None,
    names: Mapping[int, Sequence[str]] | None = None,
    seed: int = 0,
) -> CommentTopics:
    """Find topics in each language, of words that say nothing of one customer alone.

    Personal data is masked before terms are made, and a term comes from several customers
    (``analytics.topic_terms.LEAST_WRITERS``).

    Parameters
    ----------
    texts : sequence of str, length n
    language : array of str, length n
        One of ``analytics.comment_judge.LANGUAGES``.
    customers : sequence of int, length n, optional
        Who wrote; texts of None are told apart by what they say.
    names : mapping of int to sequence of str
        What to hide in the texts of each customer.
    seed : int
        Of the samples.
    """
    given = np.array(plain(texts), dtype=object)
    who = np.array([None] * len(given) if customers is None else list(customers), dtype=object)
    spoken = np.asarray(language, dtype=object)
    found = pd.DataFrame({"topics": np.zeros(len(given), dtype=np.int64)})
    main, fit = np.full(len(given), -1), np.full(len(given), np.nan)
    rows: list[dict[str, Any]] = []
    read: dict[str, int] = {}
    for name in LANGUAGES:
        mine = np.flatnonzero(spoken == name)
        sample = _sample(mine, MOST_READ, seed)
        hidden = _hidden(texts, sample, who, names or {})
        wrote = _writers(given[sample], who[sample])
        fitted = _fitted(hidden, wrote, seed)
        if fitted is None:
            continue
        read[name] = len(sample)
        belongs, weight = _told(fitted, given[mine])
        first = len(rows)
        again = _again(fitted, hidden, wrote, seed)
        for place, topic in enumerate(fitted):
            rows.append(
                {"topic_no": first + place, "language": name, "name": topic.name,
                 "terms": topic.terms, "comments": int(belongs[:, place].sum()),
                 "again": again[place]}
            )  # fmt: skip
        bits = np.left_shift(np.int64(1), np.arange(first, first + len(fitted), dtype=np.int64))
        found.loc[mine, "topics"] = belongs.astype(np.int64) @ bits
        is_about = belongs.any(axis=1)
        main[mine] = np.where(is_about, first + weight.argmax(axis=1), -1)
        fit[mine] = np.where(is_about, weight.max(axis=1), np.nan)
    found["main_topic"] = pd.array(np.where(main < 0, 0, main), dtype="Int64")
    found.loc[main < 0, "main_topic"] = pd.NA
    columns = ["topic_no", "language", "name", "terms", "comments", "again"]
    return CommentTopics(pd.DataFrame(rows, columns=columns), found.assign(fit=fit), read)


def _hidden(
    texts: Sequence[object], sample: Any, who: Any, names: Mapping[int, Sequence[str]]
) -> Any:
    """Return the texts of a sample with personal data masked."""
    return np.array(
        [
            masked(text, names.get(who[place], ())) if isinstance(text, str) else ""
            for place, text in ((place, texts[place]) for place in sample.tolist())
        ],
        dtype=object,
    )


def _writers(given: Any, who: Any) -> Any:
    """Return a mark of who wrote each text; without a customer, equal texts are one's."""
    return np.array(
        [
            f"text {text}" if one is None else f"customer {one}"
            for text, one in zip(given, who, strict=True)
        ],
        dtype=object,
    )


def _fitted(texts: Any, writers: Any, seed: int) -> Topics | None:
    most = next((k for least, k in _HOW_MANY if len(texts) >= least), 0)
    if not most:
        return None
    try:
        return topics(texts, most, writers=writers, seed=seed)
    except BadInputError:
        return None


def _again(fitted: Topics, texts: Any, writers: Any, seed: int) -> list[float]:
    """Return how far each topic is found again in half of the texts, drawn by lot."""
    half = _sample(np.arange(len(texts)), len(texts) // 2, seed + 1)
    try:
        other = topics(texts[half], len(fitted), writers=writers[half], seed=seed)
    except BadInputError:
        return [float("nan")] * len(fitted)
    return refound(fitted, other)


def _told(fitted: Topics, texts: Any) -> tuple[npt.NDArray[np.bool_], Floats]:
    parts = [
        fitted.assign(texts[first : first + _CHUNK].tolist())
        for first in range(0, len(texts), _CHUNK)
    ]
    return (
        np.concatenate([belongs for belongs, _ in parts]),
        np.concatenate([weight for _, weight in parts]),
    )


def _sample(places: npt.NDArray[np.int64], most: int, seed: int) -> npt.NDArray[np.int64]:
    if len(places) <= most:
        return places
    return np.sort(np.random.default_rng(seed).choice(places, most, replace=False))
