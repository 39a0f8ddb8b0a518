"""What happened in a call: the vocabulary of the journal, the recorder and the console.

Every event carries the call's id and a number that counts up from 0 without gaps, so that a reader knows what it
missed and stores each event once. Fields that hold what callers said or who they are stand in `PERSONAL`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

PERSONAL = frozenset({"caller", "text", "spoken", "alternatives", "answer", "played", "key", "summary"})


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    call_id: str
    number: int = Field(ge=0)
    at: datetime = Field(default_factory=lambda: datetime.now(UTC))


class CallStarted(_Event):
    kind: Literal["call_started"] = "call_started"
    line: str
    caller: str | None
    called: str | None


class CallerSaid(_Event):
    """A committed turn of the caller, spoken, typed or keyed."""

    kind: Literal["caller_said"] = "caller_said"
    turn: int
    how: Literal["voice", "typed", "key", "event"]  # event: the call's start, a silence
    text: str
    spoken: str = ""
    confidence: float = 1.0
    alternatives: list[str] = []
    language: str | None = None  # as the recogniser heard it: "vi", "en", "other"; None when it cannot tell
    turn_over: float | None = None  # its probability that the caller had finished
    audio_start: float | None = None  # seconds since the call started
    audio_end: float | None = None


class TurnUnderstood(_Event):
    kind: Literal["turn_understood"] = "turn_understood"
    turn: int
    intent: str
    confidence: float
    procedure: str | None = None
    aspect: str | None = None
    candidates: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []


class BotSaid(_Event):
    """One utterance of ours, recorded when it has ended: what was meant, and what the caller really heard of it."""

    kind: Literal["bot_said"] = "bot_said"
    turn: int
    answer: str
    played: str
    complete: bool
    source: dict[str, Any] | None = None
    audio_start: float
    audio_end: float


class TurnMeasured(_Event):
    """Milliseconds from the end of the caller's speech to each stage of the first answer."""

    kind: Literal["turn_measured"] = "turn_measured"
    turn: int
    stages: dict[str, float]  # decoded, committed, replied, synthesised, audible


class Interrupted(_Event):
    kind: Literal["interrupted"] = "interrupted"
    turn: int


class KeyPressed(_Event):
    kind: Literal["key_pressed"] = "key_pressed"
    key: str


class HandedOver(_Event):
    kind: Literal["handed_over"] = "handed_over"
    reason: str
    result: Literal["connected", "ticket", "failed"]
    ticket: str | None = None
    summary: str = ""


class RecordingRefused(_Event):
    kind: Literal["recording_refused"] = "recording_refused"


class RecordingSaved(_Event):
    kind: Literal["recording_saved"] = "recording_saved"
    path: str
    seconds: float


class PartFailed(_Event):
    """Something behind the call broke or was late; the call went on."""

    kind: Literal["part_failed"] = "part_failed"
    part: Literal["recognition", "dialogue", "synthesis", "recording", "delivery"]
    error: str


class CallEnded(_Event):
    kind: Literal["call_ended"] = "call_ended"
    reason: str
    seconds: float
    outcome: Literal["answered", "handed_over", "abandoned", "failed"]


Event = Annotated[
    CallStarted | CallerSaid | TurnUnderstood | BotSaid | TurnMeasured | Interrupted | KeyPressed | HandedOver
    | RecordingRefused | RecordingSaved | PartFailed | CallEnded,
    Field(discriminator="kind"),
]  # fmt: skip

parse_event: TypeAdapter[Event] = TypeAdapter(Event)
