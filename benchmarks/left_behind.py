"""What calls leave behind in the database, slot by slot, against what their scripts say they should."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect, select

from services.database import Database
from services.dossiers.models import DossierReminderRow
from services.forms.models import FormRow
from services.models import Base, BookingRow, CallbackRow, MessageRow, SurveyRow, TicketRow

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
Slots = dict[str, Any]
Left = Mapping[tuple[str, Any], Slots]  # kind and key of the row


@dataclass(frozen=True)
class Kind:
    """Rows of one table; `columns` are slots, `of` one more that holds several."""

    table: type[Base]
    columns: Sequence[str]
    of: Callable[[Any], Mapping[str, Any] | None] = lambda row: None


KINDS = {
    "booking": Kind(BookingRow, ("ward", "start", "phone", "procedure", "state")),
    "ticket": Kind(
        TicketRow, ("kind", "category", "ward", "phone"), lambda row: _told(row.report, "day", "suspect", "loss")
    ),
    "form": Kind(FormRow, ("form", "state"), lambda row: row.eform.get("fields")),
    "callback": Kind(CallbackRow, ("phone", "start", "end")),
    "survey": Kind(SurveyRow, ("satisfaction", "understood", "comment")),
    "message": Kind(MessageRow, ("channel", "to")),
    "reminder": Kind(DossierReminderRow, ("code", "phone")),
}


@dataclass(frozen=True)
class Score:
    """Slots of rows: `right` are as they should be, `found` there at all, `wanted` what should be there."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        both = self.found + self.wanted
        return 2 * self.right / both if both else 1.0

    @property
    def perfect(self) -> bool:
        return self.right == self.found == self.wanted


def left(database: Database) -> Left:
    """All rows there are now."""
    with database.session() as session:
        return {
            (name, inspect(row).identity): _slots(kind, row)
            for name, kind in KINDS.items()
            for row in session.scalars(select(kind.table))
        }


def new(before: Left, after: Left) -> dict[str, list[Slots]]:
    """Rows that have come, or are others now, by kind and in order of their keys."""
    changed = [(key, slots) for key, slots in after.items() if before.get(key) != slots]
    return {
        name: [slots for (kind, _), slots in changed if kind == name]
        for name in KINDS
        if any(kind == name for (kind, _), _ in changed)
    }


def score(found: Mapping[str, Sequence[Slots]], wanted: Mapping[str, Sequence[Mapping[str, Any]]]) -> Score:
    """Rows are compared in order; a row too many or missing counts with all its slots."""
    total = Score()
    for kind in found.keys() | wanted.keys():
        there, should = found.get(kind, ()), wanted.get(kind, ())
        for place in range(max(len(there), len(should))):
            total += _compare(there[place : place + 1], should[place : place + 1])
    return total


def _compare(found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]) -> Score:
    there, should = _pairs(found), _pairs(wanted)
    return Score(len(there & should), len(there), len(should))


def _pairs(rows: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(name, str(value)) for row in rows for name, value in row.items()}


def _slots(kind: Kind, row: Any) -> Slots:
    """Without those that hold nothing."""
    slots = {name: getattr(row, name) for name in kind.columns} | dict(kind.of(row) or {})
    return {name: _plain(value) for name, value in slots.items() if value is not None}


def _told(report: Mapping[str, Any] | None, *names: str) -> Slots:
    return {name: report.get(name) or None for name in names} if report else {}


def _plain(value: Any) -> Any:
    return value.astimezone(HANOI).isoformat(timespec="minutes") if isinstance(value, datetime) else value
