"""What did we sell, to how many? One frame per question, from the cheapest source that can tell."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, select

from crm_data.frames import Column, FrameSpec
from crm_data.queries import measures as m
from crm_data.queries import premade
from crm_data.queries.cut import Cut
from crm_data.queries.question import Question, question
from crm_data.queries.rows import rows_count, rows_frame
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import literal_sql, read_frame

__all__ = [
    "Cut",
    "measure_frame",
    "rows_count",
    "rows_frame",
    "statement_text",
    "version_facts",
]


@dataclass(frozen=True)
class Step:
    """One statement of a plan: its source, its measures, the SELECT."""

    source: str
    measures: tuple[str, ...]
    statement: Select[Any]


def measure_frame(
    conn: Connection, *, scope: AccessScope, measures: tuple[str, ...], cut: Cut
) -> pd.DataFrame:
    """Return measures of counted sales in ``cut``, one row per group.

    An order counts when it is paid or returned and has a day. Its value is its own amount, else
    the sum of its lines. Cut by a field of order lines or products, values are those of lines;
    what an order's own amount says beyond its lines is in the group where the field is missing, so
    groups always add up to the total (amounts, lines, units). An order counts in every group in
    which it has a line, so orders and customers do not add up over such groups.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see; applied in every statement.
    measures : tuple of str
        Keys of ``crm_data.queries.measures.MEASURES``. Amounts are in the company's currency,
        ``returned_amount`` is positive, ``…_sq`` are sums of squares over orders or, with
        ``customer_``, over customers. Customer measures leave out orders without a customer.
        ``new_customers`` are those whose first counted order ever lies in the group.
    cut : Cut
        Period, groups and filters.

    Returns
    -------
    DataFrame
        The names in ``cut.by``, then ``measures``; sorted by the groups, missing last. Without
        groups one row, of zeros when nothing was sold.

    Raises
    ------
    UsageError
        A measure, field or filter value that does not exist.
    """
    names = tuple(dict.fromkeys(measures))
    q = question(scope, cut)
    frames = [
        read_frame(conn, step.statement, _contract(q, step.measures)) for step in plan(q, names)
    ]
    spec = _contract(q, names)
    if not frames:
        frames = [spec.conform(pd.DataFrame(columns=spec.column_names))]
    frame = _joined(frames, q.labels(), names)
    frame = (
        frame.sort_values(q.labels(), na_position="last", ignore_index=True) if cut.by else frame
    )
    renamed = dict(zip(q.labels(), cut.by, strict=True))
    return spec.conform(frame).rename(columns=renamed)


def statement_text(
    conn: Connection, *, scope: AccessScope, measures: tuple[str, ...], cut: Cut
) -> str:
    """Return the SQL behind ``measure_frame`` with its values filled in, for reading only."""
    q = question(scope, cut)
    return literal_sql(conn, [step.statement for step in plan(q, measures)])


def plan(q: Question, names: tuple[str, ...]) -> list[Step]:
    """Share ``names`` out to sources, cheapest first."""
    m.require_known(names)
    left = list(names)
    steps = []
    for source, can_answer, build in _SOURCES:
        taken = tuple(name for name in left if can_answer(q, name))
        if source == "order_lines" and taken != tuple(left):
            continue  # the lines are needed by order anyway, and one pass is enough
        if taken:
            steps.append(Step(source, taken, build(q, taken)))
            left = [name for name in left if name not in taken]
    return steps


def _in_daily_sales(q: Question, name: str) -> bool:
    return m.daily_column(q, name) is not None and _is_held(q, premade.IN_DAILY_SALES)


def _in_daily_category_sales(q: Question, name: str) -> bool:
    if name not in m.IN_DAILY_CATEGORY_SALES or not _is_held(q, premade.IN_DAILY_CATEGORY_SALES):
        return False
    return name not in m.ORDERS_OF_CATEGORIES or q.has_one_category


def _in_customer_months(q: Question, name: str) -> bool:
    """Whether the question is who was active in each of some whole months."""
    months = [d for d in q.by if d.is_order_day]
    edges = [day for day in (q.start, q.end) if day is not None]
    return (
        name == "active_customers"
        and [d.unit for d in months] == ["month"]
        and all(day.day == 1 for day in edges)
        and all(
            d.key is None and (d.table, d.column) in premade.IN_CUSTOMER_MONTHS
            for d in q.dimensions
            if d not in months
        )
    )


def _is_held(q: Question, columns: dict[tuple[str, str], str]) -> bool:
    """Whether a daily mart has every dimension. It has no owners and no customers."""
    return (
        q.scope.is_everything
        and not q.among
        and all(d.key is None and (d.table, d.column) in columns for d in q.dimensions)
    )


def _of_one_category(q: Question, name: str) -> bool:
    """Whether each order has one row at most in a group, as it has in a single category."""
    return q.is_by_category and q.has_one_category and name in m.OF_ORDERS


def _of_lines(q: Question, name: str) -> bool:
    return q.is_by_line and name in m.OF_LINES


def _of_orders(q: Question, name: str) -> bool:
    return name in m.OF_ORDERS or m.by_previous_day(q, name)


def _daily_sales(q: Question, names: tuple[str, ...]) -> Select[Any]:
    columns = {name: m.daily_column(q, name) or name for name in names}
    return _summed(q, names, premade.daily(q, "daily_sales", premade.IN_DAILY_SALES, columns))


def _daily_category_sales(q: Question, names: tuple[str, ...]) -> Select[Any]:
    held = premade.IN_DAILY_CATEGORY_SALES
    columns = {name: name for name in names}
    return _summed(q, names, premade.daily(q, "daily_category_sales", held, columns))


def _summed(q: Question, names: tuple[str, ...], rows: Select[Any]) -> Select[Any]:
    part = rows.subquery("day")
    groups = [part.c[label] for label in q.labels()]
    return select(*groups, *(m.total(n, part.c[n]) for n in names)).group_by(*groups)


_SOURCES: tuple[
    tuple[
        str,
        Callable[[Question, str], bool],
        Callable[[Question, tuple[str, ...]], Select[Any]],
    ],
    ...,
] = (
    ("daily_sales", _in_daily_sales, _daily_sales),
    ("daily_category_sales", _in_daily_category_sales, _daily_category_sales),
    ("customer_months", _in_customer_months, m.month_measures),
    ("order_categories", _of_one_category, m.order_measures),
    ("order_lines", _of_lines, m.line_measures),
    ("order_facts", _of_orders, m.order_measures),
    ("customers", lambda _q, _name: True, m.customer_measures),
)


def _contract(q: Question, names: tuple[str, ...]) -> FrameSpec:
    groups = [Column(label, d.kind) for d, label in zip(q.by, q.labels(), strict=True)]
    values = [Column(name, m.MEASURES[name]) for name in names]
    return FrameSpec("measures", "one row per group", tuple(q.labels()), (*groups, *values))


def _joined(frames: list[pd.DataFrame], keys: list[str], names: tuple[str, ...]) -> pd.DataFrame:
    """Join frames of several sources on their groups; a group that a source lacks is 0 there."""
    if not keys:
        return pd.concat(frames, axis=1)
    frame = reduce(lambda left, right: left.merge(right, on=keys, how="outer"), frames)
    return frame.fillna(dict.fromkeys(names, 0))
