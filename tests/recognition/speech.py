"""Speech for tests: espeak-ng in voices that no training program uses, through a telephone line."""

from __future__ import annotations

from functools import cache

from benchmarks.conditions import telephone
from benchmarks.synthetic import Reading
from voicebot.audio import Samples


@cache
def say(text: str, voice: str = "vi+f5") -> Samples:
    return telephone(Reading(text, voice).speak())
