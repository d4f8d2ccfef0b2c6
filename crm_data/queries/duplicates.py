"""Records that are probably the same, as the version scored them; what they hold, side by side."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.merged_records import KINDS
from crm_data.scope import AccessScope, visible_to
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.scores import DUPLICATE_PAIRS

_AT_ONCE = 500
SHOWN = {
    "customers": (
        "name", "kind", "email", "phone", "birth_on", "gender", "city", "region", "country",
        "industry", "source", "owner_id", "created_at",
    ),
    "contacts": ("name", "title", "email", "phone", "customer_id"),
    "leads": ("source", "status", "owner_id", "created_at", "customer_id"),
}  # fmt: skip
CLUSTER_SUMS = FrameSpec(
    "duplicate_sums",
    "one row: customers visible, and those beyond the first of a cluster",
    (),
    columns_of("customers:count looked_at:count duplicates:count clusters:count"),
)
DUPLICATE_CUSTOMERS = FrameSpec(
    "duplicate_customers",
    "one row per visible customer beyond the first of its group, the most probable first",
    ("customer_id",),
    columns_of("customer_id:text name:text owner_id:text survivor_id:text probability:share"),
)


def duplicate_pairs(conn: Connection, *, scope: AccessScope, kind: str) -> pd.DataFrame:
    """Return ``DUPLICATE_PAIRS`` of a kind, both of whose records the viewer may see."""
    pairs = mart("duplicate_pairs")
    statement = (
        select(pairs)
        .where(
            pairs.c.kind == kind,
            visible_to(scope, pairs.c.owner_l),
            visible_to(scope, pairs.c.owner_r),
        )
        .order_by(pairs.c.probability.desc(), pairs.c.id_l, pairs.c.id_r)
    )
    return read_frame(conn, statement, DUPLICATE_PAIRS)


def duplicate_sums(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return ``CLUSTER_SUMS``."""
    scores, known = mart("score_duplicates"), table("customers")
    is_extra = scores.c.customer_id != scores.c.survivor_id
    statement: sa.Select[Any] = (
        select(
            sa.func.count().label("customers"),
            sa.func.count(scores.c.customer_id).label("looked_at"),
            sa.func.coalesce(sa.func.sum(sa.case((is_extra, 1), else_=0)), 0).label("duplicates"),
            sa.func.count(sa.distinct(sa.case((is_extra, scores.c.cluster_id)))).label("clusters"),
        )
        .select_from(known.outerjoin(scores, known.c.customer_id == scores.c.customer_id))
        .where(visible_to(scope, known.c.owner_id))
    )
    return read_frame(conn, statement, CLUSTER_SUMS)


def duplicate_customers(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return ``DUPLICATE_CUSTOMERS``: the rows behind the duplicate rate."""
    scores, known = mart("score_duplicates"), table("customers")
    first = known.alias("first")  # the other one may be of an owner whom the viewer may not see
    survivor = sa.case((visible_to(scope, first.c.owner_id), scores.c.survivor_id))
    statement = (
        select(
            known.c.customer_id, known.c.name, known.c.owner_id, survivor.label("survivor_id"),
            scores.c.probability,
        )
        .select_from(
            scores.join(known, known.c.customer_id == scores.c.customer_id)
            .outerjoin(first, first.c.customer_id == scores.c.survivor_id)
        )
        .where(
            scores.c.customer_id != scores.c.survivor_id, visible_to(scope, known.c.owner_id)
        )
        .order_by(scores.c.probability.desc(), known.c.customer_id)
    )  # fmt: skip
    return read_frame(conn, statement, DUPLICATE_CUSTOMERS)


def merged_ids(conn: Connection) -> frozenset[tuple[str, str]]:
    """Return kind and id of every record that the version has under another id."""
    merged = mart("merged_records")
    found = conn.execute(select(merged.c.kind, merged.c.merged_id))
    return frozenset((str(kind), str(record)) for kind, record in found)


def visible_records(
    conn: Connection, kind: str, ids: Sequence[str], *, scope: AccessScope
) -> set[str]:
    """Return those ids that are records which the viewer may see, merged ones included."""
    rows, key, owner = _records(kind)
    merged = mart("merged_records")
    found: set[str] = set()
    for start in range(0, len(ids), _AT_ONCE):
        some = list(ids[start : start + _AT_ONCE])
        direct = select(key).select_from(rows).where(key.in_(some), visible_to(scope, owner))
        onward = (
            select(merged.c.merged_id)
            .select_from(rows.join(merged, key == merged.c.survivor_id))
            .where(merged.c.kind == kind, merged.c.merged_id.in_(some), visible_to(scope, owner))
        )
        found |= {str(row[0]) for statement in (direct, onward) for row in conn.execute(statement)}
    return found


def side_by_side(
    conn: Connection, kind: str, ids: Sequence[str], *, scope: AccessScope
) -> dict[str, dict[str, Any]]:
    """Return what records hold, by id: ``SHOWN``, and their other fields by name."""
    rows, key, owner = _records(kind)
    source = table(kind)
    columns = [source.c[name] for name in SHOWN[kind]]
    found: dict[str, dict[str, Any]] = {}
    statement = (
        select(key, *columns, source.c.attributes)
        .select_from(rows)
        .where(key.in_(list(ids)), visible_to(scope, owner))
    )
    for record, *values, attributes in conn.execute(statement):
        known = json.loads(attributes) if attributes else {}
        more = known if isinstance(known, dict) else {}
        found[str(record)] = more | dict(zip(SHOWN[kind], values, strict=True))
    return found


def _records(kind: str) -> tuple[Any, ColumnElement[str], ColumnElement[str]]:
    """Return rows of a kind, their key and who may see them; of a contact its customer's owner."""
    source = table(kind)
    key = source.c[KINDS[kind]]
    if kind != "contacts":
        return source, key, source.c.owner_id
    customers = table("customers")
    joined = source.outerjoin(customers, customers.c.customer_id == source.c.customer_id)
    return joined, key, customers.c.owner_id
