"""Forecasts that a version keeps: of the whole company, for whoever sees everything."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.scores import FORECAST_BACKTESTS, FORECASTS

NOW, BEFORE = "now", "before"
NEWEST = FrameSpec(
    "newest_against_band",
    "one row per stored series: its newest period, and the band that was given a period earlier",
    ("measure", "frequency"),
    columns_of(
        "measure:text frequency:text period_on:day actual:number yhat:number low_80:number "
        "high_80:number low_95:number high_95:number"
    ),
)


@dataclass(frozen=True, eq=False)
class Kept:
    """Rows of one series: ``FORECASTS`` (of one ``made``) and ``FORECAST_BACKTESTS``."""

    ahead: pd.DataFrame
    tests: pd.DataFrame


def kept_forecast(
    conn: Connection, measure: str, frequency: str, *, scope: AccessScope, made: str = NOW
) -> Kept | None:
    """Return what is kept of a series; None for who sees a part only, or where nothing is."""
    if not scope.is_everything:
        return None
    ahead, tests = mart("forecasts"), mart("forecast_backtests")
    first = select(*ahead.c).where(
        ahead.c.measure == measure, ahead.c.frequency == frequency, ahead.c.made == made
    )
    rows = read_frame(conn, first.order_by(ahead.c.candidate, ahead.c.step), FORECASTS)
    if rows.empty:
        return None
    second = select(*tests.c).where(tests.c.measure == measure, tests.c.frequency == frequency)
    order = (tests.c.known, tests.c.candidate, tests.c.step)
    return Kept(rows, read_frame(conn, second.order_by(*order), FORECAST_BACKTESTS))


def newest_against_band(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return ``NEWEST``; no rows for who sees a part only."""
    if not scope.is_everything:
        return NEWEST.conform(pd.DataFrame(columns=NEWEST.column_names))
    ahead, tests = mart("forecasts"), mart("forecast_backtests")
    same = (
        (tests.c.measure == ahead.c.measure)
        & (tests.c.frequency == ahead.c.frequency)
        & (tests.c.period_on == ahead.c.period_on)
    )
    names = ("measure", "frequency", "period_on", "yhat", "low_80", "high_80", "low_95", "high_95")
    columns = [ahead.c[name] for name in names]
    statement = (
        select(*columns[:3], func.max(tests.c.actual).label("actual"), *columns[3:])
        .select_from(ahead.join(tests, same))
        .where(ahead.c.made == BEFORE, ahead.c.step == 1)
        .group_by(*columns)
        .order_by(ahead.c.measure, ahead.c.frequency)
    )
    return read_frame(conn, statement, NEWEST)
