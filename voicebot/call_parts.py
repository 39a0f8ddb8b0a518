"""What all calls of a process share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voicebot import events
from voicebot.dialogue import Dialogue
from voicebot.settings import SynthesisSettings, TurnSettings
from voicebot.tongue import Tongue


class EventLog(Protocol):
    def append(self, event: events.Event) -> None:
        """Keeps the event; returns at once."""


class Desk(Protocol):
    """Where callers go when the machine cannot help, and the dialogue cannot arrange it."""

    def on_duty(self) -> str | None:
        """The address of somebody who takes calls now."""

    async def open_ticket(self, call_id: str, caller: str | None, reason: str) -> str:
        """Leaves the caller's matter to an officer; the ticket's number."""


@dataclass(frozen=True)
class CallParts:
    tongues: Sequence[Tongue]  # the first is spoken until the caller wants another
    dialogue: Dialogue
    journal: EventLog
    desk: Desk
    turns: TurnSettings
    synthesis: SynthesisSettings
    recordings: Path | None  # None: calls are not recorded
