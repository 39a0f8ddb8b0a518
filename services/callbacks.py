"""Call-backs: when callers want an officer to call, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from services.database import Database
from services.duty import Duty
from services.models import CallbackRow

LOOK_AHEAD = 30  # days in which a window may lie; the next working day is found within it
SHORTEST = timedelta(minutes=15)  # that officers get to make a call in


class CallbackState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"  # called, and not reached


_NEXT = {
    CallbackState.WAITING: {CallbackState.DONE, CallbackState.FAILED},
    CallbackState.FAILED: {CallbackState.WAITING, CallbackState.DONE},
    CallbackState.DONE: set[CallbackState](),
}


@dataclass(frozen=True)
class Window:
    """Aware times, end after start."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Callback:
    id: int
    call_id: str
    phone: str
    window: Window
    about: str
    state: CallbackState
    asked_at: datetime
    changed_at: datetime
    by: str
    note: str


class Callbacks:
    """Methods that read or write raise DatabaseError when the database is away."""

    def __init__(self, database: Database, duty: Duty) -> None:
        self._database = database
        self._duty = duty

    def fit(self, wanted: Window, now: datetime) -> Window | None:
        """The part of `wanted` in which officers work and which is not over; None when there is none."""
        start = max(wanted.start, now)
        for day in range((wanted.end - start).days + 2 if wanted.end > start else 0):
            hours = self._duty.hours(start + timedelta(days=day))
            if hours:
                window = Window(max(start, hours[0]), min(wanted.end, hours[1]))
                if window.end - window.start >= SHORTEST:
                    return window
        return None

    def next_after(self, moment: datetime) -> Window | None:
        """The first stretch of working hours at `moment` or later; None when nobody works for weeks."""
        return self.fit(Window(moment, moment + timedelta(days=LOOK_AHEAD)), moment)

    def ask(self, call_id: str, phone: str, window: Window, about: str, now: datetime) -> Callback:
        """One for each call: asking again changes it, while it waits. Raises ValueError for a window that is over."""
        if not now < window.end or window.start >= window.end:
            raise ValueError("a call-back needs a window that is not over")
        with self._database.session(write=True) as session:
            query = select(CallbackRow).where(CallbackRow.call_id == call_id).with_for_update()
            row = session.scalars(query).first()
            if row is None:
                row = CallbackRow(call_id=call_id, state=CallbackState.WAITING, asked_at=now, note="")
                session.add(row)
            row.phone, row.start, row.end, row.about = phone, window.start, window.end, about
            row.state, row.changed_at, row.by = CallbackState.WAITING, now, "voicebot"
            session.flush()
            return _callback(row)

    def list(self, state: CallbackState | None = None, limit: int = 100) -> list[Callback]:
        """Those whose window begins first come first."""
        query = select(CallbackRow).order_by(CallbackRow.start, CallbackRow.id).limit(limit)
        if state:
            query = query.where(CallbackRow.state == state)
        with self._database.session() as session:
            return [_callback(row) for row in session.scalars(query)]

    def move(self, id: int, state: CallbackState, by: str, now: datetime, note: str = "") -> Callback:
        """Raises LookupError for an unknown one, ValueError when that state cannot follow the present one."""
        with self._database.session(write=True) as session:
            row = session.get(CallbackRow, id, with_for_update=True)
            if row is None:
                raise LookupError(f"there is no call-back {id}")
            if state not in _NEXT[CallbackState(row.state)]:
                raise ValueError(f"call-back {id} is {row.state} and cannot become {state}")
            row.state, row.changed_at, row.by, row.note = state, now, by, note
            return _callback(row)


def _callback(row: CallbackRow) -> Callback:
    return Callback(
        row.id,
        row.call_id,
        row.phone,
        Window(row.start, row.end),
        row.about,
        CallbackState(row.state),
        row.asked_at,
        row.changed_at,
        row.by,
        row.note,
    )
