"""What customers say: sentiment and topics of comments, and scores by topic."""

from typing import Any

import numpy as np
import pandas as pd

from analytics.group_means import GroupMeans, group_means
from analytics.satisfaction_scales import Kind, points
from analytics.sentiment import Sentiment, fit_sentiment, labels_of_scores
from analytics.stats import wilson_interval
from analytics.text_mask import masked
from analytics.topics import Topic, Topics, topics

__all__ = [
    "Sentiment",
    "Topic",
    "Topics",
    "fit_sentiment",
    "labels_of_scores",
    "masked",
    "topic_scores",
    "topic_trend",
    "topics",
]


def topic_scores(found: Topics, scores: Any, kind: Kind, scale: int) -> GroupMeans:
    """Return the score of those who speak of each topic, drawn toward all topics.

    Parameters
    ----------
    found : Topics
    scores : array of numbers, shape (texts,)
        Possible on the scale; missing ones are left out. Who speaks of two topics counts in both.
    kind, scale
        As in ``analytics.satisfaction_scales``.

    Returns
    -------
    GroupMeans
        ``group`` is the place of the topic.
    """
    given = pd.to_numeric(pd.Series(scores), errors="coerce").to_numpy(dtype="float64")
    is_there = ~np.isnan(given)
    value = np.where(is_there, points(kind, scale, np.nan_to_num(given)), 0.0)
    belongs = found.belongs & is_there[:, None]
    return group_means(
        pd.DataFrame(
            {
                "group": np.arange(len(found)),
                "n": belongs.sum(axis=0),
                "total": value @ belongs,
                "total_sq": value**2 @ belongs,
            }
        )
    )


def topic_trend(found: Topics, periods: Any) -> pd.DataFrame:
    """Return the share of texts about each topic by period.

    Parameters
    ----------
    found : Topics
    periods : array of sortable values, shape (texts,)
        Missing ones are left out.

    Returns
    -------
    DataFrame
        ``period``, ``topic`` (place), ``n``, ``texts`` (all of the period), ``share``, ``low``,
        ``high`` (Wilson).
    """
    belongs = pd.DataFrame(found.belongs).groupby(np.asarray(periods), dropna=True, sort=True)
    counts, texts = belongs.sum(), belongs.size()
    table = counts.rename_axis("period").reset_index().melt("period", None, "topic", "n")
    table["topic"] = table["topic"].astype("int64")
    table["texts"] = table["period"].map(texts)
    table["share"] = table["n"] / table["texts"]
    table["low"], table["high"] = wilson_interval(table["n"], table["texts"])
    return table.sort_values(["period", "topic"], kind="stable", ignore_index=True)
