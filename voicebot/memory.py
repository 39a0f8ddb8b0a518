"""The last half minute of what came in, by time."""

from __future__ import annotations

from collections import deque

import numpy as np

from voicebot.audio import FRAME_SECONDS, Frame, Samples


class AudioMemory:
    """Keeps the newest `seconds` of frames with the time at which each arrived."""

    def __init__(self, seconds: float) -> None:
        self._frames: deque[tuple[float, Frame]] = deque(maxlen=round(seconds / FRAME_SECONDS))

    def append(self, frame: Frame, now: float) -> None:
        self._frames.append((now, frame))

    def between(self, start: float, end: float) -> Samples:
        """All frames that arrived in [start, end], shape (n,); empty when none did."""
        chosen = [frame for at, frame in self._frames if start <= at <= end]
        return np.concatenate(chosen) if chosen else np.zeros(0, np.int16)
