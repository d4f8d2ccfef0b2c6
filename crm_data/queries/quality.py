"""How good the data of a version are. A fact of the whole company: a viewer with a scope sees none.

Which rows are faulty says whose they are, and how many there are says how many there are in all.
"""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.queries.version_facts import version_facts
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.checks import Check, check_named
from crm_data.tables.marts import BUILD_FINDINGS
from crm_data.tables.model import table_spec
from crm_data.tables.quality_marts import QUALITY_DAYS, QUALITY_FIELDS, QUALITY_SUMS

NEWEST_DAYS = FrameSpec(
    "newest_days",
    "one row per table with a clock, the newest first",
    ("table_name",),
    columns_of("table_name:text newest_on:day newest_at:instant"),
)
_TOTAL = FrameSpec("faulty_total", "one row", (), columns_of("rows:count"))


def field_counts(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return rows and values by table, batch and field: ``QUALITY_FIELDS``."""
    return _all(conn, QUALITY_FIELDS, scope)


def clock_days(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the days with a row, by table: ``QUALITY_DAYS``, in the order of days."""
    return _all(conn, QUALITY_DAYS, scope)


def fault_sums(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return what the headline numbers and their doubtful parts add up to: ``QUALITY_SUMS``."""
    return _all(conn, QUALITY_SUMS, scope)


def newest_days(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the newest dated row of each table: ``NEWEST_DAYS``, the newest table first.

    A row that is of a day, without a time, is as new as the end of that day, or as the build.
    The age of the data is nobody's: who sees any customer sees it.
    """
    days = mart("quality_days")
    statement = (
        select(
            days.c.table_name,
            func.max(days.c.day_on).label("newest_on"),
            func.max(days.c.newest_at).label("newest_at"),
        )
        .where(sa.false() if scope.is_nothing else sa.true())
        .group_by(days.c.table_name)
    )
    found = read_frame(conn, statement, NEWEST_DAYS)
    built = version_facts(conn)["built_at"].iloc[0]
    is_day = found["table_name"].map(lambda name: table_spec(name).has_clock_of_days)
    ends = (found["newest_on"] + pd.Timedelta(days=1)).clip(upper=built)
    found["newest_at"] = found["newest_at"].mask(is_day.astype("bool"), ends)
    return found.sort_values(["newest_at", "table_name"], ascending=[False, True],
                             ignore_index=True)  # fmt: skip


def findings(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return rules that rows break, with how many do: ``BUILD_FINDINGS``."""
    return _all(conn, BUILD_FINDINGS, scope)


def faulty_rows(
    conn: Connection, check: Check, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return one page of the rows that break a rule, by their key, all columns as stored."""
    spec = table_spec(check.table)
    own = table(check.table).alias("t")
    names = [field.name for field in spec.fields]
    statement = (
        select(*(own.c[name] for name in names), own.c.attributes)
        .where(*_broken(conn, check, scope))
        .order_by(*(own.c[name] for name in spec.key))
        .limit(limit)
        .offset(offset)
    )
    kinds = {field.name: field.kind for field in spec.fields}
    columns = (*(Column(name, kinds[name]) for name in names), Column("attributes", "json"))
    return read_frame(conn, statement, FrameSpec("faulty_rows", spec.grain, spec.key, columns))


def faulty_rows_count(conn: Connection, check: Check, *, scope: AccessScope) -> int:
    """Return how many rows break a rule."""
    own = table(check.table).alias("t")
    statement = select(func.count().label("rows")).select_from(own)
    found = read_frame(conn, statement.where(*_broken(conn, check, scope)), _TOTAL)
    return int(found["rows"].iloc[0])


def check_of(rule: str, table_name: str, field: str) -> Check:
    """Return the check of a finding; ``UsageError`` where there is none."""
    check = check_named(rule, table_name, field)
    if check is None:
        raise UsageError(
            "unknown_check",
            f"There is no check '{rule}' of {table_name}.{field}. "
            "`analyze quality` lists those that rows break.",
            rule=rule,
            field=f"{table_name}.{field}",
        )
    return check


def _broken(conn: Connection, check: Check, scope: AccessScope) -> list[sa.ColumnElement[bool]]:
    condition: Any = sa.text(check.condition.replace("{until}", f"DATE '{_until(conn)}'"))
    return [_sees(scope), condition]


def _until(conn: Connection) -> date:
    """Return the first day that was not known when the version was built."""
    built = version_facts(conn)["built_at"].iloc[0]
    day: date = built.date()
    return day + timedelta(days=1)


def _all(conn: Connection, spec: FrameSpec, scope: AccessScope) -> pd.DataFrame:
    rows = mart(spec.name)
    keys = [rows.c[name] for name in spec.key]
    return read_frame(conn, select(rows).where(_sees(scope)).order_by(*keys), spec)


def _sees(scope: AccessScope) -> sa.ColumnElement[bool]:
    return sa.true() if scope.is_everything else sa.false()
