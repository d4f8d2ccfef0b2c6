"""After a publish: how large each saved segment is in the new version, who came and who went."""

from datetime import datetime

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from crm_data.app_db import SegmentSizeRow, is_initialised, session
from crm_data.commands.segments import SavedSegment, saved_segments
from crm_data.errors import NoWarehouseError, StorageError, UsageError
from crm_data.queries.segments import data_ends_on, segment_size
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.segments import in_segment
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.versions import Warehouse
from crm_data.warehouse import kept_versions


def record_sizes(settings: Settings, version: str, now: datetime) -> None:
    """Write a ``SegmentSizeRow`` for every living segment; again where its tree has changed.

    Entries and exits are against the previous version that is kept, by today's tree and by
    customer; missing without one. A tree that cannot be read any more is left out.

    Raises
    ------
    StorageError
        The app database or the version cannot be read or written.
    """
    del now  # sizes belong to a version, which has its own time
    if not is_initialised(settings):
        return
    due = _due(settings, version)
    if not due:
        return
    before = [kept for kept in kept_versions(settings) if kept < version]
    warehouse = Warehouse(settings)
    try:
        rows = [
            row
            for segment in due
            if (row := _measured(warehouse, segment, version, before[-1] if before else None))
        ]
    finally:
        warehouse.close()
    with session(settings) as db:
        for row in rows:
            db.merge(row)


def size_history(settings: Settings, scope: AccessScope, segment_id: str) -> pd.DataFrame:
    """Return recorded sizes, oldest version first: version, as_of, customers, entered …

    They count every customer of the company and cannot be narrowed, so only who sees everything
    gets them; for others the frame is empty.
    """
    names = ("version", "as_of", "customers", "net_amount", "entered", "left", "definition")
    statement = (
        sa.select(*(getattr(SegmentSizeRow, name) for name in names))
        .where(
            SegmentSizeRow.segment_id == segment_id,
            sa.true() if scope.is_everything else sa.false(),
        )
        .order_by(SegmentSizeRow.version)
    )
    with session(settings) as db:
        rows = db.execute(statement).all()
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(names))
    kinds = {"customers": "Int64", "entered": "Int64", "left": "Int64", "net_amount": "float64"}
    return frame.astype({**kinds, "as_of": "datetime64[us]"})


def _due(settings: Settings, version: str) -> list[SavedSegment]:
    """Return the segments whose size in the version is not known, or of another tree."""
    with session(settings) as db:
        rows = db.execute(
            sa.select(SegmentSizeRow.segment_id, SegmentSizeRow.definition).where(
                SegmentSizeRow.version == version
            )
        )
        known = {row.segment_id: row.definition for row in rows}
    return [s for s in saved_segments(settings) if known.get(s.segment_id) != s.definition]


def _measured(
    warehouse: Warehouse, segment: SavedSegment, version: str, before: str | None
) -> SegmentSizeRow | None:
    try:
        with warehouse.connect(version) as conn:
            size = segment_size(conn, EVERYTHING, segment.definition)
            as_of = data_ends_on(conn)
            now = _ids(conn, segment.definition)
    except UsageError:
        return None
    then = None if before is None else _ids_before(warehouse, segment.definition, before)
    return SegmentSizeRow(
        segment_id=segment.segment_id,
        version=version,
        definition=segment.definition,
        as_of=as_of,
        customers=size.customers,
        net_amount=size.net_amount,
        entered=None if then is None else len(now - then),
        left=None if then is None else len(then - now),
    )


def _ids(conn: sa.Connection, definition: str) -> set[str]:
    """Return members by id: numbers of customers are a version's own."""
    facts = mart("customer_facts")
    chosen = in_segment(facts.c.customer_no, definition, data_ends_on(conn))
    return set(conn.scalars(sa.select(facts.c.customer_id).where(chosen)))


def _ids_before(warehouse: Warehouse, definition: str, version: str) -> set[str] | None:
    """Return members in an earlier version; None where it cannot tell (gone, other marts)."""
    try:
        with warehouse.connect(version) as conn:
            return _ids(conn, definition)
    except (DBAPIError, NoWarehouseError, StorageError):
        return None
