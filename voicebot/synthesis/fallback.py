"""A second voice for when the first one fails: a caller hears another voice rather than none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from voicebot.audio import Samples
from voicebot.synthesis.synthesizer import USUAL, Manner, SynthesisFailed, Synthesizer

_log = logging.getLogger(__name__)

_PATIENCE = 2.5  # s for the first sound; a caller who has finished speaking is to hear something within 4


class FallbackSynthesizer:
    def __init__(self, first: Synthesizer, second: Synthesizer) -> None:
        self._first, self._second = first, second

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        """`first`'s sound; all of it `second`'s when `first` gives none in time. A break in the middle is a failure."""
        async with aclosing(self._first.speak(speech, manner)) as chunks:
            try:
                async with asyncio.timeout(_PATIENCE):
                    chunk = await anext(chunks, None)
            except (SynthesisFailed, TimeoutError) as error:
                _log.warning("the second voice speaks: %s", error or "the first takes too long")
                chunk = None
            if chunk is not None:
                yield chunk
                async for chunk in chunks:
                    yield chunk
                return
        async with aclosing(self._second.speak(speech, manner)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def close(self) -> None:
        await self._first.close()
        await self._second.close()
