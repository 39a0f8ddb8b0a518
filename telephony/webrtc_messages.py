"""What the two ends of a WebRTC call tell each other over the data channel "hotline", as JSON objects."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

CHANNEL = "hotline"
LONGEST_TEXT = 2_000  # characters
LONGEST_MESSAGE = 16_384  # characters of JSON, escapes included


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DigitMessage(_Message):
    type: Literal["digit"] = "digit"
    key: Annotated[str, StringConstraints(pattern=r"^[0-9*#A-D]$")]


class TextMessage(_Message):
    type: Literal["text"] = "text"
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]


class HangUpMessage(_Message):
    type: Literal["hang_up"] = "hang_up"


class CaptionMessage(_Message):
    type: Literal["caption"] = "caption"
    speaker: Literal["caller", "bot"]
    text: str
    final: bool


class EndedMessage(_Message):
    type: Literal["ended"] = "ended"
    reason: str


FromCaller = DigitMessage | TextMessage | HangUpMessage
ToCaller = CaptionMessage | EndedMessage

from_caller: TypeAdapter[FromCaller] = TypeAdapter(Annotated[FromCaller, Field(discriminator="type")])
to_caller: TypeAdapter[ToCaller] = TypeAdapter(Annotated[ToCaller, Field(discriminator="type")])
