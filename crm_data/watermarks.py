"""How far imports from databases go, so that the next one reads only what is new."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from crm_data.app_db import BatchRow, WatermarkRow, session
from crm_data.settings import Settings


@dataclass(frozen=True)
class Watermark:
    """How far a batch goes: the highest value, as text, of a column of its source."""

    column: str
    value: str


def watermark_rows(
    batches: Sequence[BatchRow], marks: Sequence[Watermark | None]
) -> list[WatermarkRow]:
    """Return the rows to store with batches that have a watermark."""
    return [
        WatermarkRow(
            batch_id=batch.batch_id, source=batch.source, column_name=mark.column, value=mark.value
        )
        for batch, mark in zip(batches, marks, strict=True)
        if mark is not None
    ]


def last_watermark(settings: Settings, source: str, column: str) -> str | None:
    """Return how far the last import of a source goes, those undone left out; None: none did."""
    query = (
        sa.select(WatermarkRow.value)
        .join(BatchRow, BatchRow.batch_id == WatermarkRow.batch_id)
        .where(
            WatermarkRow.source == source,
            WatermarkRow.column_name == column,
            BatchRow.undone_at.is_(None),
        )
        .order_by(BatchRow.sequence.desc())
        .limit(1)
    )
    with session(settings) as db:
        return db.scalar(query)
