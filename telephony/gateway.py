"""Accepts calls and caps them: what every kind of line has in common at the door."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from voicebot.line import Line

log = logging.getLogger(__name__)

Answer = Callable[[Line], Awaitable[None]]
"""Conducts one whole call; returns when it is over."""


class Gateway:
    """The calls of one transport: at most `limit` at a time, each answered in a task of its own."""

    def __init__(self, answer: Answer, limit: int) -> None:
        self._answer = answer
        self._limit = limit
        self._calls: set[asyncio.Task[None]] = set()

    @property
    def active(self) -> int:
        return len(self._calls)

    @property
    def full(self) -> bool:
        return self.active >= self._limit

    def accept(self, line: Line) -> None:
        """Answers the line; it is hung up when the call is over, however it ends."""
        task = asyncio.create_task(self._conduct(line), name=f"call {line.info.call_id}")
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Ends every call and waits until nothing is left of them."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    async def _conduct(self, line: Line) -> None:
        try:
            await self._answer(line)
        except Exception:  # one broken call must not take the others down
            log.exception("call %s failed", line.info.call_id)
        finally:
            await line.hang_up()
