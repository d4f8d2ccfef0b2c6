"""Whether a comment is content or not, learned from the company's own scored comments.

Character n-grams (no dictionary, no word splitting, so Chinese and English alike), TF-IDF and
logistic regression. Its accuracy is that on comments it had not seen, in five folds in which equal
texts stay together: a comment that many customers sent would else test itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.satisfaction_scales import Kind
from analytics.stats import Floats, wilson_interval
from analytics.text_prepare import chinese_share, plain
from crm_data.errors import BadInputError

FOLDS = 5
LEAST_OF_EACH = 25  # distinct comments with each label
LEAST_SURE = 0.7  # probability below which it declines to judge
# Of the data against the prior, logistic regression's C: tried out of fold on reviews of both.
_STRENGTH_CHINESE, _STRENGTH_OTHER = 4.0, 20.0
_LONGEST_CHINESE, _LONGEST_MIXED, _LONGEST_OTHER = 2, 3, 4
_BINS = 10
Labels = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Sentiment:
    """A fitted classifier of comments with what it is worth.

    Attributes
    ----------
    classes_ : ndarray
        Labels, sorted.
    cross_validated_accuracy_ : float
        Share judged rightly of comments that it had not seen, none declined.
    accuracy_low_, accuracy_high_ : float
        Wilson's interval of it.
    balanced_accuracy_ : float
        Mean over labels of the share judged rightly.
    majority_share_ : float
        Accuracy of always naming the commonest label.
    calibration_error_ : float
        Mean distance, 0 to 1, of the probability of the named label from how often it was right,
        in ten bins (expected calibration error), on comments not seen. One number, the
        temperature, was set on the same comments.
    reliability_ : DataFrame
        Per bin with a comment: ``said`` (mean probability), ``right`` (share), ``n``.
    declined_share_, judged_accuracy_ : float
        Share whose probability stays below ``least_sure``, and accuracy among the others.
    least_sure : float
    n_ : int
        Comments that it was trained on.
    temperature_ : float
        What log-odds are divided by.
    held_out_ : mapping of str to ndarray
        Probability of each label for the texts learned from (``plain``), by the fold that had not
        seen them: what may be said of these without praising oneself.
    """

    classes_: Labels
    cross_validated_accuracy_: float
    accuracy_low_: float
    accuracy_high_: float
    balanced_accuracy_: float
    majority_share_: float
    calibration_error_: float
    reliability_: pd.DataFrame
    declined_share_: float
    judged_accuracy_: float
    least_sure: float
    n_: int
    temperature_: float
    held_out_: Mapping[str, Floats]
    _model: Any

    def predict_proba(self, texts: Sequence[object]) -> Floats:
        """Return the probability of each label, shape (texts, labels)."""
        if not len(texts):
            return np.empty((0, len(self.classes_)))
        return _heated(self._model.predict_proba(plain(texts)), self.temperature_)

    def predict(self, texts: Sequence[object]) -> Labels:
        """Return the likeliest label of each text."""
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def judge(self, texts: Sequence[object]) -> list[Any]:
        """Return the likeliest label, None where it declines: not sure enough, or nothing known."""
        if not len(texts):
            return []
        seen = self._model[0].transform(plain(texts))
        chance = _heated(self._model[1].predict_proba(seen), self.temperature_)
        named = self.classes_[chance.argmax(axis=1)].tolist()
        kept = (chance.max(axis=1) >= self.least_sure) & self._known(seen)
        return [label if sure else None for label, sure in zip(named, kept, strict=True)]

    def told(self, texts: Sequence[str]) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Return probabilities of ``plain`` texts, and of which any n-gram is known.

        Those of texts that it learned from are held out.
        """
        seen = self._model[0].transform(texts)
        chance = _heated(self._model[1].predict_proba(seen), self.temperature_)
        for place, text in enumerate(texts):
            if text in self.held_out_:
                chance[place] = self.held_out_[text]
        return chance, self._known(seen)

    def _known(self, seen: Any) -> npt.NDArray[np.bool_]:
        """Return which texts have an n-gram that it learned; a blank tells nothing."""
        blank = self._model[0].vocabulary_.get(" ")
        found = seen.getnnz(axis=1)
        return np.asarray(found > (0 if blank is None else seen[:, [blank]].getnnz(axis=1)))


def fit_sentiment(
    texts: Sequence[object],
    labels: Sequence[Any],
    *,
    least_sure: float = LEAST_SURE,
    seed: int = 0,
) -> Sentiment:
    """Learn labels of comments and test on comments not seen.

    Parameters
    ----------
    texts : sequence of str
        Comments in any language; empty and missing ones are left out.
    labels : sequence
        Label of each, of two or more kinds: ``labels_of_scores``, or any judgement. Missing ones
        are left out.
    least_sure : float
        Probability, 0 to 1, below which ``judge`` declines.
    seed : int
        Of the folds.

    Raises
    ------
    BadInputError
        Fewer than two labels, or fewer than 25 distinct comments with one.
    """
    frame = pd.DataFrame({"text": plain(texts), "label": np.asarray(labels, dtype=object)})
    frame = frame[(frame["text"] != "") & frame["label"].notna()].reset_index(drop=True)
    _check(frame)
    words = frame["text"].to_numpy(dtype=object)
    classes, codes = np.unique(frame["label"].to_numpy(dtype=object), return_inverse=True)
    classes = np.array(classes.tolist())  # text or numbers again, not objects
    longest = _longest(words)
    chance = _out_of_fold(words, codes, longest, seed)
    temperature = _temperature(chance, codes)
    held = _heated(chance, temperature)
    model = _new_model(longest, len(classes)).fit(words, codes)
    return Sentiment(
        classes_=classes,
        least_sure=least_sure,
        n_=len(frame),
        temperature_=temperature,
        held_out_=dict(zip(words.tolist(), held, strict=True)),
        _model=model,
        **_worth(held, codes, least_sure),
    )


