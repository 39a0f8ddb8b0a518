"""What the rest of the system asks of speech recognition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from voicebot.audio import Samples
from voicebot.expectation import Expectation


@dataclass(frozen=True)
class Hypothesis:
    spoken: str  # words as heard: lower case, NFC, numbers as words
    text: str  # as written: digits, dates, codes
    confidence: float  # 0 to 1


@dataclass(frozen=True)
class Transcript:
    """What was heard in one stretch of audio; `spoken` is empty when nothing was said."""

    spoken: str
    text: str
    confidence: float
    alternatives: tuple[Hypothesis, ...]  # best first, without the best itself
    seconds: float  # of audio
    decode_ms: float  # time in the worker, without waiting for one
    turn_over: float | None = None  # probability that the caller has finished; None: the model cannot tell
    language: str | None = None  # "vi", "en" or "other"; None: not clear


class RecognizerUnavailable(Exception):
    """A worker died or none answered; the pool mends itself, the next call may succeed."""


class Recognizer(Protocol):
    async def transcribe(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Transcript:
        """Words in `audio` (n,) at 16 kHz. Cancelling the task drops a job that has not begun.

        Raises RecognizerUnavailable.
        """

    async def close(self) -> None: ...
