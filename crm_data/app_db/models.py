"""Tables of the app database: what people did in this app."""

from datetime import UTC, date, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, Text, TypeDecorator, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def naive_utc(instant: datetime) -> datetime:
    """Return an instant as the stores keep it: UTC, without a zone."""
    if instant.tzinfo is None:
        return instant
    return instant.astimezone(UTC).replace(tzinfo=None)


class UtcInstant(TypeDecorator[datetime]):
    """A TIMESTAMP that holds UTC, whatever zone the value was given in."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Convert on the way in."""
        return None if value is None else naive_utc(value)


class Base(DeclarativeBase):
    """Declarative base of the app database. Instants are naive UTC."""

    type_annotation_map = {str: Text(), datetime: UtcInstant()}  # noqa: RUF012 - SQLAlchemy's own form


class BatchRow(Base):
    """Ledger of stored batches, in the order they were stored."""

    __tablename__ = "batches"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    batch_id: Mapped[str] = mapped_column(unique=True)
    table_name: Mapped[str]
    source: Mapped[str]
    preset: Mapped[str | None]
    mapping: Mapped[str]
    content_hash: Mapped[str]
    row_count: Mapped[int]
    rejected_count: Mapped[int]
    replaces: Mapped[bool]
    received_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    named: Mapped[str] = mapped_column(default="{}", server_default="{}")

    __table_args__ = (Index("batches_by_content", "content_hash"),)


class VersionRow(Base):
    """Ledger of published versions; dropped ones stay as history."""

    __tablename__ = "versions"

    version: Mapped[str] = mapped_column(primary_key=True)
    built_at: Mapped[datetime]
    seconds: Mapped[float]
    batches: Mapped[str]
    row_counts: Mapped[str]
    dropped_at: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what, when. Append only."""

    __tablename__ = "audit_log"

    audit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    happened_at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[str]


class RuleRow(Base):
    """A rule set that the company has changed: its name and its value as JSON."""

    __tablename__ = "rules"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]


class SegmentRow(Base):
    """A saved segment: a condition tree as JSON, with owner and note."""

    __tablename__ = "segments"

    segment_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str]
    owner: Mapped[str]
    definition: Mapped[str]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SegmentSizeRow(Base):
    """How large a segment was in a version, as it was known then; who came and who went."""

    __tablename__ = "segment_sizes"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segments.segment_id"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    definition: Mapped[str]
    as_of: Mapped[date | None]
    customers: Mapped[int]
    net_amount: Mapped[float | None]
    entered: Mapped[int | None]
    left: Mapped[int | None]


class SegmentExportRow(Base):
    """An export of a segment with a hold-out: of which conditions, how it was drawn, by whom."""

    __tablename__ = "segment_exports"

    export_id: Mapped[str] = mapped_column(primary_key=True)
    segment_id: Mapped[str | None] = mapped_column(ForeignKey("segments.segment_id"))
    name: Mapped[str]
    definition: Mapped[str]
    channel: Mapped[str]
    holdout_share: Mapped[float]
    seed: Mapped[int]
    version: Mapped[str]
    exported_by: Mapped[str]
    exported_at: Mapped[datetime]

    __table_args__ = (Index("segment_exports_by_segment", "segment_id"),)


class SegmentExportMemberRow(Base):
    """A customer of such an export, and its arm: ``contact`` or ``held_back``."""

    __tablename__ = "segment_export_members"

    export_id: Mapped[str] = mapped_column(
        ForeignKey("segment_exports.export_id"), primary_key=True
    )
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    arm: Mapped[str]


class RetentionListRow(Base):
    """A retention list: whom it was drawn from and how, and when its outcome is looked at."""

    __tablename__ = "retention_lists"

    list_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[str]
    created_at: Mapped[datetime]
    assigned_on: Mapped[date]
    due_on: Mapped[date]
    outcome_on: Mapped[date]
    definition: Mapped[str]
    version: Mapped[str]
    hold_back_share: Mapped[float]
    seed: Mapped[int]
    offer_cost: Mapped[float]
    save_rate_guess: Mapped[float]
    outcome_rule: Mapped[str]
    changed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class RetentionMemberRow(Base):
    """A customer of a retention list; the arm never changes after it was drawn."""

    __tablename__ = "retention_members"

    list_id: Mapped[str] = mapped_column(ForeignKey("retention_lists.list_id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(primary_key=True)
    arm: Mapped[str]
    value_at_stake: Mapped[float | None]
    reasons: Mapped[str]
    owner_id: Mapped[str | None]
    status: Mapped[str]
    contacted_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    note: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("retention_members_by_customer", "customer_id"),
        Index("retention_members_by_owner", "owner_id", "status"),
    )


_IS_LIVING = text("status <> 'done' AND deleted_at IS NULL")


class TaskRow(Base):
    """What somebody is to do by when; ``code`` and ``figures`` where the app raised it."""

    __tablename__ = "tasks"

    task_id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str | None]
    figures: Mapped[str]
    title: Mapped[str]
    subject: Mapped[str]
    customer_id: Mapped[str | None]
    opportunity_id: Mapped[str | None]
    lead_id: Mapped[str | None]
    ticket_id: Mapped[str | None]
    response_id: Mapped[str | None]
    due_on: Mapped[date]
    owner_id: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    origin: Mapped[str]
    origin_query: Mapped[str]
    status: Mapped[str]
    snoozed_until: Mapped[date | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    note: Mapped[str]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        Index("tasks_by_owner", "owner_id", "status"),
        Index("tasks_by_customer", "customer_id"),
        Index("tasks_by_response", "response_id"),
        # The same thing is open once; without a code (missing is never equal) as often as wanted.
        Index(
            "tasks_open_once",
            "code",
            "subject",
            unique=True,
            sqlite_where=_IS_LIVING,
            postgresql_where=_IS_LIVING,
        ),
    )
