"""What the bot says, cut into clauses, and how much of it has been heard. Pure bookkeeping for the player."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from voicebot.audio import FRAME_SECONDS, Frame
from voicebot.synthesis.synthesizer import Synthesizer


@dataclass(frozen=True)
class Utterance:
    """Something to say: `text` is shown; `speech` is spoken when it differs from the usual reading of `text`."""

    id: str
    text: str
    speech: str | None = None
    interruptible: bool = True
    turn: int = 0
    source: Mapping[str, Any] | None = None
    language: str | None = None  # None: that of the call


@dataclass(frozen=True)
class Voice:
    """`clauses` splits a text for speaking, `speak` turns a clause into its spoken form."""

    synthesizer: Synthesizer
    clauses: Callable[[str], list[str]]
    speak: Callable[[str], str]


@dataclass(eq=False)
class Clause:
    shown: str
    spoken: str | None  # None: the usual reading of `shown`
    frames: deque[Frame] = field(default_factory=deque)  # made, not yet pulled
    pulled: int = 0
    made: bool = False  # no frame will be added
    failed: bool = False

    @property
    def over(self) -> bool:
        return self.made and not self.frames

    def unmake(self) -> None:
        self.frames.clear()
        self.made = self.failed = False

    def heard(self, words_per_minute: int) -> str:
        """The words of `shown` that were pulled to their end, in proportion to the frames.

        How many frames there are in all is reckoned from `words_per_minute` as long as the clause is being made.
        """
        if self.over and not self.failed:
            return self.shown
        words = len((self.spoken or self.shown).split())
        expected = 0 if self.made and not self.failed else round(words * 60 / words_per_minute / FRAME_SECONDS)
        total = max(expected, self.pulled + len(self.frames))
        return _first_words(self.shown, self.pulled / total if total else 0.0)


class Speaking:
    """An utterance on its way to the caller: clauses before `at` are over."""

    def __init__(self, utterance: Utterance, voice: Voice) -> None:
        self.utterance, self.voice = utterance, voice
        self.clauses = _cut(utterance, voice.clauses)
        self.at = 0
        self.started = False

    @property
    def current(self) -> Clause | None:
        """The clause that is being played or comes next; None when all are over."""
        return self.clauses[self.at] if self.at < len(self.clauses) else None

    @property
    def complete(self) -> bool:
        return all(clause.over and not clause.failed for clause in self.clauses)

    @property
    def seconds(self) -> float:
        """Of sound that was pulled, without pauses."""
        return FRAME_SECONDS * sum(clause.pulled for clause in self.clauses)

    def heard(self, words_per_minute: int) -> str:
        if self.complete:
            return self.utterance.text
        return " ".join(filter(None, (clause.heard(words_per_minute) for clause in self.clauses)))


def _cut(utterance: Utterance, split: Callable[[str], list[str]]) -> list[Clause]:
    shown = split(utterance.text)
    if utterance.speech is None:
        return [Clause(text, None) for text in shown]
    spoken = split(utterance.speech)
    if len(shown) != len(spoken):
        shown = _share_out(utterance.text, spoken)
    return [Clause(text, speech) for text, speech in zip(shown, spoken, strict=True)]


def _share_out(text: str, parts: list[str]) -> list[str]:
    """The words of `text` in as many pieces as `parts`, each as long in proportion as its part."""
    words = text.split()
    whole = sum(map(len, parts)) or 1
    ends = [round(len(words) * length / whole) for length in accumulate(map(len, parts))]
    return [" ".join(words[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def _first_words(text: str, share: float) -> str:
    """As many whole words as lie within the first `share` (0 to 1) of the text."""
    words = text.split()
    limit = share * len(" ".join(words))
    ends = accumulate(words, lambda end, word: end + 1 + len(word), initial=-1)
    return " ".join(words[: sum(end <= limit for end in ends) - 1])
