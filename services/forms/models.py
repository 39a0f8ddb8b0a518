"""Tables of the voice forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.models import Base


class FormRow(Base):
    """A form that was broken off or filled to the end. What it holds is personal, and is erased with `FormStore`."""

    __tablename__ = "forms"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    form: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(index=True)
    call_id: Mapped[str] = mapped_column(index=True)  # of the call that touched it last
    submission: Mapped[str | None] = mapped_column(unique=True)  # digest of call, form and content of what is finished
    filling: Mapped[dict[str, Any]]
    eform: Mapped[dict[str, Any]]
    touched_at: Mapped[datetime]
    wrong_checks: Mapped[int]
    locked_until: Mapped[datetime | None]
    changes: Mapped[list[FormChangeRow]] = relationship(order_by="FormChangeRow.id", lazy="selectin")


class FormChangeRow(Base):
    __tablename__ = "form_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("forms.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str]


class RegisterConsentRow(Base):
    """That a caller agreed, in a call, to be looked up in the citizen register."""

    __tablename__ = "register_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(index=True)
    wording_version: Mapped[str]
    wording_digest: Mapped[str]  # of the words that were said, so that they can be proved
    answer: Mapped[str]  # what the caller said to them
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
