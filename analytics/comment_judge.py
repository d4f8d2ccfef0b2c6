"""Comments judged by what the company's own scored comments teach, in each language by itself.

Chinese and other texts are learned apart: what is good in one says nothing of the other. Where a
language has too few scored comments, or what was learned is hardly better than a guess, nothing of
it is judged: "cannot tell" is the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.sentiment import Sentiment, fit_sentiment
from analytics.stats import Floats
from analytics.text_prepare import is_chinese, plain
from crm_data.errors import BadInputError

Verdict = Literal["useful", "too_few", "no_better"]
CHINESE, OTHER = LANGUAGES = ("chinese", "other")
POSITIVE, NEGATIVE, DECLINED = SENTIMENTS = ("positive", "negative", "declined")
MOST_LEARNED = 40_000  # scored comments of a language; more of them teach little
LEAST_BALANCED = 0.65  # mean over both labels of the share judged rightly; a guess has 0.5
_CHUNK = 50_000  # texts whose n-grams are held at once


@dataclass(frozen=True, eq=False)
class Judged:
    """What was said of comments.

    Attributes
    ----------
    comments : DataFrame
        Row for row the texts given: ``language``, ``sentiment`` (one of ``SENTIMENTS``),
        ``positive`` (probability, NaN without a judge).
    cards : mapping of str to mapping
        By language, of those with a comment: ``verdict``, ``comments``, ``scored`` (with a label),
        ``positive``, ``negative`` (of these), ``learned`` (of these, a sample where they are many),
        ``declined`` (of all comments); and with a judge ``accuracy``, ``low``, ``high``,
        ``balanced``, ``majority``, ``calibration_error``, ``declined_tested``,
        ``judged_accuracy``, ``least_sure``, ``reliability``, all on comments that it had not seen.
    """

    comments: pd.DataFrame
    cards: dict[str, dict[str, Any]]


def judge_comments(
    texts: Sequence[object], labels: Sequence[str | None], *, seed: int = 0
) -> Judged:
    """Learn from the labelled comments of each language, and judge all of it.

    Parameters
    ----------
    texts : sequence of str, length n
    labels : sequence, length n
        ``positive`` or ``negative`` by the score that came with it, None without one.
    seed : int
        Of the folds, and of the sample learned from.
    """
    given = np.array(plain(texts), dtype=object)
    label = np.array(labels, dtype=object)
    distinct, place = np.unique(given, return_inverse=True)
    chinese = np.array([is_chinese(text) for text in distinct], dtype=bool)[place]
    found = pd.DataFrame(
        {
            "language": np.where(chinese, CHINESE, OTHER),
            "sentiment": DECLINED,
            "positive": np.nan,
        }
    )
    cards: dict[str, dict[str, Any]] = {}
    for name, mine in ((CHINESE, chinese), (OTHER, ~chinese)):
        if not mine.any():
            continue
        model, card = _learned(given[mine], label[mine], seed)
        if model is not None:
            chance, is_known = _told(model, given[mine])
            found.loc[mine, "positive"] = chance
            found.loc[mine, "sentiment"] = _named(chance, is_known, model.least_sure)
        declined = int((found.loc[mine, "sentiment"] == DECLINED).sum())
        cards[name] = card | {"comments": int(mine.sum()), "declined": declined}
    return Judged(found, cards)


def _learned(texts: Any, labels: Any, seed: int) -> tuple[Sentiment | None, dict[str, Any]]:
    scored = np.flatnonzero((labels == POSITIVE) | (labels == NEGATIVE))
    counts = {name: int((labels[scored] == name).sum()) for name in (POSITIVE, NEGATIVE)}
    used = scored
    if len(scored) > MOST_LEARNED:
        used = np.sort(np.random.default_rng(seed).choice(scored, MOST_LEARNED, replace=False))
    card: dict[str, Any] = {"verdict": "too_few", "scored": len(scored), **counts, "learned": 0}
    try:
        model = fit_sentiment(texts[used], labels[used], seed=seed)
    except BadInputError:
        return None, card
    card |= {
        "verdict": "useful" if model.balanced_accuracy_ >= LEAST_BALANCED else "no_better",
        "learned": model.n_,
        "accuracy": model.cross_validated_accuracy_,
        "low": model.accuracy_low_,
        "high": model.accuracy_high_,
        "balanced": model.balanced_accuracy_,
        "majority": model.majority_share_,
        "calibration_error": model.calibration_error_,
        "declined_tested": model.declined_share_,
        "judged_accuracy": model.judged_accuracy_,
        "least_sure": model.least_sure,
        "reliability": model.reliability_.to_dict("records"),
    }
    return (model if card["verdict"] == "useful" else None), card


def _told(model: Sentiment, texts: Any) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the probability of ``positive``, each distinct text looked at once."""
    distinct, place = np.unique(texts, return_inverse=True)
    column = model.classes_.tolist().index(POSITIVE)
    parts = [
        model.told(distinct[first : first + _CHUNK].tolist())
        for first in range(0, len(distinct), _CHUNK)
    ]
    chance = np.concatenate([one[:, column] for one, _ in parts])
    return chance[place], np.concatenate([known for _, known in parts])[place]


def _named(chance: Floats, is_known: npt.NDArray[np.bool_], least_sure: float) -> Any:
    return np.select(
        [~is_known, chance >= least_sure, 1 - chance >= least_sure],
        [DECLINED, POSITIVE, NEGATIVE],
        DECLINED,
    )
