"""What people decided of records that may be the same."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class IdentityDecisionRow(Base):
    """That one record is another (``merge``), or that two are not the same (``apart``).

    ``kind`` is the table of the records. Of a merge ``record_id`` goes on as ``other_id``; both
    are as they were when it was decided. ``together`` names decisions that were made in one go.
    ``moved`` are the tasks that went along, as JSON.
    """

    __tablename__ = "identity_decisions"

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    together: Mapped[str]
    kind: Mapped[str]
    action: Mapped[str]
    record_id: Mapped[str]
    other_id: Mapped[str]
    moved: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]

    __table_args__ = (Index("identity_decisions_by_record", "kind", "record_id"),)
