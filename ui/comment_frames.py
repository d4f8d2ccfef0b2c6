"""Frames behind the charts and tables of comments, in the viewer's words and numbers."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analytics.comment_measures import (
    negative_trend,
    points_of,
    topic_changes,
    topic_table,
)
from analytics.group_means import group_means
from analytics.satisfaction_groups import unfinished_month
from analytics.satisfaction_scales import KINDS, Kind
from analytics.satisfaction_trend import Trend
from analytics.stats import wilson_interval
from ui import comment_loaders as load
from ui.comment_figures import languages
from ui.comment_view import CommentView
from ui.context import PageContext
from ui.formats import is_missing
from ui.frames import records

_MOST_MONTHS = 36


def months(ctx: PageContext, view: CommentView) -> Trend:
    """Return the share of negative comments by month, of all times."""
    found = load.counts(ctx.settings, ctx.version, ctx.scope, view.of_all_times, "month")
    return negative_trend(found, unfinished=unfinished_month(view.last))


def trend_rows(ctx: PageContext, found: Trend) -> pd.DataFrame:
    """Return the newest months with ``label`` and ``hover``."""
    shown = found.periods.tail(_MOST_MONTHS).reset_index(drop=True)
    shown[["lower", "upper"]] = shown[["lower", "upper"]].clip(0, 1)
    f = ctx.formats
    hovers = []
    for row in records(shown):
        lines = [f"<b>{escape(f.month(row['period'].date()))}</b>", f.share(row["value"])]
        lines.append(ctx.t("comments.of_judged", n=f.count(row["n"])))
        if not is_missing(row["low"]):
            low, high = f.share(row["low"]), f.share(row["high"])
            lines.append(ctx.t("tile.interval_only", low=low, high=high))
        lines.append(ctx.t(f"code.answer_verdict.{row['verdict']}"))
        hovers.append("<br>".join(lines))
    labels = [f.month_short(day.date()) for day in shown["period"]]
    return shown.assign(label=labels, hover=hovers)


def trend_table(found: Trend) -> pd.DataFrame:
    """Return the months as a table and a file."""
    names = {
        "period": "comment_month_on", "n": "comments_judged", "value": "negative_share",
        "low": "negative_low", "high": "negative_high", "lower": "limit_lower",
        "upper": "limit_upper", "verdict": "answer_verdict",
    }  # fmt: skip
    return found.periods[list(names)].rename(columns=names)


def scales(scored: pd.DataFrame) -> list[str]:
    """Return the kinds of score with their scales, the commonest first: ``csat-5``."""
    counts = scored.groupby(["kind", "scale"])["comments"].sum().sort_values(ascending=False)
    return [f"{kind}-{int(scale)}" for kind, scale in counts.index if kind in KINDS]


def topics(ctx: PageContext, view: CommentView, scale: str) -> pd.DataFrame:
    """Return the topics of the view with shares, score and change, the commonest first."""
    key = (ctx.settings, ctx.version, ctx.scope)
    counts = load.counts(*key, view.of_all_topics, None)
    given = load.scored(*key, view.of_all_topics)
    kind, _, top = scale.partition("-")
    if kind:
        table = topic_table(
            counts, points_of(given, _kind(kind), int(top)), view.topics, _kind(kind)
        )
    else:
        table = topic_table(counts, given.assign(value=np.nan), view.topics)
    ever = load.counts(*key, _ever(view), "month")
    month = pd.Timestamp(view.last).replace(day=1)
    last = month if unfinished_month(view.last) is None else month - pd.DateOffset(months=1)
    changes = topic_changes(ever, view.topics, last=last)
    found = table.merge(changes, on="topic_no")
    return found.merge(view.topics.drop(columns="comments"), on="topic_no")


def topic_words(ctx: PageContext, scale: str, found: pd.DataFrame) -> pd.DataFrame:
    """Return the topics as a table: shares in words, months as a line."""
    f = ctx.formats
    kind = scale.partition("-")[0]

    def score(value: Any) -> str:
        return f.share(value) if kind == "csat" else f.number(value, 1 if kind == "nps" else 2)

    def span(value: Any, low: Any, high: Any, write: Any) -> str:
        if is_missing(value):
            return ""
        inside = "" if is_missing(low) else f" ({write(low)} – {write(high)})"
        return f"{write(value)}{inside}"

    rows = records(found)
    return pd.DataFrame(
        {
            "topic_name": found["name"],
            "comments_about": found["n"],
            "share_about": found["share"].map(f.share),
            "negative_interval": [
                span(row["negative_share"], row["negative_low"], row["negative_high"], f.share)
                for row in rows
            ],
            "topic_score_interval": [
                span(row["score"], row["score_low"], row["score_high"], score) for row in rows
            ],
            "topic_months": [
                [round(100 * one, 1) for one in row["months"] if not is_missing(one)]
                for row in rows
            ],
            "topic_change": found["verdict"],
        }
    )


def topic_file(found: pd.DataFrame) -> pd.DataFrame:
    """Return the topics as a file: numbers, no months."""
    names = {
        "name": "topic_name", "n": "comments_about", "share": "share_about",
        "judged": "comments_judged", "negative_share": "negative_share",
        "negative_low": "negative_low", "negative_high": "negative_high",
        "scored": "comments_scored", "score": "topic_score", "score_low": "topic_score_low",
        "score_high": "topic_score_high", "recent": "topic_recent", "before": "topic_before",
        "verdict": "topic_change", "again": "topic_again",
    }  # fmt: skip
    return found[list(names)].rename(columns=names)


def topic_bars(ctx: PageContext, found: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Return topics by share negative, the most negative first, and the share of all."""
    f = ctx.formats
    judged = found[found["judged"] > 0].reset_index(drop=True)
    sums = pd.DataFrame(
        {"group": judged["topic_no"], "n": judged["judged"], "total": judged["negative"],
         "total_sq": judged["negative"]}
    )  # fmt: skip
    means = group_means(sums)
    worse = {"above": "below", "below": "above"}  # a high share is bad
    standing = means.groups.set_index("group")["standing"]
    low, high = wilson_interval(judged["negative"], judged["judged"])
    rows = judged.assign(
        value=judged["negative_share"], low=low, high=high,
        standing=[worse.get(standing[no], "like_all") for no in judged["topic_no"]],
    ).sort_values("value", ascending=False, ignore_index=True)  # fmt: skip
    hovers = [
        f"<b>{escape(row['name'])}</b><br>{f.share(row['value'])} "
        f"({f.share(row['low'])} – {f.share(row['high'])})<br>"
        + ctx.t("comments.of_judged", n=f.count(row["judged"]))
        for row in records(rows)
    ]
    shown = rows.assign(name=[escape(name) for name in rows["name"]], hover=hovers)
    return shown, float(means.mean)


