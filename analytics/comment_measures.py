"""Shares of comments: by sentiment, month and topic, from counts of alike ones together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.differences import share_difference
from analytics.multiplicity import adjusted
from analytics.satisfaction_scales import Kind, points
from analytics.satisfaction_trend import Trend, trend
from analytics.stats import Floats, mean_interval_from_sums, wilson_interval

RECENT, BEFORE = 3, 12  # complete months held against each other
LEAST = 20  # comments of a side below which a change cannot be told
_WEIGHTY, _LIGHT = 5, 1  # a share as a score of 1 to 5 with the top counted


@dataclass(frozen=True)
class Sentiments:
    """How many comments are judged how.

    Attributes
    ----------
    n, positive, negative, declined : int
    share, low, high : float
        Negative among the judged, with Wilson's interval; NaN where none is judged.
    """

    n: int
    positive: int
    negative: int
    declined: int
    share: float
    low: float
    high: float

    @property
    def judged(self) -> int:
        """Return how many were not declined."""
        return self.positive + self.negative


def sentiments(counts: pd.DataFrame) -> Sentiments:
    """Return how comments are judged.

    Parameters
    ----------
    counts : DataFrame
        ``sentiment``, ``comments``.
    """
    of = counts.groupby("sentiment")["comments"].sum()
    negative, positive = int(of.get("negative", 0)), int(of.get("positive", 0))
    judged = negative + positive
    share, low, high = np.nan, np.nan, np.nan
    if judged:
        share = negative / judged
        low, high = (float(side) for side in wilson_interval(negative, judged))
    declined = int(of.get("declined", 0))
    return Sentiments(judged + declined, positive, negative, declined, share, low, high)


def negative_trend(counts: pd.DataFrame, *, unfinished: object = None) -> Trend:
    """Return the share of negative comments among the judged, by period, with control limits.

    Parameters
    ----------
    counts : DataFrame
        ``period``, ``sentiment``, ``comments``.
    unfinished : optional
        Period in progress.
    """
    judged = counts[counts["sentiment"].isin(["negative", "positive"])]
    score = np.where(judged["sentiment"] == "negative", _WEIGHTY, _LIGHT)
    rows = pd.DataFrame({"period": judged["period"], "score": score, "answers": judged["comments"]})
    held = rows.groupby(["period", "score"])["answers"].sum().reset_index()
    return trend(held, "csat", _WEIGHTY, unfinished=unfinished)


def topic_table(
    counts: pd.DataFrame, scored: pd.DataFrame, topics: pd.DataFrame, kind: Kind | None = None
) -> pd.DataFrame:
    """Return the topics of a view, the commonest first.

    Parameters
    ----------
    counts : DataFrame
        ``sentiment``, ``topics`` (bit ``topic_no``), ``comments``.
    scored : DataFrame
        ``topics``, ``value`` (what the score counts for, of one kind and scale), ``comments``.
    topics : DataFrame
        ``topic_no``.
    kind : str, optional
        Of the score.

    Returns
    -------
    DataFrame
        ``topic_no``, ``n``, ``share`` (of all comments), ``judged``, ``negative``,
        ``negative_share`` with ``negative_low`` and ``negative_high`` (Wilson), ``scored``,
        ``score`` (mean of those who speak of it) with ``score_low`` and ``score_high`` (CSAT:
        Wilson; NPS and CES: Student, NPS kept within its bounds). Missing where nothing is known.
        Who speaks of two topics counts in both.
    """
    total = counts["comments"].sum()
    rows = []
    for number in topics["topic_no"]:
        mine = counts[_is_about(counts, number)]
        of = sentiments(mine)
        rows.append(
            {"topic_no": int(number), "n": of.n, "share": of.n / total if total else np.nan,
             "judged": of.judged, "negative": of.negative, "negative_share": of.share,
             "negative_low": of.low, "negative_high": of.high}
        )  # fmt: skip
    columns = ["topic_no", "n", "share", "judged", "negative", "negative_share", "negative_low",
               "negative_high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).merge(_scores(scored, topics, kind), on="topic_no")
    return table.sort_values(["n", "topic_no"], ascending=[False, True], ignore_index=True)


def points_of(scored: pd.DataFrame, kind: Kind, scale: int) -> pd.DataFrame:
    """Return the rows of a kind and scale with ``value``, what the score counts for."""
    mine = scored[(scored["kind"] == kind) & (scored["scale"] == scale)]
    return mine.assign(value=points(kind, scale, mine["score"].astype("float64")))


def topic_changes(months: pd.DataFrame, topics: pd.DataFrame, *, last: Any) -> pd.DataFrame:
    """Return whether topics come up more or less often than before.

    Parameters
    ----------
    months : DataFrame
        ``period`` (first day of a month), ``topics``, ``comments``.
    topics : DataFrame
        ``topic_no``.
    last : Timestamp
        First day of the last complete month.

    Returns
    -------
    DataFrame
        ``topic_no``, ``months`` (shares of the last ``BEFORE`` + ``RECENT`` complete months, NaN
        without a comment), ``recent`` and ``before`` (shares), ``verdict``: ``more`` or ``less``
        where the difference is beyond chance at 5 % (chi-squared, Benjamini and Hochberg over the
        topics), ``same``, or ``cannot_tell`` with fewer than ``LEAST`` comments on a side.
    """
    end = pd.Timestamp(last)
    named = pd.date_range(end=end, periods=BEFORE + RECENT, freq="MS")
    totals = months.groupby("period")["comments"].sum().reindex(named, fill_value=0)
    all_of = totals.to_numpy(dtype="float64")
    about = [
        months[_is_about(months, number)].groupby("period")["comments"].sum()
        .reindex(named, fill_value=0).to_numpy(dtype="float64")
        for number in topics["topic_no"]
    ]  # fmt: skip
    held = np.array(about).reshape(len(topics), len(named))
    x1, n1 = held[:, -RECENT:].sum(axis=1), all_of[-RECENT:].sum()
    x0, n0 = held[:, :-RECENT].sum(axis=1), all_of[:-RECENT].sum()
    verdict = np.full(len(topics), "cannot_tell", dtype=object)
    if len(topics) and min(n1, n0) >= LEAST:
        p_value = _p_values(x1, n1, x0, n0)
        more = x1 / n1 > x0 / n0
        verdict = np.select(
            [x1 + x0 == 0, p_value > 0.05, more], ["cannot_tell", "same", "more"], "less"
        ).astype(object)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = held / all_of
        return pd.DataFrame(
            {
                "topic_no": topics["topic_no"].to_numpy(),
                "months": [list(row) for row in shares],
                "recent": x1 / n1 if n1 else np.nan,
                "before": x0 / n0 if n0 else np.nan,
                "verdict": verdict,
            }
        )


def _p_values(x1: Floats, n1: float, x0: Floats, n0: float) -> Floats:
    found = share_difference(x1, np.full(len(x1), n1), x0, np.full(len(x0), n0))
    return adjusted(np.nan_to_num(found.p_value, nan=1.0))


def _scores(scored: pd.DataFrame, topics: pd.DataFrame, kind: Kind | None) -> pd.DataFrame:
    parts = []
    for number in topics["topic_no"]:
        mine = scored[_is_about(scored, number)]
        n, value = mine["comments"].astype("float64"), mine["value"].astype("float64")
        parts.append((int(number), n.sum(), (n * value).sum(), (n * value**2).sum()))
    sums = pd.DataFrame(parts, columns=["topic_no", "scored", "total", "total_sq"])
    n, total = sums["scored"].to_numpy(dtype="float64"), sums["total"].to_numpy(dtype="float64")
    if kind == "csat":
        low, high = wilson_interval(total, n)
    else:
        squares = sums["total_sq"].to_numpy(dtype="float64")
        low, high = mean_interval_from_sums(n, total, squares)
    if kind == "nps":
        low, high = np.clip(low, -100, 100), np.clip(high, -100, 100)
    mean = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return pd.DataFrame(
        {"topic_no": sums["topic_no"], "scored": sums["scored"].astype("int64"), "score": mean,
         "score_low": low, "score_high": high}
    )  # fmt: skip


def _is_about(frame: pd.DataFrame, topic_no: int) -> Any:
    return (frame["topics"].to_numpy(dtype=np.int64) >> int(topic_no)) & 1 == 1