def labels_of_scores(scores: Any, kind: Kind, scale: int) -> list[str | None]:
    """Return ``positive``, ``negative`` or None (in between, missing) for each score.

    NPS: 9 and 10 against 0 to 6. Others: the top two against what lies below the middle.
    """
    given = pd.to_numeric(pd.Series(scores), errors="coerce").to_numpy(dtype="float64")
    top, bottom = (9.0, 6.5) if kind == "nps" else (scale - 1.0, (scale + 1) / 2)
    return ["positive" if one >= top else "negative" if one < bottom else None for one in given]


def _check(frame: pd.DataFrame) -> None:
    sizes = frame.drop_duplicates(["text", "label"]).groupby("label")["text"].size()
    if len(sizes) < 2 or sizes.min() < LEAST_OF_EACH:
        seen = ", ".join(f"{label}: {size}" for label, size in sizes.items()) or "none"
        raise BadInputError(
            "too_few_comments",
            f"Too few scored comments to learn from ({seen}): each of two or more labels needs "
            f"{LEAST_OF_EACH} different ones. Import more, or wait for more answers.",
            seen=seen,
            needed=LEAST_OF_EACH,
        )


def _longest(words: Labels) -> int:
    """Return the longest n-gram: two Chinese characters tell what four Latin letters do."""
    share = chinese_share(words[:: max(len(words) // 2_000, 1)].tolist())
    if share > 0.8:
        return _LONGEST_CHINESE
    return _LONGEST_OTHER if share < 0.2 else _LONGEST_MIXED


def _new_model(longest: int, labels: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    is_chinese = longest == _LONGEST_CHINESE
    return make_pipeline(
        TfidfVectorizer(
            analyzer="char" if is_chinese else "char_wb", ngram_range=(1, longest), min_df=2,
            sublinear_tf=True, lowercase=False, dtype=np.float32,
        ),
        LogisticRegression(
            C=_STRENGTH_CHINESE if is_chinese else _STRENGTH_OTHER,
            solver="liblinear" if labels == 2 else "lbfgs",  # by far the faster for two
            max_iter=300, tol=1e-3, random_state=0,
        ),
    )  # fmt: skip


def _out_of_fold(words: Labels, codes: Any, longest: int, seed: int) -> Floats:
    from sklearn.model_selection import StratifiedKFold

    distinct, first, place = np.unique(words, return_index=True, return_inverse=True)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    chance = np.empty((len(words), int(codes.max()) + 1))
    for _, test in folds.split(distinct, codes[first]):
        is_test = np.isin(place, test)
        model = _new_model(longest, chance.shape[1]).fit(words[~is_test], codes[~is_test])
        chance[is_test] = model.predict_proba(words[is_test])
    return chance


def _heated(chance: Floats, temperature: float) -> Floats:
    powered = np.clip(chance, 1e-12, 1.0) ** (1 / temperature)
    return np.asarray(powered / powered.sum(axis=1, keepdims=True))


def _temperature(chance: Floats, codes: Any) -> float:
    """Return what makes the comments not seen likeliest (C. Guo et al. 2017, ICML 70)."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(codes))

    def loss(log: float) -> float:
        return -float(np.log(_heated(chance, float(np.exp(log)))[rows, codes]).mean())

    # No surer than twice: where all were right, nothing says how sure is too sure.
    return float(np.exp(minimize_scalar(loss, bounds=(-np.log(2), 2.0), method="bounded").x))


def _worth(chance: Floats, codes: Any, least_sure: float) -> dict[str, Any]:
    named, sure = chance.argmax(axis=1), chance.max(axis=1)
    is_right = named == codes
    low, high = wilson_interval(is_right.sum(), len(codes))
    judged = sure >= least_sure
    place = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    bins = pd.DataFrame({"said": sure, "right": is_right.astype(float), "bin": place})
    table = bins.groupby("bin").agg(said=("said", "mean"), right=("right", "mean"),
                                    n=("right", "size")).reset_index(drop=True)  # fmt: skip
    gap = (table["said"] - table["right"]).abs() * table["n"]
    by_label = pd.Series(is_right.astype(float)).groupby(codes).mean()
    return {
        "cross_validated_accuracy_": float(is_right.mean()),
        "accuracy_low_": float(low),
        "accuracy_high_": float(high),
        "balanced_accuracy_": float(by_label.mean()),
        "majority_share_": float(np.bincount(codes).max() / len(codes)),
        "calibration_error_": float(gap.sum() / len(codes)),
        "reliability_": table,
        "declined_share_": float(1 - judged.mean()),
        "judged_accuracy_": float(is_right[judged].mean()) if judged.any() else float("nan"),
    }
