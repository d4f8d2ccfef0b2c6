"""Customers who gave one of the worst scores: to be called back, and who was."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.app_db import TaskRow, session
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.surveys import AnswerCut, kept_answers
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.sql import read_frame
from crm_data.tables import mart

DETRACTOR = "detractor"  # the code of their tasks
DETRACTORS = FrameSpec(
    "detractors",
    "one row per answer of a known customer with one of the worst scores, the latest first",
    ("response_id",),
    columns_of(
        "response_no:count response_id:text customer_id:text name:text owner_id:text kind:text "
        "score:number scale:count answered_on:day step:text comment:text"
    ),
)
DETRACTOR_DAYS = FrameSpec(
    "detractor_days",
    "one row per day with such an answer",
    ("answered_on",),
    columns_of("answered_on:day detractors:count"),
)
# outcome: one of crm_data.task_codes.OUTCOMES; missing where a call was ticked off without one.
CALLBACKS = FrameSpec(
    "callbacks",
    "one row per answer that a task to call back was made of, by its latest task",
    ("response_id",),
    columns_of(
        "response_id:text task_id:text status:text due_on:day done_at:instant outcome:text "
        "owner_id:text"
    ),
)
_IDS = FrameSpec(
    "detractor_ids", "one row per answer asked for", ("response_id",),
    columns_of("response_id:text answered_on:day"),
)  # fmt: skip
_TOTAL = FrameSpec("detractors_total", "one row", (), columns_of("detractors:count"))
_CHUNK = 500


def detractor_days(conn: Connection, cut: AnswerCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return how many gave one of the worst scores, by day: ``DETRACTOR_DAYS``."""
    facts = mart("survey_facts")
    statement = (
        select(facts.c.answered_on, func.count().label("detractors"))
        .where(*_worst(facts, cut, scope))
        .group_by(facts.c.answered_on)
        .order_by(facts.c.answered_on)
    )
    return read_frame(conn, statement, DETRACTOR_DAYS)


def detractors(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, limit: int, offset: int = 0,
    without: tuple[str, ...] = (),
) -> pd.DataFrame:  # fmt: skip
    """Return answers with one of the worst scores, comments as written: ``DETRACTORS``.

    ``without`` are answers to leave out: those called back, say.
    """
    facts, customers = mart("survey_facts"), mart("customer_facts")
    page = (
        select(facts.c.response_no)
        .where(*_worst(facts, cut, scope), *_not_of(facts, without))
        .order_by(facts.c.response_no.desc())
        .limit(limit)
        .offset(offset)
    )
    numbers: Any = page.subquery("page")
    kept = (
        [int(number) for number in conn.scalars(page)]
        if limit <= _CHUNK
        else select(numbers.c.response_no)
    )
    columns = [(customers if name == "name" else facts).c[name] for name in DETRACTORS.column_names]
    statement = (
        select(*columns)
        .select_from(facts.join(customers, customers.c.customer_no == facts.c.customer_no))
        .where(facts.c.response_no.in_(kept))
        .order_by(facts.c.response_no.desc())
    )
    return read_frame(conn, statement, DETRACTORS)


def detractors_count(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, without: tuple[str, ...] = ()
) -> int:
    """Return how many answers ``detractors`` has without a limit."""
    facts = mart("survey_facts")
    statement = (
        select(func.count().label("detractors"))
        .select_from(facts)
        .where(*_worst(facts, cut, scope), *_not_of(facts, without))
    )
    return int(read_frame(conn, statement, _TOTAL)["detractors"].iloc[0])


def callbacks(
    settings: Settings, conn: Connection, cut: AnswerCut, *, scope: AccessScope
) -> pd.DataFrame:
    """Return what was done about detractors of a cut: ``CALLBACKS`` with ``answered_on``.

    Whose task it was does not matter, whose customer it is does: a call by a colleague counts.
    """
    names = CALLBACKS.column_names
    statement = (
        sa.select(*(getattr(TaskRow, name) for name in names))
        .where(TaskRow.code == DETRACTOR, TaskRow.response_id.is_not(None),
               TaskRow.deleted_at.is_(None))
        .order_by(TaskRow.created_at, TaskRow.task_id)
    )  # fmt: skip
    with session(settings) as db:
        rows = db.connection().execute(statement).fetchall()
    held = CALLBACKS.conform(
        pd.DataFrame(list(rows), columns=names).drop_duplicates("response_id", keep="last")
    )
    seen = _answered(conn, cut, scope, held["response_id"].tolist())
    return held.merge(seen, on="response_id", how="inner")


def _answered(conn: Connection, cut: AnswerCut, scope: AccessScope, ids: list[str]) -> pd.DataFrame:
    facts = mart("survey_facts")
    found = [
        read_frame(
            conn,
            select(facts.c.response_id, facts.c.answered_on).where(
                facts.c.response_id.in_(ids[first : first + _CHUNK]), *_worst(facts, cut, scope)
            ),
            _IDS,
        )
        for first in range(0, max(len(ids), 1), _CHUNK)
    ]
    return pd.concat(found, ignore_index=True)


def _worst(facts: sa.Table, cut: AnswerCut, scope: AccessScope) -> list[ColumnElement[Any]]:
    """Return the conditions: possible scores of the worst class of ``satisfaction_scales``."""
    below = facts.c.score < (facts.c.scale + 1) / sa.literal(2.0)
    return [
        *kept_answers(facts, cut, scope),
        facts.c.is_possible,
        facts.c.customer_no.is_not(None),
        sa.case((facts.c.kind == "nps", facts.c.score <= 6), else_=below),
    ]


def _not_of(facts: sa.Table, without: tuple[str, ...]) -> list[ColumnElement[Any]]:
    return [facts.c.response_id.not_in(without)] if without else []
