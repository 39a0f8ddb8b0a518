"""Booking, cancelling and changing the numbers that people come with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, Select, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session as SqlSession

from language.vi import Session
from services.database import Database
from services.models import BookingRow, QueueSlotRow
from services.places import WARDS
from services.queue.hours import Calendar, Slot, session_of
from services.queue.settings import QueueSettings

_FIRST_NUMBER = 10_001
_LONGEST_NUMBER = 9  # digits; longer ones fit no column
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class State(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"


class QueueError(Exception):
    """What was asked cannot be done; nothing has changed."""


class NotOffered(QueueError):
    """No such ward, or no slot begins then: it is over, outside working hours, or too far ahead."""


class SlotFull(QueueError):
    """As many people as the service point receives in that slot have booked it."""


class TooManyBookings(QueueError):
    """That telephone holds as many numbers as one may."""


class BookingNotFound(QueueError, LookupError):
    """No number like that is held, or it has been cancelled."""


class BookingOver(QueueError):
    """Its time has come or gone."""


@dataclass(frozen=True)
class Booking:
    """`number` is digits alone, so that it can be spoken, written down on the phone and keyed in."""

    number: str
    ward: str
    start: datetime  # aware, in the zone of the service points
    phone: str
    group: str | None
    procedure: str | None
    state: State

    @property
    def session(self) -> Session:
        return session_of(self.start)


class Queue:
    """`start` is the beginning of a slot of `calendar`. All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database, settings: QueueSettings) -> None:
        self._database, self._settings = database, settings
        self.calendar = Calendar(settings)

    def free(self, ward: str, now: datetime) -> list[Slot]:
        """Slots that still have room, soonest first. Raises NotOffered for a ward that does not exist."""
        offered = self.calendar.offered(now)
        capacity = self._capacity(ward)
        if not offered:
            return []
        query = select(QueueSlotRow.start, QueueSlotRow.taken).where(
            QueueSlotRow.ward == ward, QueueSlotRow.start.between(offered[0].start, offered[-1].start)
        )
        with self._database.session() as session:
            full = {start for start, taken in session.execute(query) if taken >= capacity}
        return [slot for slot in offered if slot.start not in full and capacity]

    def book(
        self,
        ward: str,
        start: datetime,
        phone: str,
        now: datetime,
        group: str | None = None,
        procedure: str | None = None,
        call_id: str | None = None,
    ) -> Booking:
        """The same telephone gets the number it already holds in that slot. Raises QueueError as named there."""
        self._check(ward, start, now)
        with self._database.session(write=True) as session:
            _lock(session, (ward, start))
            held = session.scalar(_held(phone).where(BookingRow.ward == ward, BookingRow.start == start))
            if held:
                return self._booking(held)
            count = select(func.count()).select_from(_held(phone).where(BookingRow.start > now).subquery())
            if (session.scalar(count) or 0) >= self._settings.per_phone:
                raise TooManyBookings(f"a telephone holds at most {self._settings.per_phone} numbers")
            self._take(session, ward, start)
            row = BookingRow(
                ward=ward, start=start, phone=phone, group=group, procedure=procedure, call_id=call_id,
                state=State.BOOKED, booked_at=now, changed_at=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            return self._booking(row)

    def cancel(self, number: str, now: datetime) -> Booking:
        """Raises BookingNotFound, BookingOver."""
        with self._database.session(write=True) as session:
            row = _changeable(session, number, now)
            _give_back(session, row.ward, row.start)
            row.state, row.changed_at = State.CANCELLED, now
            return self._booking(row)

    def move(self, number: str, ward: str, start: datetime, now: datetime) -> Booking:
        """The number stays, the place and time become others. Raises QueueError; then all stays as it was."""
        self._check(ward, start, now)
        with self._database.session(write=True) as session:
            row = _changeable(session, number, now)
            if (row.ward, row.start) != (ward, start):
                _lock(session, (row.ward, row.start), (ward, start))
                twice = session.scalar(_held(row.phone).where(BookingRow.ward == ward, BookingRow.start == start))
                if twice:
                    raise TooManyBookings(f"that telephone holds number {_number(twice.id)} in the same slot")
                self._take(session, ward, start)
                _give_back(session, row.ward, row.start)
                row.ward, row.start, row.changed_at = ward, start, now
                session.flush()
            return self._booking(row)

    def get(self, number: str) -> Booking | None:
        with self._database.session() as session:
            row = session.get(BookingRow, _row_id(number))
            return self._booking(row) if row else None

    def list(self, phone: str | None = None, after: datetime | None = None, limit: int = 1000) -> list[Booking]:
        """Numbers that are held, by the time they are for; `after` leaves out those that begin earlier."""
        query = _held(phone).order_by(BookingRow.start, BookingRow.ward, BookingRow.id).limit(limit)
        if after:
            query = query.where(BookingRow.start > after)
        with self._database.session() as session:
            return [self._booking(row) for row in session.scalars(query)]

    def _check(self, ward: str, start: datetime, now: datetime) -> None:
        self._capacity(ward)
        if all(slot.start != start for slot in self.calendar.offered(now)):
            raise NotOffered(f"no numbers are given out for {start.isoformat()}")

    def _capacity(self, ward: str) -> int:
        if ward not in WARDS:
            raise NotOffered(f"no ward of Hanoi is called {ward!r}")
        return self._settings.capacities.get(ward, self._settings.capacity)

    def _take(self, session: SqlSession, ward: str, start: datetime) -> None:
        """One more number of the slot is out. Raises SlotFull."""
        row = (QueueSlotRow.ward == ward, QueueSlotRow.start == start, QueueSlotRow.taken < self._capacity(ward))
        taken = session.execute(update(QueueSlotRow).where(*row).values(taken=QueueSlotRow.taken + 1))
        if not cast("CursorResult[Any]", taken).rowcount:
            raise SlotFull(f"the slot of {start.isoformat()} is full")

    def _booking(self, row: BookingRow) -> Booking:
        start = self.calendar.local(row.start)
        return Booking(_number(row.id), row.ward, start, row.phone, row.group, row.procedure, State(row.state))


def _lock(session: SqlSession, *slots: tuple[str, datetime]) -> None:
    """Until the end of the transaction nobody else changes what is booked in these slots."""
    insert = _INSERTS[session.get_bind().dialect.name]
    for ward, start in sorted(slots):  # in one order everywhere, or two could wait for each other
        session.execute(insert(QueueSlotRow).values(ward=ward, start=start, taken=0).on_conflict_do_nothing())
        session.get(QueueSlotRow, (ward, start), with_for_update=True)


def _give_back(session: SqlSession, ward: str, start: datetime) -> None:
    row = (QueueSlotRow.ward == ward, QueueSlotRow.start == start)
    session.execute(update(QueueSlotRow).where(*row).values(taken=QueueSlotRow.taken - 1))


def _changeable(session: SqlSession, number: str, now: datetime) -> BookingRow:
    row = session.get(BookingRow, _row_id(number), with_for_update=True)
    if row is None or row.state != State.BOOKED:
        raise BookingNotFound(f"no number {number} is held")
    if row.start <= now:
        raise BookingOver(f"number {number} was for {row.start.isoformat()}")
    return row


def _held(phone: str | None = None) -> Select[BookingRow]:
    query = select(BookingRow).where(BookingRow.state == State.BOOKED)
    return query.where(BookingRow.phone == phone) if phone else query


def _number(id: int) -> str:
    return str(id + _FIRST_NUMBER - 1)


def _row_id(number: str) -> int:
    plain = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    return int(number) - _FIRST_NUMBER + 1 if plain else 0
