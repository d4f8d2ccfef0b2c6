"""Campaigns counted by group of a metric: sums of ``campaign_days``, and of whom they brought."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec, Kind, columns_of
from crm_data.queries.cohorts import passes
from crm_data.queries.cut import Cut
from crm_data.queries.deal_measures import groups_of
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table

MEASURES: dict[str, Kind] = {
    "campaigns": "count", "cost": "money", "net_amount": "money", "margin": "money",
    "new_customers": "count", "leads": "count", "reached": "count", "converted": "count",
    "responded": "count", "unsubscribed": "count", "uncosted_orders": "count",
}  # fmt: skip
NEW_MEASURES: dict[str, Kind] = {
    "brought": "count", "new_margin": "money", "days": "count", "valued": "count",
    "expected_value": "money",
}  # fmt: skip
KNOWN_DAYS = FrameSpec("known_days", "one row", (), columns_of("first_on:day last_on:day"))
CAMPAIGN_DAY_ROWS = FrameSpec(
    "campaign_day_rows",
    "one row per campaign and day with anything, newest first",
    ("campaign_id", "day_on"),
    columns_of(
        "campaign_id:text channel:text day_on:day cost:money reached:count responded:count "
        "converted:count unsubscribed:count leads:count orders:count net_amount:money "
        "margin:money new_customers:count"
    ),
)


def campaign_measures(
    conn: Connection, cut: Cut, *, until: date | None, scope: AccessScope
) -> pd.DataFrame:
    """Return the names in ``cut.by`` and ``MEASURES``; without groups one row.

    Costs are missing for who does not see everything: they belong to no owner. ``until`` is the
    first day that is not told.
    """
    days = mart("campaign_days")
    columns: dict[str, ColumnElement[Any]] = {
        name: func.coalesce(func.sum(days.c[name]), 0) for name in MEASURES if name != "campaigns"
    } | {"campaigns": func.count(sa.distinct(days.c.campaign_id))}
    if not scope.is_everything:
        columns["cost"] = sa.cast(sa.null(), sa.Double())
    kept = [visible_to(scope, days.c.owner_id), *_within(cut, days, days.c.day_on, until)]
    return _grouped(conn, cut, days, columns, MEASURES, kept)


def newcomer_measures(
    conn: Connection, cut: Cut, *, until: date | None, scope: AccessScope
) -> pd.DataFrame:
    """Return the names in ``cut.by`` and ``NEW_MEASURES``, by the day of the first paid order."""
    new, campaigns, scores = mart("campaign_newcomers"), table("campaigns"), mart("customer_scores")
    source = (
        select(
            new.c.campaign_id, campaigns.c.channel, new.c.first_on.label("day_on"),
            new.c.owner_id, new.c.margin.label("new_margin"), new.c.days,
            scores.c.expected_value,
        )
        .select_from(
            new.outerjoin(campaigns, campaigns.c.campaign_id == new.c.campaign_id).outerjoin(
                scores, scores.c.customer_no == new.c.customer_no
            )
        )
        .subquery("brought")
    )  # fmt: skip
    columns: dict[str, ColumnElement[Any]] = {
        "brought": func.count(),
        "new_margin": func.coalesce(func.sum(source.c.new_margin), 0),
        "days": func.coalesce(func.sum(source.c.days), 0),
        "valued": func.count(source.c.expected_value),
        "expected_value": func.coalesce(func.sum(source.c.expected_value), 0),
    }
    kept = [visible_to(scope, source.c.owner_id), *_within(cut, source, source.c.day_on, until)]
    return _grouped(conn, cut, source, columns, NEW_MEASURES, kept)


def campaign_known_days(conn: Connection) -> tuple[date | None, date | None]:
    """Return the first and last day with anything of any campaign: a fact of the data."""
    days = mart("campaign_days")
    statement = select(func.min(days.c.day_on).label("first_on"),
                       func.max(days.c.day_on).label("last_on"))  # fmt: skip
    first, last = read_frame(conn, statement, KNOWN_DAYS).iloc[0]
    return (None, None) if pd.isna(first) else (first.date(), last.date())


def campaign_day_rows(
    conn: Connection, cut: Cut, *, until: date | None, scope: AccessScope, limit: int
) -> tuple[int, pd.DataFrame]:
    """Return how many days of campaigns are behind a metric, and the newest: the frame's spec."""
    days = mart("campaign_days")
    names = CAMPAIGN_DAY_ROWS.column_names[3:]
    sums = {name: func.sum(days.c[name]).label(name) for name in names}
    if not scope.is_everything:
        sums["cost"] = sa.cast(sa.null(), sa.Double()).label("cost")
    key = (days.c.campaign_id, days.c.channel, days.c.day_on)
    every = (
        select(*key, *sums.values())
        .where(visible_to(scope, days.c.owner_id), *_within(cut, days, days.c.day_on, until))
        .group_by(*key)
    )
    counted = select(func.count().label("n")).select_from(every.subquery())
    total = read_frame(conn, counted, FrameSpec("n", "one row", (), (Column("n", "count"),)))
    some = every.order_by(days.c.day_on.desc().nulls_last(), days.c.campaign_id).limit(limit)
    return int(total["n"].iloc[0]), read_frame(conn, some, CAMPAIGN_DAY_ROWS)


def _within(
    cut: Cut, source: sa.FromClause, day: ColumnElement[Any], until: date | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [day.is_not(None)]
    conditions += [] if cut.start is None else [day >= cut.start]
    ends = [one for one in (cut.end, until) if one is not None]
    conditions += [day < min(ends)] if ends else []
    for (given, values), one in zip(cut.where, cut.filters, strict=True):
        conditions.append(passes(source.c[one.dimension.column], given, values))
    return conditions


def _grouped(
    conn: Connection, cut: Cut, source: sa.FromClause, columns: dict[str, ColumnElement[Any]],
    kinds: dict[str, Kind], kept: list[ColumnElement[bool]],
) -> pd.DataFrame:  # fmt: skip
    groups = groups_of(cut, source)
    statement = (
        select(*groups.values(), *(columns[name].label(name) for name in kinds))
        .where(*kept)
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    named = [Column(f"group_{place}", one.kind) for place, one in enumerate(cut.dimensions)]
    spec = FrameSpec(
        "campaign_measures", "one row per group", (),
        (*named, *(Column(name, kind) for name, kind in kinds.items())),
    )  # fmt: skip
    found = read_frame(conn, statement, spec)
    return found.rename(columns={f"group_{place}": name for place, name in enumerate(cut.by)})
