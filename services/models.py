"""Tables of the hotline."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData
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
    kind: Mapped[str]
    summary: Mapped[str]
    phone: Mapped[str | None]
    call_id: Mapped[str | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    changes: Mapped[list[TicketChangeRow]] = relationship(order_by="TicketChangeRow.id", lazy="selectin")


class TicketChangeRow(Base):
    __tablename__ = "ticket_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
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
