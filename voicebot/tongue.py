"""One language of a call: its ears, its voice, what is known about its words, and the line's own sentences in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from language import Language
from voicebot.recognition import Recognizer
from voicebot.synthesis import Synthesizer
from voicebot.utterance import Voice


@dataclass(frozen=True)
class Tongue:
    code: str  # "vi", "en"
    words: Language
    recognizer: Recognizer | None  # None: the hotline speaks it and does not understand it
    synthesizer: Synthesizer
    prompts: Mapping[str, Sequence[str]]  # by name

    @property
    def voice(self) -> Voice:
        return Voice(self.synthesizer, self.words.clauses, self.words.speak)
