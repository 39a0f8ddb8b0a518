"""A call as a test leads it: one turn after the other, each with what the bot made of it."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voicebot.dialogue import CallerTurn, Command, Dialogue, Say, Understanding

NIGHT = "2026-03-02T22:00:00+07:00"
MONDAY_MORNING = "2026-03-02T09:00:00+07:00"


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never happened")


@dataclass
class Reply:
    messages: list[Say | Command | Understanding]

    @property
    def text(self) -> str:
        return " ".join(message.text for message in self.messages if isinstance(message, Say))

    @property
    def last(self) -> Say:
        return [message for message in self.messages if isinstance(message, Say)][-1]

    @property
    def expects(self) -> str:
        return self.last.expects

    @property
    def commands(self) -> dict[str, dict[str, Any]]:
        return {message.name: dict(message.arguments) for message in self.messages if isinstance(message, Command)}

    @property
    def understanding(self) -> Understanding:
        last = self.messages[-1]
        assert isinstance(last, Understanding)
        return last


class Call:
    """By night, when nobody is on duty, and from a withheld number, unless said otherwise."""

    def __init__(self, dialogue: Dialogue, now: str = NIGHT, caller: str | None = None) -> None:
        self._dialogue, self._now, self._caller = dialogue, now, caller
        self.id = f"test-{uuid.uuid4().hex}"
        self._numbers = itertools.count(1)

    async def says(self, text: str, **fields: Any) -> Reply:
        return await self._turn(text=text, **fields)

    async def does(self, intent: str, **slots: Any) -> Reply:
        return await self._turn(intent=intent, slots=slots)

    async def _turn(self, **fields: Any) -> Reply:
        turn = CallerTurn(self.id, next(self._numbers), now=self._now, caller=self._caller, **fields)
        return Reply([message async for message in self._dialogue.respond(turn)])
