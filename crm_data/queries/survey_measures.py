"""Answers and questions counted by group, in the database: what metrics of surveys are made of."""

import pandas as pd
from sqlalchemy import Connection, func, select

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import groups_of
from crm_data.queries.measured_groups import read_groups
from crm_data.queries.surveys import AnswerCut, kept_answers, kept_questions
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

SURVEY_DAYS = FrameSpec(
    "survey_days",
    "one row per day sent, kind, owner and region with a delivered question",
    ("sent_on", "kind", "owner_id", "region"),
    columns_of(
        "sent_on:day kind:text owner_id:text region:text sent:count delivered:count answered:count"
    ),
)
_TOTAL = FrameSpec("survey_days_total", "one row", (), columns_of("days:count"))


def scores_by_group(
    conn: Connection, answers: AnswerCut, cut: Cut, *, kind: str, scope: AccessScope
) -> pd.DataFrame:
    """Return ``scale``, ``score`` and ``answers``, alike ones together, with their groups.

    Parameters
    ----------
    answers : AnswerCut
        Which answers.
    cut : Cut
        Its ``by`` are the groups.
    kind : str
        ``nps``, ``csat`` or ``ces``.
    """
    facts = mart("survey_facts")
    groups = groups_of(cut, facts)
    keys = [*groups.values(), facts.c.scale, facts.c.score]
    statement = (
        select(*keys, func.count().label("answers"))
        .where(facts.c.kind == kind, facts.c.answered_on.is_not(None),
               *kept_answers(facts, answers, scope))
        .group_by(*keys)
        .order_by(*(key.nulls_last() for key in keys))
    )  # fmt: skip
    columns = [Column("scale", "count"), Column("score", "number"), Column("answers", "count")]
    return read_groups(conn, statement, cut, "survey_measures", columns)


def questions_by_group(
    conn: Connection, answers: AnswerCut, cut: Cut, *, scope: AccessScope
) -> pd.DataFrame:
    """Return questions ``delivered`` and ``answered`` by group; without groups one row."""
    asked = mart("survey_invites")
    groups = groups_of(cut, asked)
    names = ("delivered", "answered")
    sums = [func.coalesce(func.sum(asked.c[name]), 0).label(name) for name in names]
    statement = (
        select(*groups.values(), *sums)
        .where(asked.c.sent_on.is_not(None), *kept_questions(asked, answers, scope))
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    return read_groups(
        conn, statement, cut, "survey_measures", [Column(name, "count") for name in names]
    )


def survey_days(
    conn: Connection, answers: AnswerCut, *, scope: AccessScope, limit: int
) -> pd.DataFrame:
    """Return delivered questions by day, kind, owner and region, the newest first."""
    asked = mart("survey_invites")
    statement = (
        select(*(asked.c[name] for name in SURVEY_DAYS.column_names))
        .where(asked.c.delivered > 0, *kept_questions(asked, answers, scope))
        .order_by(asked.c.sent_on.desc(), asked.c.kind, asked.c.owner_id, asked.c.region)
        .limit(limit)
    )
    return read_frame(conn, statement, SURVEY_DAYS)


def survey_days_count(conn: Connection, answers: AnswerCut, *, scope: AccessScope) -> int:
    """Return how many rows ``survey_days`` has without a limit."""
    asked = mart("survey_invites")
    kept = [asked.c.delivered > 0, *kept_questions(asked, answers, scope)]
    statement = select(func.count().label("days")).select_from(asked).where(*kept)
    return int(read_frame(conn, statement, _TOTAL)["days"].iloc[0])
