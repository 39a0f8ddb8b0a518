"""Tickets in SQL: opened once, with every change and who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.database import Database
from services.models import TicketChangeRow, TicketRow
from services.tickets.report import Category, Consent, Priority, Report, all_keepable, keepable, priority_of

_FIRST_NUMBER = 1001


class TicketState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REJECTED = "rejected"


_CLOSED = {TicketState.DONE, TicketState.REJECTED}
_NEXT = {
    TicketState.OPEN: {TicketState.IN_PROGRESS, *_CLOSED},
    TicketState.IN_PROGRESS: {TicketState.OPEN, *_CLOSED},
    TicketState.DONE: {TicketState.OPEN},
    TicketState.REJECTED: {TicketState.OPEN},
}


class ChangeKind(StrEnum):
    OPENED = "opened"
    MOVED = "moved"
    ASSIGNED = "assigned"  # `note` is the officer
    ADDED = "added"  # `note` is what the caller said further


@dataclass(frozen=True)
class TicketChange:
    action: ChangeKind
    state: TicketState  # after it
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class Ticket:
    """`id` is its number: digits alone, so that it can be spoken, written down on the phone and keyed in."""

    id: str
    kind: str
    summary: str
    phone: str | None
    call_id: str | None
    details: Mapping[str, Any]
    priority: Priority
    report: Report | None
    consent: Consent | None
    assignee: str | None
    state: TicketState
    history: tuple[TicketChange, ...]  # oldest first; the first is the opening

    @property
    def opened_at(self) -> datetime:
        return self.history[0].at


class Tickets:
    """All methods raise DatabaseError when the database is away. `now` is aware; without it, the clock's time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(
        self,
        kind: str,
        summary: str,
        phone: str | None = None,
        call_id: str | None = None,
        details: Mapping[str, Any] | None = None,
        by: str = "voicebot",
        *,
        report: Report | None = None,
        consent: Consent | None = None,
        key: str | None = None,
        now: datetime | None = None,
    ) -> Ticket:
        """Opened once per `key`: the second time it is the ticket that is there, unchanged.

        Raises ValueError without a kind or a summary, and for a report with a telephone number but no consent.
        """
        if not kind.strip() or not summary.strip():
            raise ValueError("a ticket needs a kind and a summary")
        if report and phone and not consent:
            raise ValueError("a report keeps a telephone number only with consent")
        row = TicketRow(
            kind=kind,
            summary=keepable(summary),
            phone=phone,
            call_id=call_id,
            details=all_keepable(details or {}),
            priority=priority_of(kind, report),
            category=report and report.category,
            ward=report and report.ward,
            report=report and all_keepable({**asdict(report), "day": report.day and report.day.isoformat()}),
            consent=consent and all_keepable({**asdict(consent), "at": consent.at.isoformat()}),
            key=key,
            state=TicketState.OPEN,
        )
        _note(row, ChangeKind.OPENED, by, "", now)
        try:
            with self._database.session(write=True) as session:
                session.add(row)
                session.flush()
                return _ticket(row)
        except IntegrityError:
            present = self._with_key(key) if key else None
            if present is None:
                raise
            return present

    def get(self, id: str) -> Ticket | None:
        with self._database.session() as session:
            row = session.get(TicketRow, _row_id(id))
            return _ticket(row) if row else None

    def list(self, state: TicketState | None = None, limit: int = 100, kind: str | None = None) -> list[Ticket]:
        """Newest first."""
        query = select(TicketRow).order_by(TicketRow.id.desc()).limit(limit)
        if state:
            query = query.where(TicketRow.state == state)
        if kind:
            query = query.where(TicketRow.kind == kind)
        with self._database.session() as session:
            return [_ticket(row) for row in session.scalars(query)]

    def move(self, id: str, state: TicketState, by: str, note: str = "", now: datetime | None = None) -> Ticket:
        """Raises LookupError for an unknown ticket, ValueError when that state cannot follow the present one."""
        with self._database.session(write=True) as session:
            row = _locked(session, id)
            if state not in _NEXT[TicketState(row.state)]:
                raise ValueError(f"ticket {id} is {row.state} and cannot become {state}")
            row.state = state
            _note(row, ChangeKind.MOVED, by, keepable(note), now)
            session.flush()
            return _ticket(row)

    def assign(self, id: str, officer: str, by: str, now: datetime | None = None) -> Ticket:
        """Puts it into an officer's hands. Raises LookupError, ValueError when it is closed or nobody is named."""
        if not officer.strip():
            raise ValueError("a ticket is assigned to somebody")
        with self._database.session(write=True) as session:
            row = _locked(session, id)
            if TicketState(row.state) in _CLOSED:
                raise ValueError(f"ticket {id} is {row.state}; open it again first")
            row.state, row.assignee = TicketState.IN_PROGRESS, officer.strip()
            _note(row, ChangeKind.ASSIGNED, by, officer.strip(), now)
            session.flush()
            return _ticket(row)

    def add(self, id: str, said: str, by: str = "voicebot", now: datetime | None = None) -> Ticket:
        """What the caller says further, once: the same words again change nothing.

        A closed ticket opens again. Raises LookupError for a ticket that is unknown or holds no report.
        """
        words = keepable(said)
        with self._database.session(write=True) as session:
            row = _locked(session, id)
            if row.report is None:
                raise LookupError(f"ticket {id} holds no report")
            if words and words not in row.report["story"]:
                row.report = {**row.report, "story": keepable(f"{row.report['story']} {words}")}
                row.priority = _sooner(row.priority, priority_of(row.kind, Report(words)))
                row.state = TicketState.OPEN if TicketState(row.state) in _CLOSED else row.state
                _note(row, ChangeKind.ADDED, by, words, now)
                session.flush()
            return _ticket(row)

    def _with_key(self, key: str) -> Ticket | None:
        with self._database.session() as session:
            row = session.scalar(select(TicketRow).where(TicketRow.key == key))
            return _ticket(row) if row else None


