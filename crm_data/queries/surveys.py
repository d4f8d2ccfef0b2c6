"""Answers to surveys, counted by score; who was asked; comments. Scoped by the customer's owner."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.calendar import Unit
from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import NOT, Where, passes
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart

ANSWER_FIELDS: tuple[str, ...] = (
    "kind", "region", "value_band", "tenure_band", "channel", "step", "agent_id", "team",
    "ticket_category", "ticket_channel", "owner_id",
)  # fmt: skip
QUESTION_FIELDS: tuple[str, ...] = ("kind", "region", "owner_id")
SURVEY_COUNTS = FrameSpec(
    "survey_counts",
    "one row per kind, scale, period, member and score",
    ("kind", "scale", "period", "member", "score"),
    columns_of("kind:text scale:count period:day member:text score:number answers:count"),
)
SURVEY_MARGINS = FrameSpec(
    "survey_margins",
    "one row per kind, scale, region, bands and possible score",
    ("kind", "scale", "region", "value_band", "tenure_band", "score"),
    columns_of(
        "kind:text scale:count region:text value_band:text tenure_band:text score:number "
        "answers:count"
    ),
)
SURVEY_ASKED = FrameSpec(
    "survey_asked", "one row per kind", ("kind",),
    columns_of("kind:text sent:count delivered:count answered:count"),
)  # fmt: skip
CUSTOMER_BASE = FrameSpec(
    "customer_base", "one row per region and bands",
    ("region", "value_band", "tenure_band"),
    columns_of("region:text value_band:text tenure_band:text customers:count"),
)  # fmt: skip
ANSWERS = FrameSpec(
    "answers",
    "one row per answer with a possible score, or a comment",
    ("response_no",),
    columns_of(
        "response_no:count customer_id:text kind:text score:number scale:count answered_on:day "
        "comment:text step:text agent_id:text is_complaint:flag response_minutes:count "
        "solve_minutes:count contacts:count reopenings:count"
    ),
)
ANSWER_OPTIONS = FrameSpec(
    "answer_options", "one row per field and value", ("field", "value"),
    columns_of("field:text value:text answers:count"),
)  # fmt: skip
_TOTAL = FrameSpec("answers_total", "one row", (), columns_of("answers:count"))
LATER_ORDERS = FrameSpec(
    "later_orders", "one row per customer who answered and day with a paid order",
    ("customer_id", "happened_on"), columns_of("customer_id:text happened_on:day"),
)  # fmt: skip


@dataclass(frozen=True)
class AnswerCut:
    """Which answers: given in [start, end), with these values of ``ANSWER_FIELDS``.

    ``among`` is a saved segment that the customers are in, as JSON; empty for all.
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    among: str = ""


