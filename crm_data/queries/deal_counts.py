"""Deals counted: how long they took, when created, why lost, and what closed ones say of stages.

Grouped in the database: half a million deals make a few thousand rows.
"""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, or_, select

from crm_data.calendar import Unit
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.deals import DealCut, deal_source, of_cut
from crm_data.scope import AccessScope
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart

CLOSING_COUNTS = FrameSpec(
    "closing_counts",
    "one row per days from creation to close (or to the last day) and outcome; missing days: "
    "no day of creation or close is known, or it closed before it was created",
    ("days", "outcome"),
    columns_of("days:count outcome:text deals:count"),
)
COHORT_COUNTS = FrameSpec(
    "cohort_counts",
    "one row per month or quarter of creation, days and outcome",
    ("cohort_on", "days", "outcome"),
    columns_of("cohort_on:day days:count outcome:text deals:count"),
)
LOSS_COUNTS = FrameSpec(
    "loss_counts",
    "one row per reason of the deals lost; missing: none was given",
    ("loss_reason",),
    columns_of("loss_reason:text deals:count valued:count amount:money"),
)
RATED_DEALS = FrameSpec(
    "rated_deals",
    "one row per deal known by the day, in no order",
    (),
    columns_of("created_on:day closed_on:day expected_close_on:day outcome:text amount:money"),
)
STAGE_EVIDENCE = FrameSpec(
    "stage_evidence",
    "one row per pipeline and open stage that a closed deal was in",
    ("pipeline", "stage_no"),
    columns_of(
        "pipeline:text stage_no:count limit_days:number winners:count won:count closed:count"
    ),
)
WON_AMOUNTS = FrameSpec(
    "won_amounts",
    "one row per won deal with an amount, in no order",
    (),
    columns_of("pipeline:text category:text amount:money"),
)


def closing_counts(
    conn: Connection, cut: DealCut, *, last_day: date, scope: AccessScope
) -> pd.DataFrame:
    """Return how long deals took, or have been open for at the end of a day: ``CLOSING_COUNTS``."""
    timed = _timed(deal_source(cut, scope), last_day)
    groups = timed.c.days, timed.c.outcome
    statement = select(*groups, func.count().label("deals")).group_by(*groups).order_by(*groups)
    return read_frame(conn, statement, CLOSING_COUNTS)


def cohort_counts(
    conn: Connection, cut: DealCut, *, last_day: date, unit: Unit, scope: AccessScope
) -> pd.DataFrame:
    """Return the same by when deals were created, those without that day left out."""
    timed = _timed(deal_source(cut, scope), last_day)
    cohort = bucket_start(timed.c.created_on, unit)
    groups = cohort, timed.c.days, timed.c.outcome
    statement = (
        select(cohort.label("cohort_on"), *groups[1:], func.count().label("deals"))
        .where(timed.c.created_on.is_not(None))
        .group_by(*groups)
        .order_by(*groups)
    )
    return read_frame(conn, statement, COHORT_COUNTS)


def loss_counts(
    conn: Connection, cut: DealCut, *, start: date, end: date, scope: AccessScope
) -> pd.DataFrame:
    """Return why deals that closed in [start, end) were lost: ``LOSS_COUNTS``."""
    source = deal_source(cut, scope)
    statement = (
        select(
            source.c.loss_reason,
            func.count().label("deals"),
            func.count(source.c.amount).label("valued"),
            func.sum(source.c.amount).label("amount"),
        )
        .where(
            source.c.outcome == "lost", source.c.closed_on >= start, source.c.closed_on < end
        )
        .group_by(source.c.loss_reason)
        .order_by(source.c.loss_reason)
    )  # fmt: skip
    return read_frame(conn, statement, LOSS_COUNTS)


def rated_deals(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return days, outcome and amount of each deal: ``RATED_DEALS``."""
    source = deal_source(cut, scope)
    return read_frame(conn, select(*(source.c[n] for n in RATED_DEALS.column_names)), RATED_DEALS)


def won_amounts(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the amounts of won deals: ``WON_AMOUNTS``."""
    source = deal_source(cut, scope)
    columns = [source.c[name] for name in WON_AMOUNTS.column_names]
    kept = source.c.outcome == "won", source.c.amount.is_not(None)
    return read_frame(conn, select(*columns).where(*kept), WON_AMOUNTS)


def stage_evidence(
    conn: Connection, cut: DealCut, *, share: float, scope: AccessScope
) -> pd.DataFrame:
    """Return what closed deals say of each stage, as known then: ``STAGE_EVIDENCE``.

    ``limit_days`` is the time that ``share`` of winners' visits (of those whose beginning is known)
    did not exceed, ``winners`` the deals behind it; ``won`` and ``closed`` count each deal once.
    """
    spells, facts = mart("stage_spells"), mart("deal_facts")
    conditions = [*of_cut(facts, cut, scope), spells.c.stage_no.is_not(None)]
    has_left: ColumnElement[bool] = spells.c.left_on.is_not(None)
    if cut.as_of is not None:
        conditions += [facts.c.closed_on <= cut.as_of, spells.c.entered_on <= cut.as_of]
        has_left = spells.c.left_on <= cut.as_of
    won = facts.c.outcome == "won"
    timed = sa.and_(won, has_left, spells.c.is_entry_known, spells.c.days.is_not(None))
    deal = spells.c.opportunity_no
    days: ColumnElement[Any] = sa.cast(spells.c.days, sa.Double())
    statement = (
        select(
            spells.c.pipeline,
            spells.c.stage_no,
            func.percentile_disc(share).within_group(days).filter(timed).label("limit_days"),
            func.count(deal.distinct()).filter(timed).label("winners"),
            func.count(deal.distinct()).filter(won).label("won"),
            func.count(deal.distinct()).label("closed"),
        )
        .select_from(spells.join(facts, facts.c.opportunity_no == deal))
        .where(facts.c.outcome.in_(("won", "lost")), *conditions)
        .group_by(spells.c.pipeline, spells.c.stage_no)
        .order_by(spells.c.pipeline, spells.c.stage_no)
    )
    return read_frame(conn, statement, STAGE_EVIDENCE)


def _timed(source: sa.Subquery, last_day: date) -> sa.Subquery:
    """Return day of creation, outcome and whole days, missing where they cannot be told."""
    until = sa.case((source.c.outcome.is_(None), sa.literal(last_day, sa.Date())),
                    else_=source.c.closed_on)  # fmt: skip
    ran: ColumnElement[Any] = sa.cast(until - source.c.created_on, sa.BigInteger())
    days = sa.case((or_(ran < 0, ran.is_(None)), None), else_=ran)
    return select(
        source.c.created_on, source.c.outcome, sa.cast(days, sa.BigInteger()).label("days")
    ).subquery("timed")
