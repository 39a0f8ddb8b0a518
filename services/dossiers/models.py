"""Tables of dossiers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.models import Base


class DossierRow(Base):
    __tablename__ = "dossiers"

    code: Mapped[str] = mapped_column(primary_key=True)
    core: Mapped[str] = mapped_column(index=True)  # the code without its prefix
    ending: Mapped[str] = mapped_column(index=True)  # its digits from the last to the first
    procedure: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    received: Mapped[date]
    due: Mapped[date | None]
    verify_last4: Mapped[str]
    holder: Mapped[str]
    note: Mapped[str]
    imported_at: Mapped[datetime]


class DossierStateRow(Base):
    """A state that a dossier was found in, when the one before was another."""

    __tablename__ = "dossier_states"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("dossiers.code", ondelete="CASCADE"), index=True)
    status: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str]


class DossierCheckRow(Base):
    """Identity checks that failed for a code, or for the last digits of one, whether or not there is such a dossier."""

    __tablename__ = "dossier_checks"

    code: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    at: Mapped[datetime]  # of the last one


class DossierReminderRow(Base):
    """Who is to be told what becomes of a dossier. It may be one of the city's system, so there is no foreign key."""

    __tablename__ = "dossier_reminders"
    __table_args__ = (UniqueConstraint("code", "phone"), Index(None, "ended_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    phone: Mapped[str]
    call_id: Mapped[str | None]  # in which it was agreed
    agreed_at: Mapped[datetime]
    status: Mapped[str]  # last known
    due_told: Mapped[bool]
    told: Mapped[int]  # messages so far
    ended_at: Mapped[datetime | None]