def survey_counts(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, unit: Unit | None = None, by: str = ""
) -> pd.DataFrame:
    """Return how many gave each score, possible or not: ``SURVEY_COUNTS``.

    Parameters
    ----------
    unit : str, optional
        Calendar unit of ``period``; missing without one. Answers without a day are then left out.
    by : str
        One of ``ANSWER_FIELDS``, or empty.
    """
    facts = mart("survey_facts")
    period = bucket_start(facts.c.answered_on, unit) if unit else sa.cast(sa.null(), sa.Date())
    if by:
        _known(by)
    member = facts.c[by] if by else sa.cast(sa.null(), sa.Text())
    parts = [facts.c.kind, facts.c.scale, period.label("period"), member.label("member"),
             facts.c.score]  # fmt: skip
    dated = [facts.c.answered_on.is_not(None)] if unit else []
    statement = (
        select(*parts, func.count().label("answers"))
        .where(*dated, *kept_answers(facts, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, SURVEY_COUNTS)


def survey_margins(conn: Connection, cut: AnswerCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return possible scores by what answers are weighted by: ``SURVEY_MARGINS``."""
    facts = mart("survey_facts")
    parts = [facts.c[name] for name in SURVEY_MARGINS.key]
    statement = (
        select(*parts, func.count().label("answers"))
        .where(facts.c.is_possible, facts.c.score.is_not(None), facts.c.customer_no.is_not(None),
               *kept_answers(facts, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )  # fmt: skip
    return read_frame(conn, statement, SURVEY_MARGINS)


def customer_base(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return all customers by region, value and tenure band: ``CUSTOMER_BASE``."""
    base = mart("survey_base")
    parts = [base.c[name] for name in CUSTOMER_BASE.key]
    statement = (
        select(*parts, func.sum(base.c.customers).label("customers"))
        .where(visible_to(scope, base.c.owner_id))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, CUSTOMER_BASE)


def survey_asked(conn: Connection, cut: AnswerCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return questions sent, delivered and answered, by kind: ``SURVEY_ASKED``.

    By the day they were sent. Of the filters only ``kind``, ``region`` and ``owner_id`` are known
    of a question; with any other there is no rate, and no row.
    """
    asked = mart("survey_invites")
    sums = [func.sum(asked.c[n]).label(n) for n in ("sent", "delivered", "answered")]
    statement = (
        select(asked.c.kind, *sums)
        .where(*kept_questions(asked, cut, scope))
        .group_by(asked.c.kind)
        .order_by(asked.c.kind)
    )
    return read_frame(conn, statement, SURVEY_ASKED)


def answers(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, contains: str = "",
    commented: bool = False, scored: bool = False, limit: int | None = None, offset: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """Return single answers, the latest first: ``ANSWERS``.

    Parameters
    ----------
    contains : str
        Only comments with this text in them, whatever its case.
    commented : bool
        Only answers with a comment.
    scored : bool
        Only answers with a score.
    limit : int, optional
        How many at the most.
    """
    facts = mart("survey_facts")
    conditions = [facts.c.is_possible, *kept_answers(facts, cut, scope)]
    conditions += [facts.c.score.is_not(None)] if scored else []
    if commented or contains:
        conditions.append(facts.c.comment.is_not(None))
    if contains:
        conditions.append(func.lower(facts.c.comment).contains(contains.lower(), autoescape=True))
    statement = (
        select(*(facts.c[name] for name in ANSWERS.column_names))
        .where(*conditions)
        .order_by(facts.c.response_no.desc())
        .limit(limit)
        .offset(offset)
    )
    return read_frame(conn, statement, ANSWERS)


def answers_count(
    conn: Connection, cut: AnswerCut, *, scope: AccessScope, scored: bool = False
) -> int:
    """Return how many answers ``answers`` has without a limit."""
    facts = mart("survey_facts")
    kept = [facts.c.is_possible, *kept_answers(facts, cut, scope)]
    kept += [facts.c.score.is_not(None)] if scored else []
    statement = select(func.count().label("answers")).select_from(facts).where(*kept)
    return int(read_frame(conn, statement, _TOTAL)["answers"].iloc[0])


def answer_options(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the values of what answers are filtered by: ``ANSWER_OPTIONS``."""
    facts = mart("survey_facts")
    parts = [
        select(
            sa.literal(name).label("field"), facts.c[name].label("value"),
            func.count().label("answers"),
        )
        .where(visible_to(scope, facts.c.owner_id))
        .group_by(facts.c[name])
        for name in ("kind", "region", "channel", "step", "agent_id", "team", "ticket_category")
    ]  # fmt: skip
    every = sa.union_all(*parts).subquery()
    statement = select(every).order_by(every.c.field, every.c.value)
    return read_frame(conn, statement, ANSWER_OPTIONS)


def later_orders(conn: Connection, cut: AnswerCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return days of paid orders of customers who answered: ``LATER_ORDERS``."""
    facts, orders = mart("survey_facts"), mart("order_facts")
    who = select(facts.c.customer_no).where(*kept_answers(facts, cut, scope))
    statement = (
        select(orders.c.customer_id, orders.c.ordered_on.label("happened_on"))
        .where(
            orders.c.customer_no.in_(who), orders.c.is_counted, orders.c.status != "returned",
            orders.c.ordered_on.is_not(None),
        )
        .distinct()
        .order_by(orders.c.customer_id, orders.c.ordered_on)
    )  # fmt: skip
    return read_frame(conn, statement, LATER_ORDERS)


def kept_answers(facts: sa.Table, cut: AnswerCut, scope: AccessScope) -> list[ColumnElement[Any]]:
    """Return the conditions of a cut on ``survey_facts``."""
    conditions: list[ColumnElement[Any]] = [visible_to(scope, facts.c.owner_id)]
    conditions += [] if cut.start is None else [facts.c.answered_on >= cut.start]
    conditions += [] if cut.end is None else [facts.c.answered_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        _known(name)
        conditions.append(passes(facts.c[name], given, values))
    if cut.among:
        conditions.append(in_segment(facts.c.customer_no, cut.among))
    return conditions


def kept_questions(asked: sa.Table, cut: AnswerCut, scope: AccessScope) -> list[ColumnElement[Any]]:
    """Return the conditions of a cut on ``survey_invites``: none passes what it does not have."""
    conditions: list[ColumnElement[Any]] = [visible_to(scope, asked.c.owner_id)]
    conditions += [] if cut.start is None else [asked.c.sent_on >= cut.start]
    conditions += [] if cut.end is None else [asked.c.sent_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        _known(name)
        has = name in QUESTION_FIELDS
        conditions.append(passes(asked.c[name], given, values) if has else sa.false())
    if cut.among:
        conditions.append(sa.false())
    return conditions


def _known(field: str) -> None:
    if field not in ANSWER_FIELDS:
        raise UsageError(
            "unknown_answer_field",
            f"Answers have no field '{field}'. Fields are: {', '.join(ANSWER_FIELDS)}.",
            field=field,
            fields=", ".join(ANSWER_FIELDS),
        )
