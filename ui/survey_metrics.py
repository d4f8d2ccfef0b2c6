"""Metrics of surveys: scores as the page Satisfaction counts them, and who answered."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pandas as pd

from analytics.metric_registry import Metric
from analytics.metrics import Window, completeness, evaluate
from analytics.metrics import compare as compared
from analytics.satisfaction import score_of
from analytics.satisfaction_scales import Kind, tally
from crm_data.errors import UsageError
from crm_data.queries.comments import names_of
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import version_facts
from crm_data.queries.survey_measures import (
    questions_by_group,
    scores_by_group,
    survey_days,
    survey_days_count,
)
from crm_data.queries.surveys import AnswerCut, answers, answers_count
from crm_data.scope import AccessScope
from crm_data.sql import Connection
from ui.base_metrics import Told
from ui.comment_words import masked_column, writers
from ui.deal_analyses import split
from ui.deal_asked import Asked
from ui.deal_metrics import told_frame
from ui.metric_bases import Compare, base_of, moved, where_of

SOURCES = ("surveys", "invitations")
_ONE = timedelta(days=1)


def survey_values(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    compare: Compare = None,
    as_of: date | None = None,
) -> Told:
    """Return a metric of surveys, by the day of the answer; the rate by the day of the question.

    Raises
    ------
    BadInputError
        The answers are on more than one scale.
    UsageError
        A field that answers do not have; ``question_cut``: questions of a segment, or as known on
        a past day.
    """
    asked = _asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    against = base_of(asked.cut, compare)
    now = _told(asked, metric)
    if against is None:
        return Told(now, asked.cut, asked.known)
    before = _told(asked.within(against.start, against.end), metric)
    earlier = moved(before, asked.cut, against.shift)
    return Told(compared(now, earlier, by=asked.cut.by), asked.cut, asked.known)


def survey_metric_rows(
    conn: Connection,
    *,
    scope: AccessScope,
    metric: Metric,
    cut: Cut,
    limit: int,
    as_of: date | None = None,
) -> tuple[int, pd.DataFrame]:
    """Return how many answers (of the rate: days of questions) are behind a metric, and the newest.

    Personal data in comments is masked, names of the writer among it.
    """
    asked = _asked_of(conn, scope=scope, metric=metric, cut=cut, as_of=as_of)
    given = _answers(asked)
    if metric.source == "invitations":
        return (
            survey_days_count(conn, given, scope=scope),
            survey_days(conn, given, scope=scope, limit=limit),
        )
    mine = replace(given, where=(*given.where, ("kind", (metric.name,))))
    found = answers(conn, mine, scope=scope, scored=True, limit=limit)
    return (
        answers_count(conn, mine, scope=scope, scored=True),
        found.assign(comment=masked_column(found, names_of(conn, writers(found), scope=scope))),
    )


def survey_days_known(conn: Connection) -> tuple[date | None, date | None]:
    """Return the first and last day with news of answers: a fact of the data, nobody's."""
    found = version_facts(conn)
    row = found[found["table_name"] == "survey_responses"]
    first, last = (
        next((day.date() for day in row[name] if not pd.isna(day)), None)
        for name in ("first_on", "watermark_on")
    )
    return first, last


def _asked_of(
    conn: Connection, *, scope: AccessScope, metric: Metric, cut: Cut, as_of: date | None
) -> Asked:
    cut = replace(cut, clock=metric.clock_column)
    _ = cut.dimensions, cut.filters
    if metric.source == "invitations" and (cut.among or as_of is not None):
        raise UsageError(
            "question_cut",
            "Of a question only its kind, its day, and the region and owner of the customer are "
            "kept, as they are now: no segment and no past day can be asked for.",
        )
    return Asked(conn, scope, cut, as_of, *survey_days_known(conn))


def _answers(asked: Asked) -> AnswerCut:
    cut, known = asked.cut, asked.known
    ends = [day for day in (cut.end, known and known + _ONE) if day is not None]
    return AnswerCut(cut.start, min(ends, default=None), where_of(cut), cut.among)


def _told(asked: Asked, metric: Metric) -> pd.DataFrame:
    until = asked.known + _ONE if asked.known else None
    window = Window(
        asked.cut.start, asked.cut.end, asked.first, until, clocks=(metric.date_column,)
    )
    by = asked.cut.by
    if metric.source == "invitations":
        found = questions_by_group(asked.conn, _answers(asked), asked.cut, scope=asked.scope)
        return evaluate(metric, found, by=by, window=window)
    kind = cast(Kind, metric.name)
    found = scores_by_group(asked.conn, _answers(asked), asked.cut, kind=kind, scope=asked.scope)
    values = told_frame(_scores(found, kind, by), asked.cut)
    return values.assign(is_complete=completeness(values, by, window))


def _scores(found: pd.DataFrame, kind: Kind, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return each group's score; whether scales are mixed is told of all answers together."""
    scale = found["scale"].astype("int64") if len(found) else None
    whole = tally(kind, found["score"], scale, counts=found["answers"])
    possible = found[found["score"].isin(whole.scores)]
    rows: list[dict[str, Any]] = []
    for members, part in split(possible, by):
        held = tally(kind, part["score"], whole.scale, counts=part["answers"])
        score, (n, total, _) = score_of(held), held.sums
        told = {"value": score.value, "low": score.low, "high": score.high, "n": score.n}
        parts = {"numerator": total / 100 if kind == "nps" else total, "denominator": n}
        rows.append({**members, **told, **parts, "is_complete": False})
    return rows
