"""Counts and sums of deals by group, made in the database: what metrics of deals are divided from.

A sum of amounts of which none is known is missing; of no deals it is 0.
"""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import Column, FrameSpec, Kind
from crm_data.queries.conditions import cut_by
from crm_data.queries.cut import Cut
from crm_data.queries.deals import DealCut, deal_source
from crm_data.scope import AccessScope
from crm_data.sql import read_frame

DEAL_MEASURES: dict[str, Kind] = {
    "won_deals": "count", "lost_deals": "count", "closed_deals": "count", "created_deals": "count",
    "created_won": "count", "open_deals": "count", "won_valued": "count", "valued_deals": "count",
    "won_amount": "money", "open_amount": "money", "valued_amount": "money",
    "valued_won_amount": "money", "won_amount_sq": "number", "valued_amount_sq": "number",
    "valued_won_amount_sq": "number",
}  # fmt: skip
_STATE: tuple[tuple[str, Kind], ...] = (
    ("pipeline", "text"), ("stage_no", "count"), ("stage_since_on", "day"),
)  # fmt: skip
Source = sa.Subquery


def deal_measures(
    conn: Connection,
    deals: DealCut,
    cut: Cut,
    *,
    measures: tuple[str, ...],
    scope: AccessScope,
) -> pd.DataFrame:
    """Return measures of deals, one row per group of ``cut.by``, missing last.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    deals : DealCut
        Which deals, as known when.
    cut : Cut
        Groups, and the period of its ``clock``: of ``closed_on`` the deals that are closed, of
        ``created_on`` those created then, of ``known_on`` all. Its filters are those of ``deals``.
    measures : tuple of str
        Keys of ``DEAL_MEASURES``. ``valued_…`` are of closed deals with an amount above 0,
        ``…_sq`` sums of squared amounts. Amounts are in the company's currency.
    scope : AccessScope
        Whose deals the viewer may see.

    Returns
    -------
    DataFrame
        The names in ``cut.by``, then ``measures``. Without groups one row.
    """
    source = deal_source(deals, scope)
    groups = groups_of(cut, source)
    found = {name: _measure(name, source) for name in measures}
    columns = [column.label(name) for name, column in found.items()]
    statement = (
        select(*groups.values(), *columns)
        .where(*in_period(cut, source))
        .group_by(*groups.values())
        .order_by(*(group.nulls_last() for group in groups.values()))
    )
    spec = _spec("deal_measures", cut, [(name, DEAL_MEASURES[name]) for name in measures])
    return _named(read_frame(conn, statement, spec), cut)


def cycle_counts(conn: Connection, deals: DealCut, cut: Cut, *, scope: AccessScope) -> pd.DataFrame:
    """Return how many deals were won after how many days, by group: ``days``, ``deals``.

    Deals of which a day is not known, or that closed before they were created, are in no row.
    """
    source = deal_source(deals, scope)
    days: ColumnElement[Any] = sa.cast(source.c.closed_on - source.c.created_on, sa.BigInteger())
    groups = groups_of(cut, source)
    statement = (
        select(*groups.values(), days.label("days"), func.count().label("deals"))
        .where(source.c.outcome == "won", days >= 0, *in_period(cut, source))
        .group_by(*groups.values(), days)
    )
    spec = _spec("cycle_counts", cut, [("days", "count"), ("deals", "count")])
    return _named(read_frame(conn, statement, spec), cut)


def open_counts(
    conn: Connection,
    deals: DealCut,
    cut: Cut,
    *,
    scope: AccessScope,
    due: tuple[date, date] | None = None,
) -> pd.DataFrame:
    """Return open deals by group, stage and the day since which they are in it.

    Parameters
    ----------
    due : (start, end), optional
        Only deals expected to close in this half-open period.

    Returns
    -------
    DataFrame
        The names in ``cut.by``, ``of_pipeline``, ``stage_no``, ``stage_since_on``, ``deals``,
        ``valued`` (with an amount), ``amount`` (missing where none has).
    """
    source = deal_source(deals, scope)
    groups = groups_of(cut, source)
    state = [source.c[name] for name, _ in _STATE]
    expected = source.c.expected_close_on
    period = [] if due is None else [expected >= due[0], expected < due[1]]
    statement = (
        select(
            *groups.values(), state[0].label("of_pipeline"), *state[1:],
            func.count().label("deals"), func.count(source.c.amount).label("valued"),
            func.sum(source.c.amount).label("amount"),
        )
        .where(source.c.outcome.is_(None), *period)
        .group_by(*groups.values(), *state)
    )  # fmt: skip
    named = [("of_pipeline" if name == "pipeline" else name, kind) for name, kind in _STATE]
    sums: list[tuple[str, Kind]] = [("deals", "count"), ("valued", "count"), ("amount", "money")]
    return _named(read_frame(conn, statement, _spec("open_counts", cut, [*named, *sums])), cut)


