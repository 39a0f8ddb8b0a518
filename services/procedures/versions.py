"""Keeps what is known of procedures in the database, with what was known before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from services.database import Database
from services.models import ProcedureRow, ProcedureVersionRow
from services.procedures.record import Origin

_AT_ONCE = 500  # rows in a statement
_KEPT = ("code", "origin", "number", "name", "version", "since", "source", "record", "digest", "loaded_at")


@dataclass(frozen=True)
class Stored:
    added: int
    changed: int  # their old versions are kept
    unchanged: int
    older: int = 0  # left alone: what is stored is of a later date


@dataclass(frozen=True)
class Said:
    """What a source says about one procedure."""

    code: str
    name: str
    decision: str
    record: dict[str, Any]

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Version:
    """`until` is None for what is said now; dates are those of the sources, ISO."""

    origin: Origin
    number: int
    name: str
    decision: str
    since: str
    until: str | None
    record: dict[str, Any]


def store(session: Session, origin: Origin, said: Sequence[Said], date: str, source: str, now: datetime) -> Stored:
    """Adds what is new and replaces what differs; what is the same only gets the date (ISO) of the newer source."""
    present = {row.code: row for row in session.execute(_heads(origin))}
    digests = {each.code: each.digest for each in said}
    common = {"origin": origin, "date": date, "source": source, "loaded_at": now}
    rows: dict[str, list[dict[str, Any]]] = {"added": [], "changed": [], "confirmed": []}
    older = 0
    for each in said:
        old, digest = present.get(each.code), digests[each.code]
        new = {"code": each.code, "name": each.name, "version": each.decision, "record": each.record, "digest": digest}
        if old is None:
            rows["added"].append({**common, **new, "number": 1, "since": date, "withdrawn_on": None})
        elif date < old.date:
            older += 1
        elif digest != old.digest or old.withdrawn_on:
            changed = {**common, **new, "number": old.number + 1, "since": date, "withdrawn_on": None}
            rows["changed"].append(changed)
        elif date > old.date:
            rows["confirmed"].append({**common, "code": each.code})
    _keep_history(session, origin, [row["code"] for row in rows["changed"]], date)
    for portion in _portions(rows["added"]):
        session.execute(insert(ProcedureRow), portion)
    for kind in ("changed", "confirmed"):
        for portion in _portions(rows[kind]):
            session.execute(update(ProcedureRow), portion)
    added, changed_count = len(rows["added"]), len(rows["changed"])
    return Stored(added, changed_count, len(said) - added - changed_count - older, older)


def withdraw(session: Session, origin: Origin, codes: Collection[str], date: str, now: datetime) -> None:
    """Marks procedures that their source of this date (ISO) no longer has."""
    marks = ({"code": code, "origin": origin, "withdrawn_on": date, "loaded_at": now} for code in codes)
    for portion in _portions(marks):
        session.execute(update(ProcedureRow), portion)


def versions(database: Database, code: str) -> list[Version]:
    """From all origins, those that are told first, then the newest. Raises DatabaseError."""
    with database.session() as session:
        now = session.scalars(select(ProcedureRow).where(ProcedureRow.code == code)).all()
        before = session.scalars(select(ProcedureVersionRow).where(ProcedureVersionRow.code == code)).all()
    found = [_version(row, row.withdrawn_on) for row in now] + [_version(row, row.until) for row in before]
    return sorted(found, key=lambda version: (version.origin != Origin.REVIEWED, -version.number))


def _version(row: ProcedureRow | ProcedureVersionRow, until: str | None) -> Version:
    return Version(Origin(row.origin), row.number, row.name, row.version, row.since, until, row.record)


def _heads(origin: Origin) -> Any:
    row = ProcedureRow
    return select(row.code, row.number, row.digest, row.date, row.withdrawn_on).where(row.origin == origin)


def _keep_history(session: Session, origin: Origin, codes: Iterable[str], until: str) -> None:
    """Copies the rows of these codes as they are; one that was withdrawn ended then."""
    end = func.coalesce(ProcedureRow.withdrawn_on, literal(until))
    columns = select(*(getattr(ProcedureRow, name) for name in _KEPT), end)
    for portion in _portions(codes):
        chosen = columns.where(ProcedureRow.origin == origin, ProcedureRow.code.in_(portion))
        session.execute(insert(ProcedureVersionRow).from_select([*_KEPT, "until"], chosen))


_Item = TypeVar("_Item")


def _portions(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while portion := list(islice(rest, _AT_ONCE)):
        yield portion
