"""Deals, as they are or as they were known at the end of a past day. Scoped by who owns the deal.

A deal's owner is its own, where that is missing its customer's (``deal_facts``). Who may see a deal
today may see what was known of it then, whoever owned it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from crm_data.errors import UsageError
from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.cohorts import NOT, Where, passes
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart

# What deals can be filtered and grouped by.
DEAL_FIELDS: tuple[str, ...] = (
    "pipeline", "owner_id", "team", "office", "region", "source", "category", "product_id",
    "forecast_category", "campaign_id",
)  # fmt: skip
# Of these, what is known as of a day; the others are the deal's of today.
_THEN = ("stage", "stage_no", "amount", "probability", "forecast_category", "expected_close_on",
         "outcome", "pushes", "stage_since_on", "handovers")  # fmt: skip

OPEN_DEALS = FrameSpec(
    "open_deals",
    "one row per deal open on the day",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count opportunity_id:text name:text customer_id:text customer_name:text "
        "pipeline:text stage:text stage_no:count amount:money probability:share "
        "expected_close_on:day pushes:count stage_since_on:day created_on:day owner_id:text "
        "category:text first_amount:money contacts:count last_contact_on:day last_change_on:day"
    ),
)
OPEN_AMOUNTS = FrameSpec(
    "open_amounts",
    "one row per deal open on the day",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count pipeline:text stage_no:count amount:money expected_close_on:day "
        "owner_id:text"
    ),
)
DEAL_DAYS = FrameSpec("deal_days", "one row", (), columns_of("first_on:day last_on:day"))
DEAL_LABELS = FrameSpec(
    "deal_labels",
    "one row per deal asked for",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count opportunity_id:text name:text customer_id:text customer_name:text "
        "pipeline:text stage:text owner_id:text pushes:count"
    ),
)


@dataclass(frozen=True)
class DealCut:
    """Which deals, and as of when. Equal cuts are equal cache keys.

    Parameters
    ----------
    where : tuple
        Fields of ``DEAL_FIELDS`` and the values kept, None for missing; a name that ends in ``!``
        leaves them out. ``pipeline`` is one.
    among : str
        A saved segment that the customers are in, as JSON; empty for all.
    as_of : date or None
        Deals as known at the end of that day; None: as they are now.
    """

    where: Where = ()
    among: str = ""
    as_of: date | None = None


def open_deals(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the deals of a cut that were open, with what they are called: ``OPEN_DEALS``."""
    source, people = deal_source(cut, scope, only_open=True), mart("customer_facts")
    names = [name for name in OPEN_DEALS.column_names if name != "customer_name"]
    statement = (
        select(*(source.c[name] for name in names), people.c.name.label("customer_name"))
        .select_from(source.outerjoin(people, people.c.customer_id == source.c.customer_id))
        .order_by(source.c.opportunity_no)
    )
    return read_frame(conn, statement, OPEN_DEALS)


def open_amounts(conn: Connection, cut: DealCut, *, scope: AccessScope) -> pd.DataFrame:
    """Return the open deals of a cut, what sums are made of only: ``OPEN_AMOUNTS``."""
    source = deal_source(cut, scope, only_open=True)
    statement = select(*(source.c[name] for name in OPEN_AMOUNTS.column_names))
    return read_frame(conn, statement.order_by(source.c.opportunity_no), OPEN_AMOUNTS)


def deal_days(conn: Connection, *, scope: AccessScope) -> tuple[date | None, date | None]:
    """Return the first and the last day on which anything is known of deals; None without any."""
    facts = mart("deal_facts")
    since = func.coalesce(facts.c.created_on, facts.c.last_change_on)
    statement = select(
        func.min(since).label("first_on"), func.max(facts.c.last_change_on).label("last_on")
    ).where(visible_to(scope, facts.c.owner_id))
    first, last = read_frame(conn, statement, DEAL_DAYS).iloc[0]
    return (None, None) if pd.isna(first) else (first.date(), last.date())


