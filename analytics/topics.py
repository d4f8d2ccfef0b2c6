"""What comments are about: topics by non-negative matrix factorisation of n-grams, with quotes.

A topic is what is often said together; its name is its strongest terms (``topic_terms``), and
nobody promises that it is one thing.
"""

import re
import warnings
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analytics.stats import Floats, wilson_interval
from analytics.text_mask import masked
from analytics.text_prepare import CJK, plain
from analytics.topic_terms import LEAST_TEXTS, candidates_of, terms_of
from crm_data.errors import BadInputError

TERMS = 8
EXAMPLES = 3
_NAME_TERMS = 3
_BELONGS = 0.3  # of a text's weight: a topic with less is not what it is about
_CHINESE = re.compile(f"[{CJK}]")


@dataclass(frozen=True)
class Topic:
    """One topic.

    Attributes
    ----------
    name : str
        Its strongest terms, joined.
    terms : tuple of str
        Its strongest terms, the strongest first.
    examples : tuple of str
        Texts that are most about it, personal data masked.
    n : int
        Texts about it; a text may be about several.
    share, low, high : float
        Of all texts, with Wilson's interval.
    """

    name: str
    terms: tuple[str, ...]
    examples: tuple[str, ...]
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Topics:
    """Topics of texts, the commonest first; iterates over them.

    Attributes
    ----------
    topics : tuple of Topic
    belongs : ndarray of bool, shape (texts, topics)
        Which text is about which topics.
    main : ndarray of int, shape (texts,)
        The topic that a text is most about, -1 for none.
    none_share : float
        Share of texts that are about no topic.
    weight : ndarray of float, shape (texts, topics)
        How much of a text each topic explains: the higher, the more it is about it.
    """

    topics: tuple[Topic, ...]
    belongs: npt.NDArray[np.bool_]
    main: npt.NDArray[np.int64]
    none_share: float
    weight: Floats
    _model: Any = None

    def assign(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.bool_], Floats]:
        """Return ``belongs`` and ``weight`` of other texts, made ``plain`` before."""
        vectors, model, order, scale = self._model
        weight = np.asarray(
            model.transform(vectors.transform([candidates_of(text) for text in texts])),
            dtype=np.float64,
        )
        weight = (weight * scale)[:, order]
        return _belongs(weight), weight

    def __len__(self) -> int:
        return len(self.topics)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __getitem__(self, place: int) -> Topic:
        return self.topics[place]


def topics(
    texts: Sequence[object],
    k: int,
    *,
    writers: Sequence[Hashable] | None = None,
    names: Sequence[str] = (),
    seed: int = 0,
) -> Topics:
    """Find ``k`` topics.

    Parameters
    ----------
    texts : sequence of str
        Comments, Chinese and other mixed as they come; missing ones are about nothing.
    k : int
        How many, 1 or more. Fewer come back where the texts have fewer.
    writers : sequence of hashable, length of ``texts``, optional
        Who wrote each text: terms are what ``topic_terms.LEAST_WRITERS`` different ones say.
        None: each text is of its own writer.
    names : sequence of str
        Names to mask in examples.
    seed : int
        The same gives the same topics.

    Raises
    ------
    ValueError
        ``k`` is below 1.
    BadInputError
        Fewer than 20 texts, or no term that several share.
    """
    if k < 1:
        raise ValueError(f"k should be 1 or more, but is {k}.")
    given = plain(texts)
    candidates = [candidates_of(text) for text in given]
    terms = terms_of(candidates, range(len(given)) if writers is None else writers)
    if sum(bool(text) for text in given) < LEAST_TEXTS or not terms:
        raise BadInputError(
            "too_few_texts",
            f"Too little text to find topics in: {sum(map(bool, given))} comments that share "
            f"{len(terms)} terms; {LEAST_TEXTS} comments are needed. Choose a longer period.",
            texts=sum(map(bool, given)),
            needed=LEAST_TEXTS,
        )
    weight, loading, words, fitted = _factors(candidates, terms, min(k, len(terms)), seed)
    belongs = _belongs(weight)
    order = np.argsort(-belongs.sum(axis=0), kind="stable")
    order = order[(belongs.sum(axis=0)[order] > 0) & (loading[order].max(axis=1) > 0)]
    found = tuple(
        _topic(texts, weight[:, one], belongs[:, one], loading[one], words, names) for one in order
    )
    belongs, weight = belongs[:, order], weight[:, order]
    main = np.where(belongs.any(axis=1), weight.argmax(axis=1), -1).astype(np.int64)
    vectors, model, scale = fitted
    kept = (vectors, model, order, scale)
    return Topics(found, belongs, main, float((main < 0).mean()), weight, kept)


def refound(found: Topics, other: Topics) -> list[float]:
    """Return of each topic which share of its terms, 0 to 1, one topic of another fit has at most.

    Fitted on other texts of the same kind it tells which topics are more than an accident of the
    sample.
    """
    return [
        max((len({*one.terms} & {*two.terms}) / len(one.terms) for two in other), default=0.0)
        for one in found
    ]


def _belongs(weight: Floats) -> npt.NDArray[np.bool_]:
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return np.asarray(share >= _BELONGS)


def _factors(
    candidates: list[list[str]], terms: list[str], k: int, seed: int
) -> tuple[Floats, Floats, npt.NDArray[Any], tuple[Any, Any, Floats]]:
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    vocabulary = {term: place for place, term in enumerate(terms)}
    held = frozenset(terms)
    vectors = TfidfVectorizer(
        analyzer=lambda said: [one for one in said if one in held],
        vocabulary=vocabulary,
        sublinear_tf=True,
    )
    matrix = vectors.fit_transform(candidates)
    model = NMF(k, init="nndsvda", random_state=seed, max_iter=400, tol=1e-3, l1_ratio=0.0)
    with warnings.catch_warnings():  # a factor that still moves a little is good enough
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)  # what is left of a perfect fit: √-1e-16
        weight = np.asarray(model.fit_transform(matrix), dtype=np.float64)
    loading = np.asarray(model.components_, dtype=np.float64)
    # Weights are compared between topics: each counts as the length of what it explains.
    scale = np.sqrt((loading**2).sum(axis=1))
    return weight * scale, loading, np.array(terms, dtype=object), (vectors, model, scale)


def _topic(
    texts: Sequence[object],
    weight: Floats,
    belongs: npt.NDArray[np.bool_],
    loading: Floats,
    words: npt.NDArray[Any],
    names: Sequence[str],
) -> Topic:
    places = np.argsort(-loading, kind="stable")[: 3 * TERMS]
    strongest = _apart([str(words[place]) for place in places if loading[place] > 0])
    quotes: dict[str, None] = {}
    for place in np.argsort(-weight, kind="stable")[: 5 * EXAMPLES]:
        if belongs[place] and len(quotes) < EXAMPLES:
            quotes[masked(str(texts[place]).strip(), names)] = None
    n = int(belongs.sum())
    low, high = wilson_interval(n, len(texts))
    is_chinese = bool(_CHINESE.search("".join(strongest[:_NAME_TERMS])))
    name = ("、" if is_chinese else ", ").join(strongest[:_NAME_TERMS])
    terms = tuple(strongest[:TERMS])
    return Topic(name, terms, tuple(quotes), n, n / len(texts), float(low), float(high))


def _apart(terms: list[str]) -> list[str]:
    """Return terms without those that say again what an earlier, stronger one says."""
    kept: list[str] = []
    for term in terms:
        if not any(term in one or one in term for one in kept):
            kept.append(term)
    return kept
