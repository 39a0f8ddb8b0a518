"""What calls were in the middle of when the line was lost, for callers who ring again soon.

A caller's number is kept only as a hash with a key that is not in the database: ten digits could be guessed from a
plain one. Only mobile numbers count: behind others sit many people.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from services.database import Database
from services.models import UnfinishedRow
from services.settings import ResumeSettings

_MOBILE = re.compile(r"0[35789]\d{8}")


@dataclass(frozen=True)
class Unfinished:
    call_id: str
    task: str
    memory: Mapping[str, Any]


class UnfinishedCalls:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database, settings: ResumeSettings) -> None:
        self._database = database
        self._keep = timedelta(minutes=settings.minutes)
        self._key = (settings.key.get_secret_value() or secrets.token_hex(16)).encode()

    def save(self, call_id: str, phone: str, task: str, memory: Mapping[str, Any], now: datetime) -> bool:
        """In place of what was saved of the call before. Whether it was: not for numbers of many people."""
        if not self._keep or not _MOBILE.fullmatch(phone):
            return False
        with self._database.session(write=True) as session:
            row = {"caller": self._hash(phone), "saved_at": now, "task": task, "memory": dict(memory)}
            session.merge(UnfinishedRow(call_id=call_id, **row))
        return True

    def erase(self, now: datetime) -> int:
        """What is too old to be offered; how many."""
        too_old = delete(UnfinishedRow).where(UnfinishedRow.saved_at < now - self._keep)
        with self._database.session(write=True) as session:
            return len(session.scalars(too_old.returning(UnfinishedRow.call_id)).all())

    def drop(self, call_id: str) -> None:
        with self._database.session(write=True) as session:
            session.execute(delete(UnfinishedRow).where(UnfinishedRow.call_id == call_id))

    def latest(self, phone: str, now: datetime) -> Unfinished | None:
        """Of the caller's calls that broke off lately."""
        query = (
            select(UnfinishedRow)
            .where(UnfinishedRow.caller == self._hash(phone), UnfinishedRow.saved_at >= now - self._keep)
            .order_by(UnfinishedRow.saved_at.desc())
            .limit(1)
        )
        with self._database.session() as session:
            row = session.scalars(query).first()
            return Unfinished(row.call_id, row.task, row.memory) if row else None

    def take(self, call_id: str, now: datetime) -> Unfinished | None:
        """Once; None when it is gone or too old."""
        with self._database.session(write=True) as session:
            row = session.get(UnfinishedRow, call_id, with_for_update=True)
            if row is None:
                return None
            session.delete(row)
            return Unfinished(row.call_id, row.task, row.memory) if row.saved_at >= now - self._keep else None

    def _hash(self, phone: str) -> str:
        return hmac.new(self._key, phone.encode(), hashlib.sha256).hexdigest()