def deal_labels(conn: Connection, numbers: tuple[int, ...], *, scope: AccessScope) -> pd.DataFrame:
    """Return what to call deals, by number: ``DEAL_LABELS``; without those not visible."""
    facts, people = mart("deal_facts"), mart("customer_facts")
    statement = (
        select(
            *(facts.c[n] for n in DEAL_LABELS.column_names if n != "customer_name"),
            people.c.name.label("customer_name"),
        )
        .select_from(facts.outerjoin(people, people.c.customer_id == facts.c.customer_id))
        .where(visible_to(scope, facts.c.owner_id), facts.c.opportunity_no.in_(numbers))
        .order_by(facts.c.opportunity_no)
    )
    return read_frame(conn, statement, DEAL_LABELS)


def deal_source(cut: DealCut, scope: AccessScope, *, only_open: bool = False) -> sa.Subquery:
    """Return the deals of a cut with every column of ``deal_facts``, as known then."""
    facts = mart("deal_facts")
    is_open = facts.c.outcome.is_(None)
    if cut.as_of is None:
        found = select(facts).where(*_kept(facts, facts, cut, scope), *[is_open] * only_open)
        return found.subquery("deals")
    states, day = mart("opportunity_snapshots"), sa.literal(cut.as_of, sa.Date())
    closed_on = sa.case(
        (states.c.outcome.is_(None), None),
        (
            sa.and_(facts.c.outcome == states.c.outcome, facts.c.closed_on <= day),
            facts.c.closed_on,
        ),
        else_=states.c.stage_since_on,
    )
    then: dict[str, ColumnElement[Any]] = {name: states.c[name] for name in _THEN}
    then |= {
        "closed_on": sa.cast(closed_on, sa.Date()),
        "loss_reason": sa.case((states.c.outcome == "lost", facts.c.loss_reason)),
        "last_change_on": states.c.valid_from,
        "last_contact_on": sa.case((facts.c.last_contact_on <= day, facts.c.last_contact_on)),
    }
    columns = [then.get(column.name, column).label(column.name) for column in facts.c]
    joined = states.join(facts, facts.c.opportunity_no == states.c.opportunity_no)
    found = (
        select(*columns)
        .select_from(joined)
        .where(*known_on(states, day), *_kept(facts, states, cut, scope))
    )
    if only_open:  # a deal that was open then is open now, or has changed since
        changed = or_(is_open, facts.c.last_change_on > day)
        found = found.where(states.c.outcome.is_(None), changed)
    return found.subquery("deals")


def known_on(states: sa.FromClause, day: ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a row of ``opportunity_snapshots`` held at the end of ``day``."""
    return states.c.valid_from <= day, or_(states.c.valid_to > day, states.c.valid_to.is_(None))


def of_cut(facts: sa.FromClause, cut: DealCut, scope: AccessScope) -> list[ColumnElement[bool]]:
    """Return the conditions of a cut on ``deal_facts``, whatever the day."""
    return _kept(facts, facts, cut, scope)


def of_pipeline(rows: sa.FromClause, cut: DealCut) -> list[ColumnElement[bool]]:
    """Return the conditions of a cut on the pipeline, which every mart of deals has."""
    return [
        passes(rows.c.pipeline, given, values)
        for given, values in cut.where
        if given.removesuffix(NOT) == "pipeline"
    ]


def _kept(
    facts: sa.FromClause, then: sa.FromClause, cut: DealCut, scope: AccessScope
) -> list[ColumnElement[bool]]:
    conditions = [visible_to(scope, facts.c.owner_id)]
    for given, values in cut.where:
        name = given.removesuffix(NOT)
        if name not in DEAL_FIELDS:
            raise UsageError(
                "unknown_deal_field",
                f"Deals have no field '{name}'. Fields are: {', '.join(DEAL_FIELDS)}.",
                field=name,
                fields=", ".join(DEAL_FIELDS),
            )
        source = then if name in _THEN else facts
        conditions.append(passes(source.c[name], given, values))
    if then is not facts:  # narrow both sides before they are joined
        conditions += of_pipeline(then, cut)
    if cut.among:
        people = mart("customer_facts")
        members: Select[Any] = select(people.c.customer_id).where(
            in_segment(people.c.customer_no, cut.among)
        )
        conditions.append(facts.c.customer_id.in_(members))
    return conditions
