"""Tables of the hotline."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC: SQLite has no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


class Base(DeclarativeBase):
    # Named constraints, so that migrations can change them on every database.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: Moment,
        dict[str, Any]: JSON().with_variant(JSONB, "postgresql"),
    }


class ProcedureRow(Base):
    """What is known of a procedure now, once from each origin."""

    __tablename__ = "procedures"

    code: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]  # 1 for its first version
    name: Mapped[str]
    version: Mapped[str]  # the decision that published it
    since: Mapped[str]  # of the source that first said so, ISO
    date: Mapped[str]  # of the newest source that says so, ISO
    source: Mapped[str]
    record: Mapped[dict[str, Any]]
    digest: Mapped[str]  # of the record
    loaded_at: Mapped[datetime]  # when this row was last touched
    withdrawn_on: Mapped[str | None]  # of the first source that no longer had it, ISO


class ProcedureVersionRow(Base):
    """What was known before, until it changed."""

    __tablename__ = "procedure_versions"

    code: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    version: Mapped[str]
    since: Mapped[str]
    until: Mapped[str]  # ISO: from then on something else was known, or nothing
    source: Mapped[str]
    record: Mapped[dict[str, Any]]
    digest: Mapped[str]
    loaded_at: Mapped[datetime]


class TicketRow(Base):
    __tablename__ = "tickets"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a number once told to a caller is never used again

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    summary: Mapped[str]
    phone: Mapped[str | None]
    call_id: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    priority: Mapped[str] = mapped_column(server_default="normal")
    category: Mapped[str | None]
    ward: Mapped[str | None]
    report: Mapped[dict[str, Any] | None]  # what the caller told
    consent: Mapped[dict[str, Any] | None]  # to be contacted
    assignee: Mapped[str | None]
    key: Mapped[str | None] = mapped_column(unique=True, index=True)  # of what is filed once
    state: Mapped[str] = mapped_column(index=True)
    changes: Mapped[list[TicketChangeRow]] = relationship(order_by="TicketChangeRow.id", lazy="selectin")


class TicketChangeRow(Base):
    __tablename__ = "ticket_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(server_default="moved")
    state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str]


class EventRow(Base):
    """One event of a call, as it came."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "kind", "at"),)

    call_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    data: Mapped[dict[str, Any]]


class MessageRow(Base):
    __tablename__ = "messages"
    __table_args__ = (Index(None, "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    to: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    error: Mapped[str]


class SurveyRow(Base):
    """What one caller answered; None for what was not asked or not answered."""

    __tablename__ = "survey_answers"

    call_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)  # of the first answer
    procedure: Mapped[str | None]
    satisfaction: Mapped[int | None]
    understood: Mapped[bool | None]
    comment: Mapped[str | None]


class CallbackRow(Base):
    __tablename__ = "callbacks"
    __table_args__ = (Index(None, "state", "start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str]
    start: Mapped[datetime]
    end: Mapped[datetime]
    about: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str]


class UnfinishedRow(Base):
    """What a call was in the middle of. Holds what the caller had said so far, and is gone within the hour."""

    __tablename__ = "unfinished_calls"
    __table_args__ = (Index(None, "caller", "saved_at"),)

    call_id: Mapped[str] = mapped_column(primary_key=True)
    caller: Mapped[str]  # keyed hash of the number
    saved_at: Mapped[datetime] = mapped_column(index=True)
    task: Mapped[str]
    memory: Mapped[dict[str, Any]]


class QueueSlotRow(Base):
    """How many numbers of a slot are out. Its row is what those who book at the same time wait for."""

    __tablename__ = "queue_slots"

    ward: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[datetime] = mapped_column(primary_key=True)
    taken: Mapped[int]


class BookingRow(Base):
    __tablename__ = "queue_bookings"
    __table_args__ = (
        # One telephone holds one number in a slot, however often it asks.
        Index(
            "uq_queue_bookings_held",
            "phone",
            "ward",
            "start",
            unique=True,
            sqlite_where=text("state = 'booked'"),
            postgresql_where=text("state = 'booked'"),
        ),
        Index(None, "start", "ward"),
        {"sqlite_autoincrement": True},  # a number once told to a caller is never used again
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward: Mapped[str]
    start: Mapped[datetime]
    phone: Mapped[str]
    group: Mapped[str | None]  # of procedures
    procedure: Mapped[str | None]  # code
    call_id: Mapped[str | None]
    state: Mapped[str]
    booked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
