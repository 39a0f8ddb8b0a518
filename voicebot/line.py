"""A line: one caller's two-way audio, whatever brought it here.

A transport (SIP, WebRTC, a microphone …) gives a `Line` for each call. It *pulls* outgoing audio, one frame per
20 ms of its own clock, so that nothing is queued ahead, a flush is instant and the play-out position is known exactly;
it *offers* what comes in as an asynchronous iterator that ends when the call is over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from voicebot.audio import Frame

LineKind = Literal["sip", "webrtc", "audiosocket", "media_streams", "microphone"]

Source = Callable[[], Frame | None]
"""Asked for the next outgoing frame every 20 ms; None means silence. Must return at once."""


@dataclass(frozen=True)
class LineInfo:
    call_id: str  # ours, unique: [0-9a-z-]{8,64}; also the dialogue's sender id
    kind: LineKind
    caller: str | None = None  # number or address as signalled; personal data
    called: str | None = None


@dataclass(frozen=True)
class Heard:
    """One incoming frame. Lost packets have been concealed: frames come every 20 ms while media flows."""

    frame: Frame


@dataclass(frozen=True)
class Digit:
    """A key press (RFC 4733, or a key on the page): 0-9, *, #, A-D; once per press."""

    key: str


@dataclass(frozen=True)
class Typed:
    """A line of text from a caller who writes instead of speaking."""

    text: str


LineEvent = Heard | Digit | Typed


@dataclass(frozen=True)
class Caption:
    """What is being said, for lines with a screen."""

    speaker: Literal["caller", "bot"]
    text: str
    final: bool  # a later caption replaces one that is not


@dataclass(frozen=True)
class LineStatistics:
    frames_in: int = 0
    frames_out: int = 0
    lost: int = 0  # packets that never came
    dropped: int = 0  # frames thrown away because nobody took them in time


class TransferFailed(Exception):
    """The person at the other end could not be reached; `reason` is one of the typed causes."""

    def __init__(self, reason: Literal["busy", "no_answer", "rejected", "unsupported"]) -> None:
        super().__init__(reason)
        self.reason = reason


class Line(Protocol):
    @property
    def info(self) -> LineInfo: ...

    @property
    def statistics(self) -> LineStatistics: ...

    @property
    def ended(self) -> str | None:
        """Why the call is over ("caller_hung_up", "media_lost", "hung_up" …), None while it is up."""

    def start(self, source: Source) -> None:
        """Media may flow: from now on `source` is asked for frames. Called once, before iterating."""

    def events(self) -> AsyncIterator[LineEvent]:
        """What comes in, until the call ends. A bounded queue: the oldest audio is dropped (and counted) when full;
        digits and text never are. One reader."""

    def show(self, caption: Caption) -> None:
        """Puts a caption on the caller's screen; lines without one ignore it. Never blocks."""

    async def transfer(self, target: str) -> None:
        """Hands the caller to another address. Raises TransferFailed."""

    async def hang_up(self) -> None:
        """Ends the call from our side; harmless when it is over already."""