def _locked(session: Session, id: str) -> TicketRow:
    row = session.get(TicketRow, _row_id(id), with_for_update=True)
    if row is None:
        raise LookupError(f"there is no ticket {id}")
    return row


def _note(row: TicketRow, action: ChangeKind, by: str, note: str, now: datetime | None) -> None:
    row.changes.append(TicketChangeRow(action=action, state=row.state, at=now or datetime.now(UTC), by=by, note=note))


def _sooner(one: str, other: Priority) -> Priority:
    return min(Priority(one), other, key=list(Priority).index)


def _row_id(id: str) -> int:
    return int(id) - _FIRST_NUMBER + 1 if id.isascii() and id.isdigit() and len(id) < 10 else 0


def _ticket(row: TicketRow) -> Ticket:
    history = tuple(TicketChange(ChangeKind(c.action), TicketState(c.state), c.at, c.by, c.note) for c in row.changes)
    return Ticket(
        id=str(row.id + _FIRST_NUMBER - 1),
        kind=row.kind,
        summary=row.summary,
        phone=row.phone,
        call_id=row.call_id,
        details=row.details,
        priority=Priority(row.priority),
        report=_report(row.report),
        consent=_consent(row.consent),
        assignee=row.assignee,
        state=TicketState(row.state),
        history=history,
    )


def _report(kept: Mapping[str, Any] | None) -> Report | None:
    if kept is None:
        return None
    category, day = kept["category"], kept["day"]
    values = {"category": category and Category(category), "day": day and date.fromisoformat(day)}
    return Report(**{**kept, **values})


def _consent(kept: Mapping[str, Any] | None) -> Consent | None:
    return Consent(**{**kept, "at": datetime.fromisoformat(kept["at"])}) if kept else None
