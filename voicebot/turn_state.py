"""What turn-taking keeps in mind: the caller's speech that is going on, and the reply that is owed."""

from __future__ import annotations

from dataclasses import dataclass

from voicebot import turn_events as on


@dataclass
class CallerSpeech:
    """What the caller is saying."""

    start: float
    last_voice: float
    voiced: float  # s of speech in it
    resuming: float = 0.0
    decode: int | None = None  # under way
    decode_upto: float = 0.0  # the last voice that it covers
    heard: on.Decoded | None = None
    heard_upto: float = 0.0
    probes: int = 0
    took_floor: bool = False  # has made us fall silent

    @property
    def up_to_date(self) -> on.Decoded | None:
        """What was heard of all of it, or None."""
        return self.heard if self.heard and self.heard_upto == self.last_voice else None


@dataclass
class OwedReply:
    """What the dialogue owes."""

    turn: int
    start: float  # of the caller's speech, for joining when they go on
    end: float  # since then the caller waits
    since: float  # since then the dialogue works on it
    spoken: bool  # the turn was spoken: not keyed, typed or silent
    held: bool = False  # given, but the caller is speaking
    audible: bool = False
    ended: bool = False
    filled: bool = False
