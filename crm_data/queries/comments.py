"""What customers wrote, as judged: counted, searched, read. Scoped by the customer's owner.

Counts read ``comment_scores`` alone; words of a page of comments are joined by their number.
"""

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
from crm_data.queries.customer_search import contains
from crm_data.queries.retention_candidates import asked_for
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart, table

# What comments are filtered by, and the column of each.
COMMENT_FIELDS: dict[str, str] = {
    "origin": "origin", "language": "language", "region": "region", "channel": "channel",
    "ticket_category": "ticket_category", "product_category": "product_category",
    "sentiment": "sentiment", "survey_kind": "kind", "owner_id": "owner_id",
}  # fmt: skip
COMMENT_COUNTS = FrameSpec(
    "comment_counts",
    "one row per period, sentiment and set of topics",
    ("period", "sentiment", "topics"),
    columns_of("period:day sentiment:text topics:count comments:count"),
)
COMMENT_SCORED = FrameSpec(
    "comment_scored",
    "one row per set of topics, kind, scale and score of comments that came with a possible one",
    ("topics", "kind", "scale", "score"),
    columns_of("topics:count kind:text scale:count score:number comments:count"),
)
COMMENTS = FrameSpec(
    "comments",
    "one row per comment, the latest first",
    ("comment_no",),
    columns_of(
        "comment_no:count written_on:day origin:text origin_id:text customer_id:text "
        "ticket_id:text channel:text kind:text score:number scale:count sentiment:text "
        "positive:share main_topic:count fit:number comment:text"
    ),
)
COMMENT_OPTIONS = FrameSpec(
    "comment_options", "one row per field and value", ("field", "value"),
    columns_of("field:text value:text comments:count"),
)  # fmt: skip
TOPICS = FrameSpec(
    "topics_of_comments", "one row per topic", ("topic_no",),
    columns_of("topic_no:count language:text name:text terms:json comments:count again:share"),
)  # fmt: skip
_DAYS = FrameSpec("comment_days", "one row", (), columns_of("first_on:day last_on:day"))
_TOTAL = FrameSpec("comments_total", "one row", (), columns_of("comments:count"))
NAMES = FrameSpec(
    "names_in_comments", "one row per customer and name of it or of a contact", (),
    columns_of("customer_id:text name:text is_person:flag"),
)  # fmt: skip
_OFFERED = tuple(name for name in COMMENT_FIELDS if name != "owner_id")


@dataclass(frozen=True)
class CommentCut:
    """Which comments: written in [start, end), with these values of ``COMMENT_FIELDS``.

    ``among`` is a saved segment that the customers are in, as JSON; ``topic`` a topic that they
    are about; ``words`` what has to be in them (``analytics.text_prepare.search_terms``).
    """

    start: date | None = None
    end: date | None = None
    where: Where = ()
    among: str = ""
    topic: int | None = None
    words: tuple[str, ...] = ()


