"""Tables of the app database about imports from databases."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class WatermarkRow(Base):
    """How far a batch from a database goes; of an undone batch it counts no more."""

    __tablename__ = "batch_watermarks"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.batch_id"), primary_key=True)
    source: Mapped[str]
    column_name: Mapped[str]
    value: Mapped[str]

    __table_args__ = (Index("batch_watermarks_by_source", "source", "column_name"),)