def judges(ctx: PageContext) -> pd.DataFrame:
    """Return what the judge of each language is worth, as a table and a file."""
    names = {
        "comments": "judge_comments", "positive": "judge_positive", "negative": "judge_negative",
        "learned": "judge_learned", "accuracy": "judge_accuracy", "low": "judge_low",
        "high": "judge_high", "balanced": "judge_balanced", "majority": "judge_majority",
        "declined_tested": "judge_declined", "judged_accuracy": "judge_judged",
        "calibration_error": "judge_calibration",
    }  # fmt: skip
    rows = [
        {"comment_language": name, "judge_verdict": one["verdict"]}
        | {column: one.get(of) for of, column in names.items()}
        for name, one in languages(ctx).items()
    ]
    return pd.DataFrame(rows)


def reliability(ctx: PageContext, language: str) -> pd.DataFrame:
    """Return the points of the calibration plot of a language."""
    f = ctx.formats
    rows = pd.DataFrame(languages(ctx)[language]["reliability"])
    low, high = wilson_interval((rows["right"] * rows["n"]).round(), rows["n"])
    hovers = [
        ctx.t("comments.bin_hover", n=f.count(row["n"]), said=f.share(row["said"]),
              right=f.share(row["right"]))
        for row in records(rows)
    ]  # fmt: skip
    return rows.rename(columns={"said": "predicted_rate", "right": "observed_rate"}).assign(
        low=low, high=high, hover=hovers
    )


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)


def _ever(view: CommentView) -> load.CommentCut:
    return load.CommentCut(None, None, view.cut.where, view.cut.among, None, view.cut.words)
