"""Stages of the pipelines, how far deals came, and how long they stayed."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import keeps
from crm_data.queries.deals import DealCut, deal_source, of_cut
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart

STAGES = FrameSpec(
    "stages",
    "one row per pipeline and stage, in order",
    ("pipeline", "stage_no"),
    columns_of(
        "pipeline:text stage_no:count stage:text position:count learned_position:count "
        "outcome:text category:text"
    ),
)
VISITS = FrameSpec(
    "visits",
    "one row per stages that deals have been in, stage they are in, and outcome",
    ("pipeline", "visited", "stage_no", "outcome"),
    columns_of(
        "pipeline:text visited:count stage_no:count outcome:text deals:count valued:count "
        "amount:money amount_sq:number moves_back:count reentries:count"
    ),
)
STAYS = FrameSpec(
    "stays",
    "one row per stage, whole days of a stay, how it ended, and whether its begin is known",
    ("pipeline", "stage_no", "days", "exit", "deal_outcome", "is_entry_known"),
    columns_of(
        "pipeline:text stage_no:count days:count exit:text deal_outcome:text is_entry_known:flag "
        "stays:count"
    ),
)


def stages(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return the stages of all pipelines of which the viewer sees a deal: ``STAGES``."""
    facts, found = mart("deal_facts"), mart("pipeline_stages")
    seen = select(facts.c.pipeline).where(visible_to(scope, facts.c.owner_id)).distinct()
    mine = seen.subquery("seen")
    statement = (
        select(*(found.c[name] for name in STAGES.column_names))
        .join(mine, mine.c.pipeline.is_not_distinct_from(found.c.pipeline))
        .order_by(found.c.pipeline, found.c.position)
    )
    return read_frame(conn, statement, STAGES)


def visits(
    conn: Connection, cut: DealCut, *, start: date | None, end: date | None, scope: AccessScope
) -> pd.DataFrame:
    """Return how far deals created in [start, end) came, as known then: ``VISITS``."""
    source = deal_source(cut, scope)
    visited: ColumnElement[Any] = source.c.visited
    joined: sa.FromClause = source
    if cut.as_of is not None:
        been = visited_by(cut.as_of, cut)
        joined = source.outerjoin(been, been.c.opportunity_no == source.c.opportunity_no)
        visited = func.coalesce(been.c.visited, 0)
    groups = [source.c.pipeline, visited.label("visited"), source.c.stage_no, source.c.outcome]
    amount = source.c.amount
    number: ColumnElement[float] = sa.cast(amount, sa.Double())
    statement = (
        select(
            *groups,
            func.count().label("deals"),
            func.count(amount).label("valued"),
            func.sum(amount).label("amount"),
            func.sum(number * number).label("amount_sq"),
            func.sum(source.c.moves_back).label("moves_back"),
            func.sum(source.c.reentries).label("reentries"),
        )
        .select_from(joined)
        .where(*created_in(source, start, end))
        .group_by(source.c.pipeline, visited, source.c.stage_no, source.c.outcome)
    )
    return read_frame(conn, statement, VISITS)


def stays(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return how long deals stayed in each stage, up to the day of the cut: ``STAYS``."""
    spells, facts = mart("stage_spells"), mart("deal_facts")
    days: ColumnElement[Any] = sa.cast(func.floor(spells.c.days), sa.BigInteger())
    left: ColumnElement[Any] = spells.c.exit
    outcome: ColumnElement[Any] = spells.c.outcome
    conditions = of_cut(facts, cut, scope)
    conditions += [keeps(spells.c.pipeline, v) for name, v in cut.where if name == "pipeline"]
    if cut.as_of is not None:
        day = sa.literal(cut.as_of, sa.Date())
        has_left = spells.c.left_on <= day
        ran = sa.cast(day - spells.c.entered_on, sa.BigInteger())
        days = sa.case((has_left, days), else_=ran)
        left = sa.case((has_left, left))
        outcome = sa.case((facts.c.closed_on <= day, outcome))
        conditions.append(spells.c.entered_on <= day)
    statement: Select[Any] = (
        select(
            spells.c.pipeline,
            spells.c.stage_no,
            days.label("days"),
            left.label("exit"),
            outcome.label("deal_outcome"),
            spells.c.is_entry_known,
            func.count().label("stays"),
        )
        .select_from(spells.join(facts, facts.c.opportunity_no == spells.c.opportunity_no))
        .where(spells.c.days.is_not(None), *conditions)
        .group_by(
            spells.c.pipeline, spells.c.stage_no, days, left, outcome, spells.c.is_entry_known
        )
    )
    return read_frame(conn, statement, STAYS)


def created_in(
    source: sa.FromClause, start: date | None, end: date | None
) -> list[ColumnElement[bool]]:
    """Return the conditions that a deal was created in the half-open period."""
    after = [] if start is None else [source.c.created_on >= start]
    return after + ([] if end is None else [source.c.created_on < end])


def visited_by(day: date, cut: DealCut) -> sa.Subquery:
    """Return the stages that each deal had been in by the end of a day, as a set of bits."""
    spells = mart("stage_spells")
    kept = [keeps(spells.c.pipeline, values) for name, values in cut.where if name == "pipeline"]
    bit = sa.literal(1, sa.BigInteger()).bitwise_lshift(sa.cast(spells.c.stage_no, sa.Integer()))
    return (
        select(spells.c.opportunity_no, func.bit_or(bit).label("visited"))
        .where(spells.c.entered_on <= day, spells.c.stage_no.is_not(None), *kept)
        .group_by(spells.c.opportunity_no)
        .subquery("been")
    )
