"""Tables about forecasts: what people said would be won, and comparisons that they saved."""

from datetime import date, datetime

from sqlalchemy import Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_data.app_db.models import Base


class ForecastSubmissionRow(Base):
    """What somebody said would be won in a period, and when. Append only: the store refuses more.

    ``level`` is ``owner``, ``team`` or ``all``; ``subject`` whose deals: an employee, a team, or
    nothing. Amounts are money of the company.
    """

    __tablename__ = "forecast_submissions"

    submission_id: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    subject: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    commit_amount: Mapped[float] = mapped_column(Numeric(18, 4, asdecimal=False))
    best_amount: Mapped[float | None] = mapped_column(Numeric(18, 4, asdecimal=False))
    note: Mapped[str]
    submitted_by: Mapped[str]
    submitted_at: Mapped[datetime]
    version: Mapped[str]

    __table_args__ = (Index("forecast_submissions_by_period", "period_end", "level", "subject"),)


_IS_KEPT = text("deleted_at IS NULL")


class SavedScenarioRow(Base):
    """A saved comparison of scenarios: its question, and its totals under the saver's scope.

    ``question``, ``totals`` and ``owner_ids`` (null: everybody's customers) are JSON.
    """

    __tablename__ = "saved_scenarios"

    comparison_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]
    note: Mapped[str]
    owner: Mapped[str]
    question: Mapped[str]
    among: Mapped[str]
    frequency: Mapped[str]
    period_start: Mapped[date]
    period_end: Mapped[date]
    as_of: Mapped[date]
    totals: Mapped[str]
    owner_ids: Mapped[str]
    version: Mapped[str]
    saved_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "saved_scenarios_by_name",
            "name_key",
            unique=True,
            sqlite_where=_IS_KEPT,
            postgresql_where=_IS_KEPT,
        ),
    )