def closed_frame(
    conn: Connection, deals: DealCut, cut: Cut, *, whole: bool, scope: AccessScope
) -> pd.DataFrame:
    """Return deals one by one, for what sums cannot tell.

    Parameters
    ----------
    whole : bool
        Every deal of the cut, not only those closed in its period.

    Returns
    -------
    DataFrame
        The names in ``cut.by``, ``opportunity_no``, ``of_pipeline``, ``outcome``, ``amount``, and
        the days ``created``, ``closed``, ``expected``.
    """
    source = deal_source(deals, scope)
    groups = groups_of(cut, source)
    columns: dict[str, tuple[str, Kind]] = {
        "opportunity_no": ("opportunity_no", "count"), "of_pipeline": ("pipeline", "text"),
        "outcome": ("outcome", "text"), "amount": ("amount", "money"),
        "created": ("created_on", "day"), "closed": ("closed_on", "day"),
        "expected": ("expected_close_on", "day"),
    }  # fmt: skip
    statement = (
        select(*groups.values(), *(source.c[of].label(name) for name, (of, _) in columns.items()))
        .where(*([] if whole else in_period(cut, source)))
        .order_by(source.c.opportunity_no)
    )
    spec = _spec("closed_frame", cut, [(name, kind) for name, (_, kind) in columns.items()])
    return _named(read_frame(conn, statement, spec), cut)


def groups_of(cut: Cut, source: sa.FromClause) -> dict[str, ColumnElement[Any]]:
    """Return the groups of a cut by label."""
    return {
        f"group_{place}": cut_by(one, source.c[one.column]).label(f"group_{place}")
        for place, one in enumerate(cut.dimensions)
    }


def in_period(cut: Cut, source: sa.FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions of the period on the day that it is of; without one, in no period."""
    name = cut.clock.rpartition(".")[2]
    conditions: list[ColumnElement[bool]] = []
    if name == "closed_on":
        conditions.append(source.c.outcome.is_not(None))
    if name == "known_on":
        return conditions
    day = source.c[name]
    conditions.append(day.is_not(None))
    conditions += [] if cut.start is None else [day >= cut.start]
    return conditions + ([] if cut.end is None else [day < cut.end])


def _measure(name: str, source: Source) -> ColumnElement[Any]:
    outcome, amount = source.c.outcome, source.c.amount
    is_valued = sa.and_(outcome.is_not(None), amount > 0)
    won, is_open = outcome == "won", outcome.is_(None)
    counted: dict[str, ColumnElement[bool]] = {
        "won_deals": won, "lost_deals": outcome == "lost", "closed_deals": outcome.is_not(None),
        "created_deals": sa.true(), "created_won": won, "open_deals": is_open,
        "won_valued": sa.and_(won, amount.is_not(None)), "valued_deals": is_valued,
    }  # fmt: skip
    if name in counted:
        return func.count().filter(counted[name])
    number: ColumnElement[Any] = sa.cast(amount, sa.Double())
    summed: dict[str, tuple[ColumnElement[Any], ColumnElement[bool]]] = {
        "won_amount": (amount, won), "open_amount": (amount, is_open),
        "valued_amount": (amount, is_valued), "valued_won_amount": (amount, is_valued & won),
        "won_amount_sq": (number * number, won), "valued_amount_sq": (number * number, is_valued),
        "valued_won_amount_sq": (number * number, is_valued & won),
    }  # fmt: skip
    values, which = summed[name]
    of_none = func.count().filter(which) == 0
    return sa.case((of_none, 0), else_=func.sum(values).filter(which))


def _spec(name: str, cut: Cut, columns: list[tuple[str, Kind]]) -> FrameSpec:
    groups = [Column(f"group_{place}", one.kind) for place, one in enumerate(cut.dimensions)]
    values = [Column(column, kind) for column, kind in columns]
    return FrameSpec(name, "one row per group", (), (*groups, *values))


def _named(frame: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    return frame.rename(columns={f"group_{place}": name for place, name in enumerate(cut.by)})
