"""Repairs that the company accepted: a value of a field, and what is put in its place at build."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm_data.app_db import RepairRow, session
from crm_data.batch_rows import Correction
from crm_data.settings import Settings

# Columns that name a row of another table, by (table, column): that table and its key.
TARGETS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("order_lines", "product_id"): ("products", "product_id"),
    ("subscriptions", "product_id"): ("products", "product_id"),
    ("opportunities", "product_id"): ("products", "product_id"),
    ("orders", "campaign_id"): ("campaigns", "campaign_id"),
    ("interactions", "campaign_id"): ("campaigns", "campaign_id"),
    ("leads", "campaign_id"): ("campaigns", "campaign_id"),
    ("opportunities", "campaign_id"): ("campaigns", "campaign_id"),
    ("orders", "owner_id"): ("employees", "employee_id"),
    ("customers", "owner_id"): ("employees", "employee_id"),
    ("leads", "owner_id"): ("employees", "employee_id"),
    ("opportunities", "owner_id"): ("employees", "employee_id"),
    ("tickets", "agent_id"): ("employees", "employee_id"),
    ("orders", "customer_id"): ("customers", "customer_id"),
    ("contacts", "customer_id"): ("customers", "customer_id"),
    ("opportunities", "customer_id"): ("customers", "customer_id"),
    ("tickets", "customer_id"): ("customers", "customer_id"),
    ("subscriptions", "customer_id"): ("customers", "customer_id"),
}  # fmt: skip
# Columns that hold words, and the list of words known beforehand, if there is one.
WORDS: Mapping[tuple[str, str], str | None] = {
    ("customers", "country"): "countries",
    ("customers", "industry"): "industries",
    ("customers", "region"): None,
    ("customers", "city"): None,
    ("customers", "source"): None,
    ("customers", "lifecycle"): None,
    ("employees", "team"): None,
    ("employees", "region"): None,
    ("products", "category"): None,
    ("orders", "channel"): None,
    ("leads", "source"): None,
    ("leads", "status"): None,
    ("opportunities", "pipeline"): None,
    ("opportunities", "stage"): None,
    ("opportunities", "source"): None,
    ("opportunities", "loss_reason"): None,
    ("tickets", "category"): None,
    ("tickets", "channel"): None,
    ("tickets", "priority"): None,
    ("campaigns", "channel"): None,
    ("subscriptions", "end_reason"): None,
}


@dataclass(frozen=True)
class Repair:
    """An accepted repair; ``rows``, ``similarity`` and ``kind`` are what was known of it then."""

    repair_id: int
    table: str
    field: str
    value: str
    target: str
    kind: str
    rows: int
    similarity: float
    accepted_by: str
    accepted_at: datetime
    undone_by: str | None
    undone_at: datetime | None


def repairs(settings: Settings, *, with_undone: bool = False) -> list[Repair]:
    """Return the repairs in the order they were accepted; undone ones only if asked for."""
    query = sa.select(RepairRow).order_by(RepairRow.repair_id)
    if not with_undone:
        query = query.where(RepairRow.undone_at.is_(None))
    with session(settings) as db:
        return [repair_of(row) for row in db.scalars(query)]


def corrections(settings: Settings) -> tuple[Correction, ...]:
    """Return what the next build puts in place of what."""
    return tuple(Correction(r.table, r.field, r.value, r.target) for r in repairs(settings))


def repair_of(row: RepairRow) -> Repair:
    """Return a stored repair as a value."""
    return Repair(
        row.repair_id, row.table_name, row.field, row.value, row.target, row.kind, row.row_count,
        row.similarity, row.accepted_by, row.accepted_at, row.undone_by, row.undone_at,
    )  # fmt: skip
