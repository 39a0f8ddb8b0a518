"""Consent of callers to be looked up in the citizen register: explicit, provable, withdrawable."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import select, update

from services.database import Database
from services.forms.models import RegisterConsentRow


@dataclass(frozen=True)
class Wording:
    """What the caller is asked, to be said as it stands."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def wording() -> Wording:
    return Wording(**yaml.safe_load(Path(__file__).with_name("consent.yml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Consent:
    id: int
    call_id: str
    wording_version: str
    wording_digest: str
    given_at: datetime
    withdrawn_at: datetime | None


class Consents:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, call_id: str, phone: str | None, answer: str, now: datetime) -> Consent:
        """Stores that the caller said yes to `wording()`; `answer` are the words."""
        asked = wording()
        row = RegisterConsentRow(
            call_id=call_id,
            phone=phone,
            wording_version=asked.version,
            wording_digest=asked.digest,
            answer=answer[:200],
            given_at=now,
            withdrawn_at=None,
        )
        with self._database.session(write=True) as session:
            session.add(row)
            session.flush()
            return _consent(row)

    def of_call(self, call_id: str) -> Consent | None:
        """The consent that holds in this call."""
        query = select(RegisterConsentRow).where(
            RegisterConsentRow.call_id == call_id, RegisterConsentRow.withdrawn_at.is_(None)
        )
        with self._database.session() as session:
            row = session.scalar(query.order_by(RegisterConsentRow.id.desc()).limit(1))
            return _consent(row) if row else None

    def withdraw(self, now: datetime, *, call_id: str | None = None, phone: str | None = None) -> int:
        """Ends the consents of a call, or all that were given from a number; how many held until now."""
        if call_id is None and phone is None:
            raise ValueError("withdraw needs a call or a number")
        statement = update(RegisterConsentRow).where(RegisterConsentRow.withdrawn_at.is_(None))
        if call_id is not None:
            statement = statement.where(RegisterConsentRow.call_id == call_id)
        if phone is not None:
            statement = statement.where(RegisterConsentRow.phone == phone)
        with self._database.session(write=True) as session:
            ended = session.execute(statement.values(withdrawn_at=now).returning(RegisterConsentRow.id))
            return len(ended.all())


def _consent(row: RegisterConsentRow) -> Consent:
    return Consent(row.id, row.call_id, row.wording_version, row.wording_digest, row.given_at, row.withdrawn_at)
