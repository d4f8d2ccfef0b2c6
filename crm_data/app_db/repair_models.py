"""Repairs of values that the company accepted; an undone one stays as history."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class RepairRow(Base):
    """A value of a field and what is put in its place, with the evidence as it was accepted."""

    __tablename__ = "repairs"

    repair_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    table_name: Mapped[str]
    field: Mapped[str]
    value: Mapped[str]
    target: Mapped[str]
    kind: Mapped[str]
    row_count: Mapped[int]
    similarity: Mapped[float]
    accepted_by: Mapped[str]
    accepted_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("repairs_by_value", "table_name", "field", "value"),)
