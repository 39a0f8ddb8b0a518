"""Fields that callers ask for as a whole: residence, identity cards, driving licences, civil status …

groups.json names them, the groups of records in each (of the knowledge file and of the portal), what callers say, and
where to ask: `ask_at` as the records of the group name the place. It holds no telephone numbers, since no record does.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.procedures.book import ProcedureBook
from services.procedures.record import Procedure, Trust


class Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    name: str  # as said to callers
    police: bool = False
    groups: tuple[str, ...]
    first: tuple[str, ...]  # codes of what is asked for most
    said: tuple[str, ...]
    ask_at: str


@cache
def groups() -> tuple[Group, ...]:
    """The police's first."""
    text = Path(__file__).with_name("groups.json").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Group, ...]).validate_json(text)


def group(key: str) -> Group:
    """Raises LookupError."""
    found = next((each for each in groups() if each.key == key), None)
    if found is None:
        raise LookupError(f"there is no group {key}")
    return found


def procedures_of(own: Group, book: ProcedureBook) -> list[Procedure]:
    """What callers may be told of, the most frequent first; without what nobody has reviewed where something is."""
    told = [each for each in book.in_groups(own.groups) if each.trust in (Trust.REVIEWED, Trust.IMPORTED)]
    reviewed = [each for each in told if each.trust is Trust.REVIEWED]
    order = {code: place for place, code in enumerate(own.first)}
    return sorted(reviewed or told, key=lambda each: order.get(each.code, len(order)))
