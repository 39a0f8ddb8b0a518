"""Records of calls: events as they came, and what they amount to.

Only events are stored. A list of calls, a call with its turns and an export are read from them, so they cannot disagree
with them, whatever order the events come in and however often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.call_view import summary, turns
from services.database import Database
from services.models import EventRow

_LISTED_KINDS = ("call_started", "call_ended", "handed_over", "recording_refused", "recording_saved")
_EXPORT_PAGE = 200  # calls read at once


class InvalidEvent(ValueError):
    """What came is no event of a call; says why without its contents."""


class _Envelope(BaseModel):
    """What every event must have; the rest is kept as it is."""

    model_config = ConfigDict(extra="allow")

    call_id: str = Field(min_length=1, max_length=200)
    number: int = Field(ge=0, lt=2**31, strict=True)
    kind: str = Field(min_length=1, max_length=50)
    at: AwareDatetime


class CallRecords:
    """All methods raise DatabaseError when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def store(self, event: Mapping[str, Any]) -> bool:
        """Whether it is new: an event with its call and number is stored once, the first that comes.

        `event` is the JSON form of an event of the journal. Committed on return. Raises InvalidEvent.
        """
        return self.store_all([event]) == 1

    def store_all(self, events: Sequence[Mapping[str, Any]]) -> int:
        """Stores all or none in one transaction; how many were new. Raises InvalidEvent."""
        rows = [_checked(event) for event in events]
        if not rows:
            return 0
        with self._database.session(write=True) as session:
            on_postgresql = session.get_bind().dialect.name == "postgresql"
            insert = postgresql.insert(EventRow) if on_postgresql else sqlite.insert(EventRow)
            # RETURNING tells which rows were written; not every driver's row count does.
            statement = insert.values(rows).on_conflict_do_nothing().returning(EventRow.number)
            return len(session.execute(statement).all())

    def list(self, limit: int = 50, since: datetime | None = None) -> list[dict[str, Any]]:
        """The latest calls, newest first: `summary` of each."""
        started = select(EventRow.call_id).where(EventRow.kind == "call_started")
        if since:
            started = started.where(EventRow.at >= since)
        with self._database.session() as session:
            ids = session.scalars(started.order_by(EventRow.at.desc(), EventRow.call_id).limit(limit)).all()
            return _summaries(session, ids)

    def show(self, call_id: str) -> dict[str, Any] | None:
        """`summary` of a call, and its `turns` and `events`; None when there is no such call."""
        with self._database.session() as session:
            query = select(EventRow.data).where(EventRow.call_id == call_id).order_by(EventRow.number)
            events = session.scalars(query).all()
        return _full(call_id, events) if events else None

    def export(self, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Every call that started at `since` or later, oldest first, each as `show` gives it."""
        last: tuple[datetime, str] | None = None
        while True:
            query = select(EventRow.at, EventRow.call_id).where(EventRow.kind == "call_started")
            if since:
                query = query.where(EventRow.at >= since)
            if last:
                query = query.where(tuple_(EventRow.at, EventRow.call_id) > last)
            with self._database.session() as session:
                page = session.execute(query.order_by(EventRow.at, EventRow.call_id).limit(_EXPORT_PAGE)).all()
            for at, call_id in page:
                call = self.show(call_id)
                if call is not None:
                    yield call
                last = (at, call_id)
            if len(page) < _EXPORT_PAGE:
                return


def _checked(event: Mapping[str, Any]) -> dict[str, Any]:
    try:
        envelope = _Envelope.model_validate(event)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidEvent(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}") from None
    return {
        "call_id": envelope.call_id,
        "number": envelope.number,
        "kind": envelope.kind,
        "at": envelope.at,
        "data": dict(event),
    }


def _summaries(session: Session, ids: Sequence[str]) -> list[dict[str, Any]]:
    said = select(EventRow.call_id, func.count()).where(EventRow.call_id.in_(ids), EventRow.kind == "caller_said")
    turn_counts = dict(session.execute(said.group_by(EventRow.call_id)).all())
    few = select(EventRow.call_id, EventRow.data).where(EventRow.call_id.in_(ids), EventRow.kind.in_(_LISTED_KINDS))
    events: dict[str, list[Mapping[str, Any]]] = {}
    for call_id, data in session.execute(few.order_by(EventRow.call_id, EventRow.number)):
        events.setdefault(call_id, []).append(data)
    return [{**summary(call_id, events[call_id]), "turn_count": turn_counts.get(call_id, 0)} for call_id in ids]


def _full(call_id: str, events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found = list(events)
    turn_count = sum(event["kind"] == "caller_said" for event in found)
    return {**summary(call_id, found), "turn_count": turn_count, "turns": turns(found), "events": found}
