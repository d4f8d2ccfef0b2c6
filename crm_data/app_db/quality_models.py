"""Rules about data that the company has added itself."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class QualityRuleRow(Base):
    """A condition over customers that no customer should meet, as segments write theirs."""

    __tablename__ = "quality_rules"

    rule_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    definition: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
