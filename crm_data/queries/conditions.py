"""WHERE of a question: its period, segment and filters, and the expression a dimension cuts by."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from crm_data.queries.cut import Filter
from crm_data.queries.dimensions import Dimension
from crm_data.queries.question import Question
from crm_data.segments import in_segment
from crm_data.sql import bucket_start, json_text


def in_period(q: Question, day: ColumnElement[date]) -> list[ColumnElement[bool]]:
    """An order without a day is in no period, not even in an open one."""
    conditions: list[ColumnElement[bool]] = [day.is_not(None)]
    if q.start is not None:
        conditions.append(day >= q.start)
    if q.end is not None:
        conditions.append(day < q.end)
    return conditions


def among(q: Question, customer_no: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """Return the condition that a customer is in the segment of the question, if it has one."""
    return [in_segment(customer_no, q.among)] if q.among else []


def cut_by(d: Dimension, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what rows are grouped by, or compared: the column, its calendar unit, its key."""
    if d.key is not None:
        return json_text(column, d.key)
    return bucket_start(column, d.unit) if d.unit else column


def condition(asked: Filter, value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a row passes a filter; missing is a value like any other."""
    wanted = [asked.dimension.value(v) for v in asked.values if v is not None]
    among = value.not_in(wanted) if asked.is_negated else value.in_(wanted)
    if asked.keeps_missing:
        return or_(among, value.is_(None))
    return and_(among, value.is_not(None))
