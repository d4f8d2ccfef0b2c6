"""Cells of the RFM map and steps of the lifecycle: counted by the build, or of a saved segment.

The build counts by owner, so that who sees everybody reads a few thousand rows. A saved segment is
counted from the scores of its customers.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func, select

from crm_data.scope import AccessScope, visible_to
from crm_data.segments.compile import in_segment
from crm_data.tables import mart

_STEPS, _PART = 24, 6  # steps of a history, and of each part that is counted


def seen_scores(scope: AccessScope, among: str) -> list[ColumnElement[bool]]:
    """Return the conditions on ``customer_scores``: the viewer's customers, of the segment."""
    own = mart("customer_scores")
    of_segment = [in_segment(own.c.customer_no, among)] if among else []
    return [visible_to(scope, own.c.owner_id), *of_segment]


def fm_score() -> ColumnElement[int]:
    """Return the vertical place on the map, 1 to 5: the mean of F and M, half rounded up."""
    own = mart("customer_scores")
    return sa.cast(func.floor((own.c.f + own.c.m + 1) / 2), sa.Integer())


def rfm_cells(scope: AccessScope, among: str) -> FromClause:
    """Return ``r fm rfm_segment customers orders net_amount``, to be summed."""
    if not among:
        cells = mart("rfm_cells")
        return select(cells).where(visible_to(scope, cells.c.owner_id)).subquery()
    own, facts = mart("customer_scores"), mart("customer_facts")
    return (
        select(
            own.c.r,
            fm_score().label("fm"),
            own.c.rfm_segment,
            sa.literal(1).label("customers"),
            facts.c.paid_orders.label("orders"),
            func.coalesce(facts.c.net_amount, 0).label("net_amount"),
        )
        .select_from(own.join(facts, facts.c.customer_no == own.c.customer_no))
        .where(own.c.r.is_not(None), *seen_scores(scope, among))
        .subquery()
    )


def stage_cells(scope: AccessScope, among: str) -> FromClause:
    """Return ``stage customers net_amount``, to be summed."""
    if not among:
        cells = mart("stage_cells")
        return select(cells).where(visible_to(scope, cells.c.owner_id)).subquery()
    own, facts = mart("customer_scores"), mart("customer_facts")
    return (
        select(own.c.stage, sa.literal(1).label("customers"), facts.c.net_amount)
        .select_from(own.join(facts, facts.c.customer_no == own.c.customer_no))
        .where(*seen_scores(scope, among))
        .subquery()
    )


def stage_flows(scope: AccessScope, among: str, stages: Mapping[str, str]) -> FromClause:
    """Return ``from_on to_on from_stage to_stage customers``, to be summed.

    ``stages`` names the letters of the histories; the last letter is of the last day, and the one
    before of the step's first day.
    """
    flows = mart("stage_flows")
    if not among:
        return select(flows).where(visible_to(scope, flows.c.owner_id)).subquery()
    days = select(flows.c.from_on, flows.c.to_on).distinct().subquery()
    steps = select(
        days, func.row_number().over(order_by=days.c.to_on.desc()).label("from_last")
    ).subquery()
    parts = _parts_of_histories(scope, among)
    place = (steps.c.from_last - 1) % _PART
    before, now = (
        _named(func.substr(parts.c.part, sa.cast(at, sa.Integer()), 1), stages).label(name)
        for at, name in ((_PART - place, "from_stage"), (_PART + 1 - place, "to_stage"))
    )
    is_of_part = sa.cast(func.floor((steps.c.from_last - 1) / _PART), sa.Integer()) == parts.c.place
    all_steps = (
        select(steps.c.from_on, steps.c.to_on, before, now, parts.c.customers)
        .select_from(parts.join(steps, is_of_part))
        .subquery()
    )
    is_known = (all_steps.c.from_stage != "unknown") | (all_steps.c.to_stage != "unknown")
    return select(all_steps).where(is_known).subquery()


def _parts_of_histories(scope: AccessScope, among: str) -> FromClause:
    """Return ``place part customers``: histories cut into parts, the newest is at place 0.

    A part has one letter more than steps, so that parts overlap. Of a million histories most are
    different, of their parts few are: steps are counted from these.
    """
    own = mart("customer_scores")
    whole = (
        select(own.c.stage_history, func.count().label("customers"))
        .where(*seen_scores(scope, among))
        .group_by(own.c.stage_history)
        .cte("histories")
    )
    cut = [
        select(
            sa.literal_column(str(place)).label("place"),
            func.substr(
                whole.c.stage_history,
                func.length(whole.c.stage_history) - _PART * (place + 1),
                _PART + 1,
            ).label("part"),
            whole.c.customers,
        )
        for place in range(-(-_STEPS // _PART))
    ]
    every = sa.union_all(*cut).subquery()
    return (
        select(every.c.place, every.c.part, func.sum(every.c.customers).label("customers"))
        .group_by(every.c.place, every.c.part)
        .subquery()
    )


def _named(letter: ColumnElement[Any], stages: Mapping[str, str]) -> ColumnElement[Any]:
    return sa.case(dict(stages), value=letter, else_="unknown")
