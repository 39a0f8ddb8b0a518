"""The time of a call as its line knows it: it stands still while the line pulls nothing from us.

On hold, or while a browser is still connecting, the caller hears nothing; no deadline may pass meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

STALL = 0.5  # s without a pull after which the line counts as standing still


class LineClock:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pulled = clock()  # last
        self._stood = 0.0  # s in all

    def __call__(self) -> float:
        """Seconds, monotonic; comparable with other readings of this clock alone."""
        return min(self._clock(), self._pulled + STALL) - self._stood

    def pulled(self) -> None:
        now = self._clock()
        self._stood += max(0.0, now - self._pulled - STALL)
        self._pulled = now
