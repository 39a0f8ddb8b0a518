"""espeak-ng: a small, quick voice that is always there. Its licence is GPL, so it runs as a program of its own."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import suppress
from unicodedata import normalize

import numpy as np

from voicebot.audio import Samples
from voicebot.settings import SynthesisSettings
from voicebot.synthesis.finish import LOUD_GAIN_DB, Finish
from voicebot.synthesis.synthesizer import USUAL, Manner, SynthesisFailed

_PROGRAM = "espeak-ng"
_RATE = 22_050  # Hz, of all its own voices
_WAVE_HEADER = 44  # bytes
_AMPLITUDE = 80  # of 200; at the default of 100 it clips its own peaks
_CHUNK = 4096  # bytes, 93 ms
_TIMEOUT = 5.0  # s without a byte; a whole sentence takes about 20 ms


class EspeakSynthesizer:
    """One process per clause: calls share nothing, and stopping is killing."""

    def __init__(self, settings: SynthesisSettings) -> None:
        self._settings = settings

    async def speak(self, speech: str, manner: Manner = USUAL) -> AsyncGenerator[Samples, None]:
        finish = Finish(_RATE, LOUD_GAIN_DB if manner.loud else self._settings.gain_db)
        process = await self._start(speech, manner)
        assert process.stdout
        wave, sounded, ended = _Wave(process.stdout), False, False
        try:
            while (chunk := await wave.read()).size:
                ready = finish.feed(chunk)
                if ready.size:
                    sounded = True
                    yield ready
            ended = True
            ready = finish.feed(np.zeros(0, np.int16), last=True)
            if ready.size:
                yield ready
            elif not sounded:
                raise SynthesisFailed(await self._reason(process))
        except TimeoutError:
            raise SynthesisFailed(f"{_PROGRAM} gave nothing for {_TIMEOUT:.0f} s") from None
        finally:
            if not ended:  # killing what ends by itself confuses asyncio's child watcher
                with suppress(ProcessLookupError):
                    process.kill()
            await process.communicate()  # wait() would never return while a full pipe is not read

    async def close(self) -> None:
        """Nothing outlives a clause."""

    async def _start(self, speech: str, manner: Manner) -> Process:
        settings = self._settings
        words_per_minute = settings.slow_words_per_minute if manner.slow else settings.words_per_minute
        options = ("-b", "1", "-z", "-v", settings.voice, "-s", str(words_per_minute), "-a", str(_AMPLITUDE))
        try:
            process = await asyncio.create_subprocess_exec(
                _PROGRAM, *options, "--stdin", "--stdout", stdin=PIPE, stdout=PIPE, stderr=PIPE
            )
        except FileNotFoundError:
            raise SynthesisFailed(f"{_PROGRAM} is missing: install the Debian package espeak-ng") from None
        except OSError as error:
            raise SynthesisFailed(f"{_PROGRAM} does not start: {error.strerror}") from error
        assert process.stdin
        # Through a pipe, as arguments are for every user of the machine to read. "[[" would begin phoneme codes.
        process.stdin.write(normalize("NFC", speech).replace("[[", "[").encode())
        process.stdin.close()
        return process

    async def _reason(self, process: Process) -> str:
        assert process.stderr
        message = (await process.stderr.read()).decode(errors="replace").strip()
        return f"{_PROGRAM}, voice {self._settings.voice}: {message or 'nothing to pronounce'}"


class _Wave:
    """The samples of a wave file that is being written to a pipe."""

    def __init__(self, pipe: StreamReader) -> None:
        self._pipe = pipe
        self._skip = _WAVE_HEADER
        self._rest = b""  # half a sample, or half a header

    async def read(self) -> Samples:
        """The next ones, none only at the end. Raises TimeoutError."""
        while True:
            async with asyncio.timeout(_TIMEOUT):
                chunk = await self._pipe.read(_CHUNK)
            data = self._rest + chunk
            whole = len(data) - len(data) % 2
            if whole > self._skip or not chunk:
                samples = np.frombuffer(data[self._skip : whole], np.int16)
                self._skip, self._rest = 0, data[whole:]
                return samples
            self._rest = data
