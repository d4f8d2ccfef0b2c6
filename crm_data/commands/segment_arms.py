"""Who was contacted and who was held back at exports of a segment: stored, and found again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import uuid4

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from crm_data.app_db import SegmentExportMemberRow, SegmentExportRow, session
from crm_data.frames import Column, FrameSpec
from crm_data.scope import AccessScope, visible_to
from crm_data.settings import Settings
from crm_data.sql import json_items, read_frame
from crm_data.tables import mart

Arm = Literal["contact", "held_back"]
ARMS: tuple[Arm, ...] = get_args(Arm)
HELD_BACK = FrameSpec(
    "held_back",
    "one row per export and customer held back at it, newest export first",
    ("export_id", "customer_id"),
    (
        Column("export_id", "text"),
        Column("exported_at", "instant"),
        Column("customer_id", "text"),
        Column("name", "text"),
    ),
)
_VISIBLE = FrameSpec(
    "visible", "one row per customer", ("customer_id",),
    (Column("customer_id", "text"), Column("name", "text")),
)  # fmt: skip


@dataclass(frozen=True)
class SegmentExport:
    """An export with a hold-out: of which conditions, how it was drawn, by whom and when."""

    export_id: str
    name: str
    definition: str
    channel: str
    holdout_share: float
    seed: int
    version: str
    exported_by: str
    exported_at: datetime


def add_export(
    db: Session, export: SegmentExport, segment_id: str | None, arms: dict[Arm, Iterable[str]]
) -> None:
    """Write an export and the arm of each of its customers, in the caller's transaction."""
    db.add(SegmentExportRow(segment_id=segment_id, **vars(export)))
    db.flush()
    members = [
        {"export_id": export.export_id, "customer_id": customer_id, "arm": arm}
        for arm, customers in arms.items()
        for customer_id in customers
    ]
    if members:
        db.execute(sa.insert(SegmentExportMemberRow), members)


def new_export_id() -> str:
    """Return an id that no export has."""
    return uuid4().hex


def exports_of(settings: Settings, segment_id: str, definition: str) -> list[SegmentExport]:
    """Return exports with a hold-out, newest first: of a saved segment, or of its conditions.

    They say nothing of customers; ``held_back_at`` does, to who may see them.
    """
    row = SegmentExportRow
    mine = row.definition == definition
    if segment_id:
        mine = sa.or_(mine, row.segment_id == segment_id)
    names = list(SegmentExport.__dataclass_fields__)
    statement = select(*(getattr(row, name) for name in names)).where(mine)
    with session(settings) as db:
        found = db.execute(statement.order_by(row.exported_at.desc(), row.export_id)).all()
    return [SegmentExport(*one) for one in found]


def held_back_at(
    settings: Settings, conn: Connection, scope: AccessScope, export_ids: Sequence[str]
) -> pd.DataFrame:
    """Return who was held back at exports, of those whom the viewer may see now: ``HELD_BACK``.

    A customer that the data does not hold any more is shown to who sees everything only.
    """
    member, export = SegmentExportMemberRow, SegmentExportRow
    statement = (
        select(member.export_id, export.exported_at, member.customer_id)
        .join(export, export.export_id == member.export_id)
        .where(member.export_id.in_(list(export_ids)), member.arm == "held_back")
        .order_by(export.exported_at.desc(), member.export_id, member.customer_id)
    )
    with session(settings) as db:
        rows = [tuple(row) for row in db.execute(statement)]
    held = pd.DataFrame.from_records(rows, columns=["export_id", "exported_at", "customer_id"])
    ids = sorted(set(held["customer_id"]))
    asked = select(json_items(json.dumps(ids)).label("customer_id")).subquery("asked")
    facts = mart("customer_facts")
    known = read_frame(
        conn,
        select(facts.c.customer_id, facts.c.name)
        .join(asked, asked.c.customer_id == facts.c.customer_id)
        .where(visible_to(scope, facts.c.owner_id)),
        _VISIBLE,
    )
    how: Literal["left", "inner"] = "left" if scope.is_everything else "inner"
    held["customer_id"] = held["customer_id"].astype("str")
    return HELD_BACK.conform(held.merge(known, on="customer_id", how=how))
