"""The recording of one call: both sides, in the time of what the caller hears. Refused or never told of, it is gone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path

from voicebot.audio import SILENCE, Frame
from voicebot.recording import Recorder

WAITING = 10  # frames of the caller that wait for our clock; the oldest go first


class Tape:
    def __init__(self, path: Path | None, on_error: Callable[[str], None]) -> None:
        """Without a `path` nothing is recorded."""
        self._recorder = Recorder(path, on_error) if path else None
        self._caller: deque[Frame] = deque(maxlen=WAITING)
        self._refused = False
        self._kept = False

    def hear(self, frame: Frame) -> None:
        """20 ms of the caller."""
        self._caller.append(frame)

    def play(self, frame: Frame | None) -> None:
        """20 ms of us; with what came from the caller they go onto the tape."""
        if self._recorder and not self._refused:
            caller = self._caller.popleft() if self._caller else SILENCE
            self._recorder.write(caller, SILENCE if frame is None else frame)

    def keep(self) -> None:
        """The caller has been told of it. What was never told of is deleted at the end."""
        self._kept = True

    def refuse(self) -> None:
        """The caller does not want it: nothing more is recorded, and `delete` or `close` deletes what there is."""
        self._refused = True

    async def delete(self) -> None:
        if self._recorder:
            await self._recorder.discard()

    async def close(self) -> float:
        """Its length in seconds; 0 when there is no recording."""
        if self._recorder is None:
            return 0.0
        if self._refused or not self._kept:
            await self.delete()  # once more: the first try may have been cancelled
            return 0.0
        return await self._recorder.close()
