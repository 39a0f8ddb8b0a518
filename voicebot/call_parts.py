"""What all calls of a process share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voicebot import events
from voicebot.dialogue import Dialogue
from voicebot.recognition import Recognizer
from voicebot.settings import SynthesisSettings, TurnSettings
from voicebot.synthesis import Synthesizer


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
    recognizer: Recognizer
    synthesizer: Synthesizer
    dialogue: Dialogue
    journal: EventLog
    desk: Desk
    prompts: Mapping[str, Sequence[str]]  # the line's own words, by name
    turns: TurnSettings
    synthesis: SynthesisSettings
    recordings: Path | None  # None: calls are not recorded
