"""Tickets: what a call leaves for a person to do (a complaint, a call back, a hand-over nobody could take)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from services.database import Database
from services.models import TicketChangeRow, TicketRow

_FIRST_NUMBER = 1001


class TicketState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REJECTED = "rejected"


_NEXT = {
    TicketState.OPEN: {TicketState.IN_PROGRESS, TicketState.DONE, TicketState.REJECTED},
    TicketState.IN_PROGRESS: {TicketState.OPEN, TicketState.DONE, TicketState.REJECTED},
    TicketState.DONE: {TicketState.OPEN},
    TicketState.REJECTED: {TicketState.OPEN},
}


@dataclass(frozen=True)
class TicketChange:
    state: TicketState
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
    state: TicketState
    history: tuple[TicketChange, ...]  # oldest first; the first is the opening

    @property
    def opened_at(self) -> datetime:
        return self.history[0].at


class Tickets:
    """All methods raise DatabaseError when the database is away."""

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
    ) -> Ticket:
        if not kind.strip() or not summary.strip():
            raise ValueError("a ticket needs a kind and a summary")
        row = TicketRow(
            kind=kind,
            summary=summary,
            phone=phone,
            call_id=call_id,
            details=dict(details or {}),
            state=TicketState.OPEN,
        )
        row.changes.append(TicketChangeRow(state=TicketState.OPEN, at=datetime.now(UTC), by=by, note=""))
        with self._database.session(write=True) as session:
            session.add(row)
            session.flush()
            return _ticket(row)

    def get(self, id: str) -> Ticket | None:
        with self._database.session() as session:
            row = session.get(TicketRow, _row_id(id))
            return _ticket(row) if row else None

    def list(self, state: TicketState | None = None, limit: int = 100) -> list[Ticket]:
        """Newest first."""
        query = select(TicketRow).order_by(TicketRow.id.desc()).limit(limit)
        if state:
            query = query.where(TicketRow.state == state)
        with self._database.session() as session:
            return [_ticket(row) for row in session.scalars(query)]

    def move(self, id: str, state: TicketState, by: str, note: str = "") -> Ticket:
        """Raises LookupError for an unknown ticket, ValueError when that state cannot follow the present one."""
        with self._database.session(write=True) as session:
            row = session.get(TicketRow, _row_id(id), with_for_update=True)
            if row is None:
                raise LookupError(f"there is no ticket {id}")
            if state not in _NEXT[TicketState(row.state)]:
                raise ValueError(f"ticket {id} is {row.state} and cannot become {state}")
            row.state = state
            row.changes.append(TicketChangeRow(state=state, at=datetime.now(UTC), by=by, note=note))
            session.flush()
            return _ticket(row)


def _row_id(id: str) -> int:
    return int(id) - _FIRST_NUMBER + 1 if id.isascii() and id.isdigit() else 0


def _ticket(row: TicketRow) -> Ticket:
    history = tuple(TicketChange(TicketState(c.state), c.at, c.by, c.note) for c in row.changes)
    return Ticket(
        id=str(row.id + _FIRST_NUMBER - 1),
        kind=row.kind,
        summary=row.summary,
        phone=row.phone,
        call_id=row.call_id,
        details=row.details,
        state=TicketState(row.state),
        history=history,
    )
