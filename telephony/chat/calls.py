"""The written calls of a process: found by key, capped, ended when nobody writes any more."""

from __future__ import annotations

import asyncio

from telephony.chat.refusals import Refused
from telephony.settings import ChatSettings
from voicebot.written_call import Record, WrittenCall, WrittenInfo, WrittenParts
from voicebot.written_turn import WrittenAnswer

_SWEEP = 5.0  # s between looks for idle calls
_RETRY = 5.0  # s after which a client that was refused may try again


class WrittenCalls:
    """A key is known to the caller alone, or says by which channel it came and who wrote."""

    def __init__(self, parts: WrittenParts, settings: ChatSettings) -> None:
        self._parts, self._settings = parts, settings
        self._calls: dict[str, WrittenCall] = {}
        self._turns = 0
        self._watch: asyncio.Task[None] | None = None

    @property
    def active(self) -> int:
        return len(self._calls)

    def find(self, key: str) -> WrittenCall | None:
        return self._calls.get(key)

    def open(self, key: str, info: WrittenInfo, record: Record | None = None) -> WrittenCall:
        """Raises Refused when there are too many."""
        if self.active >= self._settings.max_sessions:
            raise Refused("busy", "too many conversations", _RETRY)
        call = self._calls[key] = WrittenCall(info, self._parts, record)
        return call

    async def say(
        self, call: WrittenCall, said: str, caller: str | None = None, now: str | None = None
    ) -> WrittenAnswer:
        """`WrittenCall.say`, unless too much waits already: raises Refused."""
        if call.pending >= self._settings.max_waiting:
            raise Refused("too_fast", "earlier messages of this conversation are still being answered", 1.0)
        if self._turns >= self._settings.max_turns:
            raise Refused("busy", "too many messages are being answered", 1.0)
        self._turns += 1
        try:
            return await call.say(said, caller, now)
        finally:
            self._turns -= 1

    def end(self, key: str, reason: str) -> None:
        """Nothing happens where there is no such call."""
        call = self._calls.pop(key, None)
        if call:
            call.close(reason)

    def start(self) -> None:
        """From now on idle calls are ended."""
        self._watch = asyncio.create_task(self._expire_for_ever(), name="idle written calls")

    async def close(self) -> None:
        """Ends every call."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        for key in list(self._calls):
            self.end(key, "hung_up")

    async def _expire_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            self.expire(self._parts.clock())

    def expire(self, now: float) -> None:
        for key, call in list(self._calls.items()):
            if not call.pending and now - call.last_used >= self._settings.idle:
                self.end(key, "idle")
