"""How long customers stay under contract without a break, what still runs, and why it ended."""

from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.errors import UsageError
from crm_data.frames import Column, FrameSpec
from crm_data.queries.cohorts import Where, keeps, members
from crm_data.scope import EVERYTHING, AccessScope, visible_to
from crm_data.sql import bucket_start, read_frame
from crm_data.tables import mart, table

FILTERS: tuple[str, ...] = ("region", "source")
_OWN = {"source": "source", "region": "region", "kind": "kind", "product": "product_id"}
SPLITS: tuple[str, ...] = (*_OWN, "rfm_segment")
SPELL_COUNTS = FrameSpec(
    "spell_counts",
    "one row per member of the split, age, age at entry, and how it ended; times counted alike",
    ("member", "age_days", "entered_days", "is_ended", "end_reason"),
    (
        Column("member", "text", "Value of the split; missing without one, or where unknown."),
        Column("age_days", "count", "Days from the start to the end, or to the last day known."),
        Column("entered_days", "count", "Age when ends began to be recorded; 0 if it began later."),
        Column("is_ended", "flag", "False: it still runs."),
        Column("end_reason", "text", "Missing where it still runs, or none is given."),
        Column("spells", "count", "Unbroken times under contract."),
    ),
)


def ends_known_from(conn: Connection) -> date | None:
    """Return the first day of the month of the first end of anybody's time under contract.

    Before it, nobody left and nobody wrote it down look the same. It is about how the data was
    kept, so it is of the company, whoever asks. None where nothing has ended.
    """
    found: date | None = conn.scalar(select(_known_from()))
    return found


def spell_counts(
    conn: Connection, *, scope: AccessScope, by: str = "", where: Where = (), among: str = ""
) -> pd.DataFrame:
    """Return times under contract, counted alike ones together: ``SPELL_COUNTS``, in order.

    What had ended before ends were recorded from is left out: it is not known what else had.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    by : str
        One of ``SPLITS``, or empty. All but ``product`` (of the first contract) are as of today.
    where : tuple
        Filters by attribute of the customer: name and values kept, None for missing.
    among : str
        A saved segment to stay inside; empty for all customers.

    Raises
    ------
    UsageError
        ``by`` is none of the splits.
    """
    spells, known = mart("contract_spells"), sa.select(_known_from().label("day")).cte("known")
    member, source = _split(spells, by)
    source, own = _asked(spells, source, where, among)
    since = known.c.day - spells.c.started_on
    entered = sa.case((spells.c.started_on < known.c.day, since), else_=0)
    is_ended = spells.c.ended_on.is_not(None)
    parts: list[ColumnElement[Any]] = [
        member.label("member"), spells.c.age_days, entered.label("entered_days"),
        is_ended.label("is_ended"), spells.c.end_reason,
    ]  # fmt: skip
    rows = (
        select(*parts)
        .select_from(source.join(known, sa.true()))
        .where(
            visible_to(scope, spells.c.owner_id),
            sa.or_(entered == 0, spells.c.age_days >= entered),
            *own,
        )
        .subquery("alike")
    )
    names = SPELL_COUNTS.column_names[:-1]
    statement = (
        select(*(rows.c[name] for name in names), func.count().label("spells"))
        .group_by(*(rows.c[name] for name in names))
        .order_by(*(rows.c[name].nulls_last() for name in names))
    )
    return read_frame(conn, statement, SPELL_COUNTS)


def product_names(conn: Connection, product_ids: tuple[str, ...]) -> dict[str, str]:
    """Return the names of products by id; without those that have none."""
    things = table("products")
    statement = select(things.c.product_id, things.c.name).where(
        things.c.product_id.in_(product_ids), things.c.name.is_not(None)
    )
    return {row.product_id: row.name for row in conn.execute(statement)}


def _known_from() -> sa.ScalarSelect[date]:
    """Return the earlier of two first ends: of the monthly clock, and of an unbroken time."""
    flows, spells = mart("contract_flows"), mart("contract_spells")
    of_month = select(func.min(flows.c.month_on)).where(
        flows.c.lost_customers + flows.c.passed_customers > 0
    )
    of_spell = select(bucket_start(func.min(spells.c.ended_on), "month"))
    first = sa.union_all(of_month.with_only_columns(func.min(flows.c.month_on).label("day")),
                         of_spell).subquery("firsts")  # fmt: skip
    return select(func.min(first.c.day)).scalar_subquery()


def _split(spells: sa.Table, by: str) -> tuple[ColumnElement[Any], Any]:
    if not by:
        return sa.literal(None, sa.Text()), spells
    if by in _OWN:
        return spells.c[_OWN[by]], spells
    if by == "rfm_segment":
        scores = mart("customer_scores")
        joined = spells.outerjoin(scores, scores.c.customer_no == spells.c.customer_no)
        return scores.c.rfm_segment, joined
    raise UsageError(
        "contract_split",
        f"Contracts cannot be split by '{by}'. Use one of {', '.join(SPLITS)}.",
        by=by,
    )


def _asked(
    spells: sa.Table, source: Any, where: Where, among: str
) -> tuple[Any, list[ColumnElement[bool]]]:
    """Return the source, joined to the customers asked for where that needs to know them."""
    own = [keeps(spells.c[name], values) for name, values in where if name in FILTERS]
    others = tuple((name, values) for name, values in where if name not in FILTERS)
    if among or others:
        of = members(EVERYTHING, others, among)
        source = source.join(of, of.c.customer_no == spells.c.customer_no)
    return source, own
