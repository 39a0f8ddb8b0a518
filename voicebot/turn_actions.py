"""What turn-taking wants done. Times are seconds of one monotonic clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicebot.recognition.recognizer import Transcript


@dataclass(frozen=True)
class Decode:
    """Recognise the incoming audio between two times."""

    decode: int
    start: float
    end: float


@dataclass(frozen=True)
class DropDecode:
    decode: int


@dataclass(frozen=True)
class Commit:
    """A turn of the caller is complete: give it to the dialogue, in place of any turn it still works on."""

    turn: int
    transcript: Transcript
    start: float
    end: float
    keys: str = ""  # pressed just before the words, and part of the same answer


@dataclass(frozen=True)
class Send:
    """Give the dialogue a turn that was not spoken: text that was typed or keyed, or an intent without words."""

    turn: int
    how: Literal["typed", "key", "event"]
    text: str = ""
    intent: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Speak:
    """Let the caller hear what the dialogue has given for this turn."""

    turn: int


@dataclass(frozen=True)
class StopSpeaking:
    """Fall silent at once and forget what was not said. `barge_in`: because the caller took the floor."""

    barge_in: bool


PromptName = Literal["filler", "apology", "unheard", "still_there", "silence_goodbye"]


@dataclass(frozen=True)
class Prompt:
    """Speak one of the line's own prompts; they need no dialogue."""

    name: PromptName


@dataclass(frozen=True)
class GiveUp:
    """Stop waiting for the dialogue's reply to this turn."""

    turn: int


@dataclass(frozen=True)
class Repeat:
    """Say the last answer again."""


@dataclass(frozen=True)
class SlowDown:
    pass


@dataclass(frozen=True)
class HandOver:
    """Pass the caller to a person without the dialogue's help."""

    reason: str


@dataclass(frozen=True)
class HangUp:
    reason: str


Action = (
    Decode | DropDecode | Commit | Send | Speak | StopSpeaking | Prompt | GiveUp | Repeat | SlowDown | HandOver | HangUp
)
