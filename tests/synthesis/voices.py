"""Voices that do what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from voicebot.audio import FRAME_SAMPLES, Samples
from voicebot.synthesis import USUAL, Manner, SynthesisFailed


class ScriptedVoice:
    """One frame for each word, each in a chunk of its own; counts who asks for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Manner]] = []
        self.stopped = 0
        self.closed = False
        self.frames_per_word = 1
        self.failing: set[str] = set()
        self.gate = asyncio.Event()  # cleared: nothing comes
        self.gate.set()

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        self.asked.append((speech, manner))
        complete = False
        try:
            for number, _ in enumerate(speech.split(), 1):
                await self.gate.wait()
                if speech in self.failing:
                    raise SynthesisFailed("out of breath")
                yield np.full(FRAME_SAMPLES * self.frames_per_word, 1000 * len(self.asked) + number, np.int16)
            complete = True
        finally:
            self.stopped += not complete

    async def close(self) -> None:
        self.closed = True
