"""Tables about campaigns: what was planned before launch, and what was said of it afterwards."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class CampaignPlanRow(Base):
    """A plan. Once locked the store refuses to change or delete it.

    ``content`` is JSON (``crm_data.campaign_plans.PlanDraft``); ``content_hash`` its SHA-256 when
    it was locked, empty before.
    """

    __tablename__ = "campaign_plans"

    plan_id: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[str]
    content: Mapped[str]
    content_hash: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    locked_by: Mapped[str]
    locked_at: Mapped[datetime | None]

    __table_args__ = (Index("campaign_plans_by_campaign", "campaign_id", unique=True),)


class CampaignReviewRow(Base):
    """A frozen post-mortem: append only. ``data`` is JSON, ``data_hash`` its SHA-256."""

    __tablename__ = "campaign_reviews"

    plan_id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[str]
    data_hash: Mapped[str]
    lessons: Mapped[str]
    version: Mapped[str]
    frozen_by: Mapped[str]
    frozen_at: Mapped[datetime]