def comment_counts(
    conn: Connection, cut: CommentCut, *, scope: AccessScope, unit: Unit | None = None
) -> pd.DataFrame:
    """Return comments counted alike ones together: ``COMMENT_COUNTS``.

    ``period`` is missing without a unit; with one, comments without a day are left out.
    """
    found = mart("comment_scores")
    period = bucket_start(found.c.written_on, unit) if unit else sa.cast(sa.null(), sa.Date())
    parts = [period.label("period"), found.c.sentiment, found.c.topics]
    dated = [found.c.written_on.is_not(None)] if unit else []
    statement = (
        select(*parts, func.count().label("comments"))
        .where(*dated, *_kept(found, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, COMMENT_COUNTS)


def comment_scored(conn: Connection, cut: CommentCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the scores that comments came with: ``COMMENT_SCORED``."""
    found = mart("comment_scores")
    parts = [found.c[name] for name in COMMENT_SCORED.key]
    statement = (
        select(*parts, func.count().label("comments"))
        .where(found.c.score.is_not(None), *_kept(found, cut, scope))
        .group_by(*parts)
        .order_by(*parts)
    )
    return read_frame(conn, statement, COMMENT_SCORED)


def comments_count(conn: Connection, cut: CommentCut, *, scope: AccessScope) -> int:
    """Return how many comments ``comments`` has without a limit."""
    found = mart("comment_scores")
    statement = (
        select(func.count().label("comments")).select_from(found).where(*_kept(found, cut, scope))
    )
    return int(read_frame(conn, statement, _TOTAL)["comments"].iloc[0])


def comments(
    conn: Connection, cut: CommentCut, *, scope: AccessScope, limit: int, offset: int = 0,
    by_fit: bool = False,
) -> pd.DataFrame:  # fmt: skip
    """Return comments with their words as written: ``COMMENTS``, the latest first.

    Parameters
    ----------
    by_fit : bool
        Those that are mainly about the topic of the cut, the most about it first.
    """
    found, facts = mart("comment_scores"), mart("comment_facts")
    order: list[Any] = [found.c.comment_no.desc()]
    conditions = _kept(found, cut, scope)
    if by_fit:
        order = [found.c.fit.desc(), *order]
        conditions.append(found.c.main_topic == cut.topic)
    page = (
        select(found.c.comment_no)
        .where(*conditions).order_by(*order).limit(limit).offset(offset)
    )  # fmt: skip
    numbers = [int(number) for number in conn.scalars(page)]
    of_scores = ("sentiment", "positive", "main_topic", "fit")
    columns = [(found if n in of_scores else facts).c[n] for n in COMMENTS.column_names]
    statement = (
        select(*columns)
        .select_from(found.join(facts, facts.c.comment_no == found.c.comment_no))
        .where(found.c.comment_no.in_(_told(numbers, page)),
               facts.c.comment_no.in_(_told(numbers, page)))
        .order_by(*order)
    )  # fmt: skip
    return read_frame(conn, statement, COMMENTS)


def comment_options(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the values of what comments are filtered by: ``COMMENT_OPTIONS``."""
    found = mart("comment_scores")
    columns = [found.c[COMMENT_FIELDS[name]] for name in _OFFERED]
    cells = (
        select(*columns, func.count().label("comments"))
        .where(visible_to(scope, found.c.owner_id))
        .group_by(*columns)
        .cte("cells")
    )
    parts = [
        select(
            sa.literal(name, sa.Text()).label("field"),
            cells.c[COMMENT_FIELDS[name]].label("value"),
            func.sum(cells.c.comments).label("comments"),
        ).group_by(cells.c[COMMENT_FIELDS[name]])
        for name in _OFFERED
    ]
    every = sa.union_all(*parts).subquery("every")
    return read_frame(
        conn, select(every).order_by(every.c.field, every.c.value.nulls_last()), COMMENT_OPTIONS
    )


def comment_days(conn: Connection, *, scope: AccessScope) -> tuple[date | None, date | None]:
    """Return the first and last day with a comment that may be seen."""
    found = mart("comment_scores")
    days = func.min(found.c.written_on), func.max(found.c.written_on)
    statement = select(days[0].label("first_on"), days[1].label("last_on")).where(
        visible_to(scope, found.c.owner_id)
    )
    row = read_frame(conn, statement, _DAYS).iloc[0]
    first, last = (
        None if pd.isna(day) else day.date() for day in (row["first_on"], row["last_on"])
    )
    return first, last


def topics_of_comments(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the topics: ``TOPICS``. Their terms are of all comments, whoever asks."""
    found = mart("comment_topics")
    statement = select(*(found.c[n] for n in TOPICS.column_names)).order_by(found.c.topic_no)
    if scope.is_nothing:
        statement = statement.where(sa.false())
    return read_frame(conn, statement, TOPICS)


def names_of(conn: Connection, customer_ids: list[str], *, scope: AccessScope) -> pd.DataFrame:
    """Return the names of customers and of their contacts, to be hidden in texts: ``NAMES``."""
    people, contacts, facts = table("customers"), table("contacts"), mart("customer_facts")
    seen = select(facts.c.customer_id).where(
        facts.c.customer_id.in_(asked_for(customer_ids)), visible_to(scope, facts.c.owner_id)
    )
    is_person = func.coalesce(people.c.kind, "person") == "person"
    both = sa.union_all(
        *(
            select(of.c.customer_id, of.c.name, person.label("is_person"))
            .where(of.c.customer_id.in_(seen), of.c.name.is_not(None))
            for of, person in ((people, is_person), (contacts, sa.true()))
        )
    ).subquery("both")  # fmt: skip
    return read_frame(conn, select(*both.c), NAMES)


def _told(numbers: list[int], page: sa.Select[Any]) -> Any:
    """Return the numbers of a page; of a long one (a file) the question."""
    return numbers if len(numbers) <= 500 else select(page.subquery("page").c.comment_no)


def _kept(found: sa.Table, cut: CommentCut, scope: AccessScope) -> list[ColumnElement[Any]]:
    conditions: list[ColumnElement[Any]] = [visible_to(scope, found.c.owner_id)]
    conditions += [] if cut.start is None else [found.c.written_on >= cut.start]
    conditions += [] if cut.end is None else [found.c.written_on < cut.end]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        if name not in COMMENT_FIELDS:
            raise UsageError(
                "unknown_comment_field",
                f"Comments have no field '{name}'. Fields are: {', '.join(COMMENT_FIELDS)}.",
                field=name,
                fields=", ".join(COMMENT_FIELDS),
            )
        conditions.append(passes(found.c[COMMENT_FIELDS[name]], given, values))
    if cut.among:
        conditions.append(in_segment(found.c.customer_no, cut.among))
    if cut.topic is not None:
        conditions.append(found.c.topics.bitwise_and(1 << cut.topic) != 0)
    conditions += [contains(found.c.folded, word) for word in cut.words]
    return conditions
