"""What the rest of the system asks of the dialogue, and the words they share."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from voicebot.expectation import Expectation


@dataclass(frozen=True)
class CallerTurn:
    """One contribution of the caller: words, or an intent without words (a key, a silence, the call's start)."""

    call_id: str
    number: int  # counts up within the call
    text: str = ""  # as written
    intent: str | None = None  # e.g. "chao_hoi", "im_lang", "gap_nhan_vien": sent instead of text
    slots: Mapping[str, Any] = field(default_factory=dict)  # entities that go with `intent`
    spoken: str = ""  # words as heard
    confidence: float = 1.0
    alternatives: Sequence[str] = ()
    language: str = "vi"  # in which the call is held
    languages: Sequence[str] = ("vi",)  # … and could be
    heard_language: str | None = None  # what the words sounded like; None when that is not clear
    caller: str | None = None
    channel: str = "sip"
    now: str | None = None  # ISO 8601; the clock that dates and opening hours go by; None = the server's


@dataclass(frozen=True)
class Say:
    """Something to speak. `text` is shown and recorded; `speech` is spoken when it differs from its usual reading."""

    text: str
    speech: str | None = None
    expects: Expectation = Expectation.OPEN
    interruptible: bool = True
    source: Mapping[str, Any] | None = None  # procedure code, version and date that the facts come from
    language: str | None = None  # None: that of the call


CommandName = Literal["repeat", "slower", "louder", "wait", "hang_up", "hand_over", "stop_recording", "language"]


@dataclass(frozen=True)
class Command:
    """Something for the voicebot to do."""

    name: CommandName
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Understanding:
    """How the turn was understood; the last message of every turn."""

    intent: str
    confidence: float
    language: str = "vi"
    procedure: str | None = None
    aspect: str | None = None
    candidates: Sequence[Mapping[str, Any]] = ()  # code, name, score
    actions: Sequence[Mapping[str, Any]] = ()  # name, result
    handover: bool = False


class DialogueFailed(Exception):
    """The dialogue did not answer this turn: away, too slow, or broken. The next turn may succeed."""


class Dialogue(Protocol):
    def respond(self, turn: CallerTurn) -> AsyncGenerator[Say | Command | Understanding, None]:
        """Messages as they are made, an Understanding last. Raises DialogueFailed."""

    async def close(self) -> None: ...
