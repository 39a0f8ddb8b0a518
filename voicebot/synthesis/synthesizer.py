"""What the rest of the system asks of a voice."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from voicebot.audio import Samples


@dataclass(frozen=True)
class Manner:
    """How to speak; part of the cache key."""

    slow: bool = False
    loud: bool = False


USUAL = Manner()


class SynthesisFailed(Exception):
    """The voice gave no sound; the message says why, without the text."""


class Synthesizer(Protocol):
    def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        """Audio of one clause or sentence, already in speech form, in chunks (m,) at 16 kHz as they are made.

        Leading and trailing silence is trimmed; pauses between clauses are the player's. Closing the generator stops
        the engine. Raises SynthesisFailed.
        """

    async def close(self) -> None: ...
