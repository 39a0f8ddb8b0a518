"""What surrounds a written call, by script: a dialogue that repeats what it is told, a desk, a clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from tests.voicebot.simulated_call import MemoryJournal
from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding
from voicebot.expectation import Expectation
from voicebot.written_call import WrittenParts

PROMPTS = {
    name: [f"Dạ, {name} một ạ.", f"Dạ, {name} hai ạ."]
    for name in (
        *("greeting", "again", "apology", "nothing", "unclear", "too_long", "text_only"),
        *("bad_request", "unauthorized", "too_large", "too_fast", "busy"),
    )
} | {"ticket": ["Dạ, phiếu số {ticket} ạ."]}

Script = Say | Command | Understanding | DialogueFailed


class RepeatingDialogue:
    """Says back what it was told, unless the next answer is scripted."""

    def __init__(self) -> None:
        self.turns: list[CallerTurn] = []
        self.script: list[list[Script]] = []
        self.away = False
        self.open = asyncio.Event()  # turns are answered while it is set
        self.open.set()
        self.busy = self.busiest = 0

    async def respond(self, turn: CallerTurn) -> AsyncGenerator[Say | Command | Understanding, None]:
        self.turns.append(turn)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            await self.open.wait()
            for message in self.script.pop(0) if self.script else self._usual(turn):
                if isinstance(message, DialogueFailed):
                    raise message
                yield message
        finally:
            self.busy -= 1

    def _usual(self, turn: CallerTurn) -> list[Script]:
        if self.away:
            return [DialogueFailed("not connected")]
        source = {"code": "1.001193", "version": "1", "date": "2025-07-01"}
        said = Say(f"Dạ, {turn.intent or turn.spoken} ạ.", expects=Expectation.YES_NO, source=source)
        return [said, Understanding("hoi_thu_tuc", 0.9, procedure="1.001193")]

    async def close(self) -> None:
        pass


class Desk:
    def __init__(self) -> None:
        self.tickets: list[tuple[str, str | None, str]] = []
        self.error: Exception | None = None

    def on_duty(self) -> str | None:
        return None

    async def open_ticket(self, call_id: str, caller: str | None, reason: str) -> str:
        if self.error:
            raise self.error
        self.tickets.append((call_id, caller, reason))
        return str(1000 + len(self.tickets))


class Surroundings:
    """Of written calls; `now` is their clock."""

    def __init__(self) -> None:
        self.dialogue, self.journal, self.desk, self.now = RepeatingDialogue(), MemoryJournal(), Desk(), 1000.0
        self.parts = WrittenParts(self.dialogue, self.journal, self.desk, PROMPTS, lambda: self.now)

    def of(self, call_id: str) -> list[Any]:
        """The events of a call; they are numbered without gaps."""
        found = [event for event in self.journal.events if event.call_id == call_id]
        assert [event.number for event in found] == list(range(found[0].number, found[0].number + len(found)))
        return found
