"""How a call is passed to a person: the caller is told first, one attempt at a time, and what if nobody answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from voicebot import events
from voicebot import turn_events as on
from voicebot.call_parts import Desk
from voicebot.line import Line, TransferFailed
from voicebot.turns import DIALOGUE_FAILED

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    reason: str
    summary: str
    target: str


class HandOver:
    """Of one call, which lends it its journal, its prompts, its turn-taking and its task group."""

    def __init__(
        self,
        line: Line,
        desk: Desk,
        note: Callable[..., None],
        prompt: Callable[..., None],
        step: Callable[[on.TurnEvent], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        self._line, self._desk = line, desk
        self._note, self._prompt, self._step, self._spawn = note, prompt, step, spawn
        self._task: asyncio.Task[None] | None = None
        self.wanted: Wanted | None = None  # as soon as the caller has heard of it
        self.begun = False  # once an attempt was made, whatever came of it
        self.connected = False

    def told(self) -> None:
        """Nothing is left to say to the caller."""
        if self.wanted:
            wanted, self.wanted = self.wanted, None
            self._begin(self._put_through(wanted) if wanted.target else self._leave_ticket(wanted.reason))

    def without_dialogue(self, reason: str) -> None:
        """To whoever is on duty, else a ticket."""
        if target := self._desk.on_duty():
            self.wanted = Wanted(reason, "", target)
            self._prompt("hand_over")
        else:
            self._begin(self._leave_ticket(reason))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if self._task is not None and not self._task.done():  # a second REFER would break the first
            work.close()
            return
        self.begun = True
        self._task = self._spawn(work)

    async def _put_through(self, wanted: Wanted) -> None:
        """Where nobody answers, the dialogue sees to a ticket; where it cannot, we do."""
        self._step(on.AskedToWait())  # it may ring for long: no questions meanwhile
        try:
            await self._line.transfer(wanted.target)
        except TransferFailed as error:
            reason = f"{wanted.reason}: {error.reason}"
            self._note(events.HandedOver, reason=reason, result="failed", summary=wanted.summary)
            if self._line.ended:
                return
            if wanted.reason == DIALOGUE_FAILED:
                await self._leave_ticket(reason)
            else:
                self._step(on.Unreachable(error.reason))
        else:
            self.connected = True
            self._note(events.HandedOver, reason=wanted.reason, result="connected", summary=wanted.summary)
            await self._line.hang_up()

    async def _leave_ticket(self, reason: str) -> None:
        info = self._line.info
        try:
            ticket = await self._desk.open_ticket(info.call_id, info.caller, reason)
        except Exception as error:  # noqa: BLE001 - whatever is broken there, the caller must hear something
            log.error("call %s: no ticket: %s", info.call_id, type(error).__name__)
            self._note(events.HandedOver, reason=reason, result="failed")
            self._prompt("apology")
        else:
            self._note(events.HandedOver, reason=reason, result="ticket", ticket=ticket)
            self._prompt("hand_over_failed", ticket=ticket)
