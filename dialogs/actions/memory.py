"""What a call remembers between turns; kept in Rasa's slots of the same names (dialogs/domain/dialogue.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from rasa_sdk.events import EventType, SlotSet


@dataclass
class Memory:
    procedure: str | None = None  # code of the procedure last spoken of
    aspect: str | None = None  # what was last asked about it
    awaiting: dict[str, Any] | None = (
        None  # what the bot has asked: {"what": …, "expects": …} and what the answer needs
    )
    question: dict[str, Any] | None = None  # how it was asked: key, values
    paused: dict[str, Any] | None = None  # the open question of a task that something else came in between
    wordings: dict[str, int] = field(default_factory=dict)  # prompt key → the wording last used
    last_words: list[str] = field(default_factory=list)  # what the bot said last
    misses: int = 0  # turns not understood, in a row
    failures: int = 0  # … in the whole call
    insults: int = 0
    condoled: bool = False
    ticket: str | None = None  # that an officer is to call back

    @classmethod
    def read(cls, slots: Mapping[str, Any]) -> Memory:
        known = {field.name: slots.get(field.name) for field in fields(cls)}
        return cls(**{name: deepcopy(value) for name, value in known.items() if value is not None})

    def changes(self, slots: Mapping[str, Any]) -> list[EventType]:
        """Events that bring `slots` to this state."""
        before = asdict(Memory.read(slots))
        return [SlotSet(name, value) for name, value in asdict(self).items() if value != before[name]]
