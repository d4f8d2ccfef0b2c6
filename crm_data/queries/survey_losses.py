"""When customers who answered were there, and when they left, as the rules of churn say."""

from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.surveys import AnswerCut, kept_answers
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

LATER_SPANS = FrameSpec(
    "later_spans",
    "one row per customer who answered and time that they were there",
    ("customer_id", "began_on"),
    columns_of("customer_id:text began_on:day ended_on:day is_lost:flag"),
)


def contract_spans(conn: Connection, cut: AnswerCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return unbroken times under contract of customers who answered: ``LATER_SPANS``.

    ``ended_on`` is missing where one still runs.
    """
    spells = mart("contract_spells")
    who = _who(cut, scope)
    statement = (
        select(
            who.c.customer_id, spells.c.started_on.label("began_on"), spells.c.ended_on,
            spells.c.ended_on.is_not(None).label("is_lost"),
        )
        .join(who, who.c.customer_no == spells.c.customer_no)
        .where(*_since(spells.c.ended_on, cut.start))
        .order_by(who.c.customer_id, spells.c.started_on)
    )  # fmt: skip
    return read_frame(conn, statement, LATER_SPANS)


def silence_spans(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, days: int
) -> pd.DataFrame:
    """Return times from a paid order to the next of customers who answered: ``LATER_SPANS``.

    Where the next did not come within ``days``, the time ends on the day after them, lost.
    """
    pauses = mart("order_pauses")
    who = _who(cut, scope)
    is_lost = pauses.c.pause_days > days
    ended = sa.case((is_lost, pauses.c.from_on + days + 1), else_=pauses.c.until_on)
    statement = (
        select(
            who.c.customer_id, pauses.c.from_on.label("began_on"), ended.label("ended_on"),
            is_lost.label("is_lost"),
        )
        .join(who, who.c.customer_no == pauses.c.customer_no)
        .where(*_since(ended, cut.start))
        .order_by(who.c.customer_id, pauses.c.from_on)
    )  # fmt: skip
    return read_frame(conn, statement, LATER_SPANS)


def _who(cut: AnswerCut, scope: AccessScope) -> sa.Subquery:
    facts = mart("survey_facts")
    return (
        select(facts.c.customer_no, facts.c.customer_id)
        .where(facts.c.customer_no.is_not(None), *kept_answers(facts, cut, scope))
        .distinct()
        .subquery("who")
    )


def _since(ended: sa.ColumnElement[date], day: date | None) -> list[sa.ColumnElement[bool]]:
    """Return that a time was not over by a day."""
    return [] if day is None else [sa.or_(ended.is_(None), ended > day)]
