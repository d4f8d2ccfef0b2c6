"""Sums that the build has already made: FROM and WHERE over the daily marts and customer months."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from crm_data.queries.conditions import among, condition, cut_by, in_period
from crm_data.queries.dimensions import Dimension
from crm_data.queries.question import Question
from crm_data.scope import visible_to
from crm_data.tables import mart

IN_DAILY_SALES = {
    ("orders", "ordered_on"): "ordered_on",
    ("orders", "channel"): "channel",
    ("customers", "region"): "region",
    ("customers", "country"): "country",
    ("customers", "source"): "source",
}
IN_CUSTOMER_MONTHS = {
    ("orders", "customer_id"): "customer_id",
    ("customers", "customer_id"): "customer_id",
    ("order_facts", "owner_id"): "owner_id",
    ("customers", "region"): "region",
    ("customers", "country"): "country",
    ("customers", "source"): "source",
}
IN_DAILY_CATEGORY_SALES = {**IN_DAILY_SALES, ("products", "category"): "category"}


def daily(
    q: Question, name: str, known: dict[tuple[str, str], str], measures: Mapping[str, str]
) -> Select[Any]:
    """Return rows of a daily mart narrowed to the period and filters.

    Columns: ``dim_0`` …, then ``measures``, a name and the mart's column that holds it.
    """
    source = mart(name)

    def value(d: Dimension) -> ColumnElement[Any]:
        return cut_by(d, source.c[known[d.table, d.column]])

    chosen = [value(d).label(label) for d, label in zip(q.by, q.labels(), strict=True)]
    conditions = [condition(f, value(f.dimension)) for f in q.filters]
    sums = [source.c[column].label(measure) for measure, column in measures.items()]
    return select(*chosen, *sums).where(*in_period(q, source.c.ordered_on), *conditions)


def customer_months(q: Question) -> Select[Any]:
    """Return one row per customer and month of the period: ``dim_0`` …"""
    source = mart("customer_months")

    def value(d: Dimension) -> ColumnElement[Any]:
        return source.c["month_on" if d.is_order_day else IN_CUSTOMER_MONTHS[d.table, d.column]]

    chosen = [value(d).label(label) for d, label in zip(q.by, q.labels(), strict=True)]
    conditions = [condition(f, value(f.dimension)) for f in q.filters]
    seen = visible_to(q.scope, source.c.owner_id)
    of_segment = among(q, source.c.customer_no)
    return select(*chosen).where(seen, *in_period(q, source.c.month_on), *of_segment, *conditions)
