"""``analyze comments``: sentiment and what it is worth, topics, quotes, calls to detractors."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import pandas as pd
import typer
from sqlalchemy import Connection

from analytics.callbacks import called_back, outcomes
from analytics.comment_measures import (
    negative_trend,
    points_of,
    sentiments,
    topic_changes,
    topic_table,
)
from analytics.satisfaction_groups import unfinished_month
from analytics.satisfaction_scales import KINDS, Kind
from analytics.text_prepare import search_terms
from cli.analyze import analyze_app
from cli.app import print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.conditions import conditions
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.queries import comments as query
from crm_data.queries import detractors
from crm_data.queries.comments import CommentCut
from crm_data.queries.model_cards import comment_terms
from crm_data.queries.surveys import AnswerCut
from crm_data.scope import EVERYTHING
from crm_data.task_codes import OUTCOMES
from ui.comment_words import masked_column, with_call_day, writers
from ui.frames import records

_SHOWN = ("written_on", "origin", "customer_id", "score", "sentiment", "comment")
_OF_ANSWERS = ("region", "channel", "ticket_category")


@analyze_app.command("comments")
def comments_command(
    search: Annotated[str, typer.Option(help="Words that must be in a comment.")] = "",
    topic: Annotated[int | None, typer.Option(help="Number of a topic.", min=0, max=62)] = None,
    within: Annotated[int, typer.Option(help="Days to call detractors back.", min=0)] = 3,
    limit: Annotated[int, typer.Option(help="So many comments, the latest.", min=0)] = 20,
    start: Start = None,
    end: End = None,
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Print how comments are judged, topics, months, comments (masked) and calls."""
    cut = CommentCut(
        day(start, "--start"), day(end, "--end"), conditions(where), among(segment), topic,
        tuple(search_terms(search)),
    )  # fmt: skip
    with published() as (connection, version):
        counts = query.comment_counts(connection, cut, scope=EVERYTHING)
        if counts.empty:
            print_error("There is no such comment. Import some, run refresh, or ask for more.")
            raise typer.Exit(1)
        document = {
            "version": version,
            "judges": (comment_terms(connection, scope=EVERYTHING) or {}).get("languages"),
            **asdict(sentiments(counts)),
            "months": _months(connection, cut),
            "topics": _topics(connection, cut),
            "comments": _comments(connection, cut, limit),
            "calls": _calls(connection, cut, within),
        }
    if as_json:
        print_json(document)
        return
    _print(document)


def _months(connection: Connection, cut: CommentCut) -> list[dict[str, Any]]:
    counts = query.comment_counts(connection, cut, scope=EVERYTHING, unit="month")
    _, last = query.comment_days(connection, scope=EVERYTHING)
    return records(negative_trend(counts, unfinished=unfinished_month(last)).periods)


def _topics(connection: Connection, cut: CommentCut) -> list[dict[str, Any]]:
    """Return the topics with the score that most comments came with."""
    every = replace(cut, topic=None)
    known = query.topics_of_comments(connection, scope=EVERYTHING)
    counts = query.comment_counts(connection, every, scope=EVERYTHING)
    scored = query.comment_scored(connection, every, scope=EVERYTHING)
    kind, scale = _commonest(scored)
    table = topic_table(counts, points_of(scored, kind, scale), known, kind)
    ever = query.comment_counts(
        connection, replace(every, start=None, end=None), scope=EVERYTHING, unit="month"
    )
    _, last = query.comment_days(connection, scope=EVERYTHING)
    if last is not None:
        month = pd.Timestamp(last).replace(day=1)
        done = month if unfinished_month(last) is None else month - pd.DateOffset(months=1)
        table = table.merge(topic_changes(ever, known, last=done), on="topic_no")
    names = known[["topic_no", "language", "name", "terms", "again"]]
    return records(table.merge(names, on="topic_no").assign(kind=kind, scale=scale))


def _commonest(scored: pd.DataFrame) -> tuple[Kind, int]:
    if scored.empty:
        return "csat", 5
    sizes = scored.groupby(["kind", "scale"])["comments"].sum().reset_index()
    row = sizes.iloc[int(sizes["comments"].to_numpy().argmax())]
    return next(one for one in KINDS if one == row["kind"]), int(row["scale"])


def _comments(connection: Connection, cut: CommentCut, limit: int) -> list[dict[str, Any]]:
    found = query.comments(connection, cut, scope=EVERYTHING, limit=limit)
    known = query.names_of(connection, writers(found), scope=EVERYTHING)
    return records(found.assign(comment=masked_column(found, known)))


def _calls(connection: Connection, cut: CommentCut, within: int) -> dict[str, Any]:
    where = tuple((name, kept) for name, kept in cut.where if name in _OF_ANSWERS)
    where += tuple(("kind", kept) for name, kept in cut.where if name == "survey_kind")
    answers = AnswerCut(cut.start, cut.end, where, cut.among)
    held = settings()
    calls = with_call_day(
        detractors.callbacks(held, connection, answers, scope=EVERYTHING), held.timezone
    )
    days = detractors.detractor_days(connection, answers, scope=EVERYTHING)
    today = datetime.now(UTC).astimezone(ZoneInfo(held.timezone)).date()
    of = called_back(days, calls, within=within, today=today)
    return {
        "within": within, **asdict(of), "outcomes": records(outcomes(calls, OUTCOMES["detractor"])),
    }  # fmt: skip


def _print(document: dict[str, Any]) -> None:
    columns = ("language", "verdict", "comments", "learned", "accuracy", "low", "high", "balanced",
               "majority", "calibration_error", "declined")  # fmt: skip
    judges = [{"language": name, **one} for name, one in (document["judges"] or {}).items()]
    print_table(columns, [[one.get(name) for name in columns] for one in judges])
    print_line(
        f"{document['n']} comments: {document['positive']} positive, {document['negative']} "
        f"negative, {document['declined']} not judged"
    )
    named = ("topic_no", "name", "n", "share", "negative_share", "score", "score_low",
             "score_high", "verdict")  # fmt: skip
    print_table(named, [[one.get(name) for name in named] for one in document["topics"]])
    print_table(_SHOWN, [[one[name] for name in _SHOWN] for one in document["comments"]])
    calls = document["calls"]
    print_line(
        f"called back within {calls['within']} days: {calls['in_time']} of {calls['due']}; "
        f"{calls['running']} still have time"
    )
    print_line(f"95 % intervals; personal data masked; version {document['version']}")
