"""Deals on two days, side by side: those of which something can have moved the open pipeline."""

from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, and_, or_, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, known_on, of_cut, of_pipeline
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

_STATE = (
    "pipeline:text stage_no:count amount:money expected_close_on:day owner_id:text outcome:text"
)
STATES = FrameSpec(
    "deal_states", "one row per deal there on the day", ("opportunity_no",),
    columns_of(f"opportunity_no:count {_STATE}"),
)  # fmt: skip
_NAMES = STATES.column_names[1:]
_SIDES = ("opening", "closing")
_BOTH = FrameSpec(
    "deal_states_twice",
    "one row per deal that may have moved",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count "
        + " ".join(
            f"{side}_there:flag " + " ".join(f"{side}_{column}" for column in _STATE.split())
            for side in _SIDES
        )
    ),
)


def movement_states(
    conn: Connection, cut: DealCut, *, opening: date, closing: date, scope: AccessScope
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return deals as known at the end of two days: ``STATES`` twice.

    A deal that was closed on both days with the same outcome is in neither frame; any other that
    was there on the closing day is in both (in one only where it came in between).

    Raises
    ------
    UsageError
        The closing day is before the opening one.
    """
    if closing < opening:
        raise UsageError(
            "movement_days",
            f"The closing day {closing} is before the opening day {opening}. Turn them round.",
            opening=str(opening),
            closing=str(closing),
        )
    states, facts = mart("opportunity_snapshots"), mart("deal_facts")
    narrowed = of_pipeline(states, cut)  # both sides, before they are joined
    first, last = (_on(states, day, side, narrowed)
                   for day, side in zip((opening, closing), _SIDES, strict=True))  # fmt: skip
    sides = {"opening": first, "closing": last}
    columns = [
        column
        for side, found in sides.items()
        for column in (
            found.c.opportunity_no.is_not(None).label(f"{side}_there"),
            *(found.c[name].label(f"{side}_{name}") for name in _NAMES),
        )
    ]
    number = facts.c.opportunity_no
    closed_alike = and_(first.c.outcome.is_not(None), first.c.outcome == last.c.outcome)
    statement = (
        select(number, *columns)
        .select_from(
            facts.outerjoin(first, first.c.opportunity_no == number).outerjoin(
                last, last.c.opportunity_no == number
            )
        )
        .where(
            *of_cut(facts, cut, scope),
            # closed now and unchanged since the opening day: closed alike on both
            or_(facts.c.outcome.is_(None), facts.c.last_change_on > opening),
            or_(first.c.opportunity_no.is_not(None), last.c.opportunity_no.is_not(None)),
            sa.func.coalesce(sa.not_(closed_alike), sa.true()),
        )
        .order_by(number)
    )
    found = read_frame(conn, statement, _BOTH)
    return _side(found, "opening"), _side(found, "closing")


def _on(
    states: sa.FromClause, day: date, name: str, narrowed: list[ColumnElement[bool]]
) -> sa.Subquery:
    held = (*known_on(states, sa.literal(day, sa.Date())), *narrowed)
    columns = [states.c[column] for column in STATES.column_names]
    return select(*columns).where(*held).subquery(name)


def _side(found: pd.DataFrame, side: str) -> pd.DataFrame:
    there = found[found[f"{side}_there"].astype(bool)]
    named = {f"{side}_{name}": name for name in _NAMES}
    return there[["opportunity_no", *named]].rename(columns=named).reset_index(drop=True)
