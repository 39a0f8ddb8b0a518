"""What happens to turn-taking. Times are seconds of one monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot.expectation import Expectation
from voicebot.recognition.recognizer import Transcript


@dataclass(frozen=True)
class Opened:
    """The line is up."""


@dataclass(frozen=True)
class Voice:
    """One incoming frame of 20 ms and how likely it is speech (0 to 1)."""

    probability: float


@dataclass(frozen=True)
class Tick:
    """Time has passed; sent when no frame does it."""


@dataclass(frozen=True)
class Decoded:
    """What the recogniser heard, and what the language knows about those words."""

    decode: int
    transcript: Transcript
    closed: bool | None = None  # True: a complete answer; False: surely not; None: cannot tell
    backchannel: bool = False  # "dạ", "vâng", "ừ": never takes the floor
    command: bool = False  # "dừng lại", "nhắc lại": always does
    echo: bool = False  # our own words coming back


@dataclass(frozen=True)
class DecodeFailed:
    decode: int


@dataclass(frozen=True)
class Keyed:
    key: str


@dataclass(frozen=True)
class Wrote:
    text: str


@dataclass(frozen=True)
class Replied:
    """The dialogue has given something to say."""

    turn: int
    expects: Expectation


@dataclass(frozen=True)
class ReplyEnded:
    """The dialogue is done with the turn. `spoke` is False when it gave nothing to say."""

    turn: int
    spoke: bool


@dataclass(frozen=True)
class ReplyFailed:
    turn: int


@dataclass(frozen=True)
class SpeakingStarted:
    """The caller begins to hear an utterance of ours; `answer` is False for fillers and apologies of the line."""

    answer: bool
    interruptible: bool


@dataclass(frozen=True)
class SpeakingFinished:
    """Nothing of ours is left to hear."""


@dataclass(frozen=True)
class AskedToWait:
    """The caller wants time: silence is fine for a while."""


@dataclass(frozen=True)
class AskedToEnd:
    """The dialogue wants the call to end once everything has been heard."""


@dataclass(frozen=True)
class Unreachable:
    """The person whom the caller was put through to did not answer."""

    reason: str


@dataclass(frozen=True)
class Paced:
    slow: bool


TurnEvent = (
    Opened | Voice | Tick | Decoded | DecodeFailed | Keyed | Wrote | Replied | ReplyEnded | ReplyFailed
    | SpeakingStarted | SpeakingFinished | AskedToWait | AskedToEnd | Unreachable | Paced
)  # fmt: skip
