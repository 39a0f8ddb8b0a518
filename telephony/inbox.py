"""What came in on a line and has not been taken yet: bounded for audio, complete for digits and text."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from voicebot.line import Heard, LineEvent


class Inbox:
    """Filled by a transport, read by one call. Belongs to one event loop."""

    def __init__(self, longest: int = 50) -> None:
        """`longest`: frames of audio kept while nobody reads; past that the oldest goes."""
        self._longest = longest
        self._events: deque[LineEvent] = deque()
        self._frames = 0
        self._changed = asyncio.Event()
        self._closed = False
        self.dropped = 0

    @property
    def waiting(self) -> int:
        return len(self._events)

    def put(self, event: LineEvent) -> None:
        if self._closed:
            return
        if isinstance(event, Heard):
            if self._frames == self._longest:
                self._drop_oldest_frame()
            self._frames += 1
        self._events.append(event)
        self._changed.set()

    def close(self) -> None:
        """Nothing more comes; the reader still gets what is there."""
        self._closed = True
        self._changed.set()

    async def events(self) -> AsyncIterator[LineEvent]:
        """Until closed and empty."""
        while True:
            while self._events:
                event = self._events.popleft()
                self._frames -= isinstance(event, Heard)
                yield event
            if self._closed:
                return
            self._changed.clear()
            await self._changed.wait()

    def _drop_oldest_frame(self) -> None:
        oldest = next(at for at, event in enumerate(self._events) if isinstance(event, Heard))
        del self._events[oldest]
        self._frames -= 1
        self.dropped += 1
