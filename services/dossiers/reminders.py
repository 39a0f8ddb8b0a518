"""Messages to those who asked to be told what becomes of a dossier."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from services.database import Database
from services.dossiers.models import DossierReminderRow
from services.dossiers.record import CLOSED, Dossier, DossierSource, Status
from services.working_days import WorkingDays

DUE = "due"  # the day has come, and nothing has
TOLD = {Status.PAPERS_MISSING, Status.READY, Status.REJECTED}  # changes worth a message
_MOBILE = re.compile(r"0[35789]\d{8}")
_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

# What there is to tell about a dossier, a status of TOLD or DUE, in words.
Compose = Callable[[Dossier, str], str]


class Put(Protocol):
    """Puts a message into the outbox; one with the same `key` is put once."""

    def __call__(self, channel: str, to: str, text: str, key: str, now: datetime) -> None: ...


@dataclass(frozen=True)
class Reminded:
    code: str
    occasion: str
    key: str


class DossierReminders:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database, source: DossierSource, working_days: WorkingDays) -> None:
        self._database = database
        self._source = source
        self._working_days = working_days

    def subscribe(self, dossier: Dossier, phone: str, now: datetime, call_id: str | None = None) -> None:
        """`phone` is told from now on; asking again changes nothing. The caller has passed the identity check.

        Raises ValueError for a number that gets no messages.
        """
        if not _MOBILE.fullmatch(phone):
            raise ValueError("only mobile numbers get messages")
        with self._database.session(write=True) as session:
            row = session.scalar(
                select(DossierReminderRow)
                .where(DossierReminderRow.code == dossier.code, DossierReminderRow.phone == phone)
                .with_for_update()
            )
            if row is not None and row.ended_at is None:
                return
            if row is None:
                row = DossierReminderRow(code=dossier.code, phone=phone, told=0)
                session.add(row)
            row.call_id, row.agreed_at, row.ended_at = call_id, now, None
            row.status, row.due_told = dossier.status, False

    def cancel(self, now: datetime, code: str | None = None, phone: str | None = None) -> int:
        """Ends the reminders of a dossier, or to a number; how many. Raises ValueError when neither is given."""
        if code is None and phone is None:
            raise ValueError("whose reminders?")
        row = DossierReminderRow
        statement = update(row).where(row.ended_at.is_(None)).values(ended_at=now).returning(row.id)
        if code:
            statement = statement.where(row.code == code)
        if phone:
            statement = statement.where(row.phone == phone)
        with self._database.session(write=True) as session:
            return len(session.scalars(statement).all())

    def remind(self, put: Put, compose: Compose, now: datetime, channel: str = "sms") -> list[Reminded]:
        """Puts what is due into the outbox. To be called now and then; calling it again puts nothing twice.

        A crash between the outbox and our note of it leaves the same `key` for the next time. What was put before
        DossiersUnavailable is raised stays noted.
        """
        with self._database.session() as session:
            rows = session.scalars(
                select(DossierReminderRow).where(DossierReminderRow.ended_at.is_(None)).order_by(DossierReminderRow.id)
            ).all()
        return [done for row in rows if (done := self._remind(row, put, compose, now, channel))]

    def _remind(
        self, row: DossierReminderRow, put: Put, compose: Compose, now: datetime, channel: str
    ) -> Reminded | None:
        dossier = next((each for each in self._source.find(row.code) if each.code == row.code), None)
        occasion = self._occasion(row, dossier, now) if dossier else None
        if dossier is None or (occasion is None and dossier.status == row.status):
            return None
        key = f"dossier-reminder-{row.id}-{row.told + 1}"
        if occasion:
            put(channel, row.phone, compose(dossier, occasion), key, now)
        changes = {
            "status": dossier.status,
            "told": row.told + bool(occasion),
            "due_told": row.due_told or occasion == DUE,
        }
        statement = update(DossierReminderRow).where(
            DossierReminderRow.id == row.id, DossierReminderRow.told == row.told
        )
        with self._database.session(write=True) as session:
            session.execute(statement.values(changes | ({"ended_at": now} if dossier.status in CLOSED else {})))
        return Reminded(dossier.code, occasion, key) if occasion else None

    def _occasion(self, row: DossierReminderRow, dossier: Dossier, now: datetime) -> str | None:
        if dossier.status != row.status:
            return dossier.status if dossier.status in TOLD else self._due(row, dossier, now)
        return self._due(row, dossier, now)

    def _due(self, row: DossierReminderRow, dossier: Dossier, now: datetime) -> str | None:
        if row.due_told or not dossier.pending or dossier.due is None:
            return None
        today = now.astimezone(_HANOI).date()
        return DUE if self._working_days.on_or_after(dossier.due) <= today else None
