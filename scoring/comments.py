"""The step ``comments``: what customers write judged, sorted into topics, made searchable."""

import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.comment_judge import judge_comments
from analytics.comment_topics import comment_topics
from analytics.satisfaction_scales import KINDS
from analytics.sentiment import labels_of_scores
from analytics.text_mask import names_by_key
from analytics.text_prepare import searchable
from crm_data.marts.score_inputs_comments import (
    COMMENT_NAMES,
    COMMENT_NAMES_SQL,
    COMMENT_TEXTS,
    COMMENT_TEXTS_SQL,
)
from crm_data.score_store import ScoreStore
from scoring.step import Scores

CARD = "comments"
_SEED = 20_240_507


def step(store: ScoreStore, _customers: pd.DataFrame, _as_of: date) -> Scores:
    """Return rows of ``comment_scores`` and ``comment_topics`` and the card ``comments``.

    Nothing without a comment. The judge learns from the comments whose answers have a score, the
    best against the worst; every other comment is only judged. Topics show words to viewers who
    may not see each comment: of texts with personal data masked, said by several customers.
    """
    read = store.frame(COMMENT_TEXTS_SQL, COMMENT_TEXTS)
    if read.empty:
        return Scores()
    texts = read["comment"].tolist()
    judged = judge_comments(texts, _labels(read), seed=_SEED)
    known = store.frame(COMMENT_NAMES_SQL, COMMENT_NAMES)
    found = comment_topics(
        texts, judged.comments["language"], seed=_SEED,
        customers=[None if pd.isna(one) else int(one) for one in read["customer_no"]],
        names=names_by_key(
            zip(known["customer_no"].astype(int), known["name"], known["is_person"], strict=True)
        ),
    )  # fmt: skip
    folded = {text: searchable(text) for text in set(texts)}
    scores = pd.concat(
        [read.drop(columns="comment"), judged.comments, found.comments], axis=1
    ).assign(folded=[folded[text] for text in texts])
    terms = found.topics["terms"].map(lambda one: json.dumps(one, ensure_ascii=False))
    card = {
        "comments": len(read),
        "origins": {name: int(n) for name, n in read["origin"].value_counts().sort_index().items()},
        "languages": judged.cards,
        "topics": len(found.topics),
        "topics_read": found.read,
        "no_topic": float((found.comments["topics"] == 0).mean()),
    }
    tables = {"comment_scores": scores, "comment_topics": found.topics.assign(terms=terms)}
    return Scores(tables=tables, cards={CARD: card})


def _labels(read: pd.DataFrame) -> Any:
    """Return ``positive``, ``negative`` or None by the score that came with each comment."""
    labels = np.full(len(read), None, dtype=object)
    score = read["score"].astype("float64")
    for kind in KINDS:
        of_kind = read["kind"] == kind
        for scale in read.loc[of_kind, "scale"].dropna().unique():
            mine = (of_kind & (read["scale"] == scale)).to_numpy(dtype=bool)
            labels[mine] = labels_of_scores(score[mine], kind, int(scale))
    return labels
