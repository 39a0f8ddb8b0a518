"""A call through the sound card of this machine: for trying the voicebot out with `voicebot talk`."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from types import ModuleType

import numpy as np

from telephony.inbox import Inbox
from voicebot.audio import FRAME_SAMPLES, RATE, SILENCE, Frame
from voicebot.line import Caption, Digit, Heard, LineEvent, LineInfo, LineStatistics, Source, TransferFailed, Typed

_AHEAD = 2  # frames pulled before the sound card asks: what the event loop may be late by


class NoMicrophone(Exception):
    """Sound cannot be recorded or played here; the message says what to do."""


class MicrophoneLine:
    """Microphone in, loudspeaker out, both at 16 kHz. There is no echo cancellation: use a headset.

    PortAudio calls from a thread of its own; nothing but finished frames crosses between it and the event loop.
    """

    def __init__(self, on_caption: Callable[[Caption], None] | None = None) -> None:
        """Opens the default devices; call from a running event loop. Raises NoMicrophone."""
        self.info = LineInfo(f"talk-{secrets.token_hex(8)}", "microphone")
        self._on_caption = on_caption
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._ahead: deque[Frame] = deque()
        self._source: Source | None = None
        self._ended: str | None = None
        self._frames_in = self._frames_out = self._lost = 0
        self._pyaudio = _import_pyaudio()
        self._audio = self._pyaudio.PyAudio()
        try:
            self._stream = self._audio.open(
                rate=RATE,
                channels=1,
                format=self._pyaudio.paInt16,
                input=True,
                output=True,
                frames_per_buffer=FRAME_SAMPLES,
                start=False,
                stream_callback=self._exchange,
            )
        except OSError as error:
            self._audio.terminate()
            raise NoMicrophone(f"no microphone or loudspeaker that works at {RATE} Hz: {error}") from error

    @property
    def statistics(self) -> LineStatistics:
        return LineStatistics(self._frames_in, self._frames_out, self._lost, self._inbox.dropped)

    @property
    def ended(self) -> str | None:
        return self._ended

    def start(self, source: Source) -> None:
        self._source = source
        self._pull()
        self._stream.start_stream()

    def events(self) -> AsyncIterator[LineEvent]:
        return self._inbox.events()

    def show(self, caption: Caption) -> None:
        if self._on_caption:
            self._on_caption(caption)

    def press(self, key: str) -> None:
        """A key of the keyboard as a key of a telephone."""
        self._inbox.put(Digit(key))

    def write(self, text: str) -> None:
        self._inbox.put(Typed(text))

    async def transfer(self, target: str) -> None:
        raise TransferFailed("unsupported")

    async def hang_up(self) -> None:
        if self._end("hung_up"):
            await asyncio.to_thread(self._close)  # PortAudio waits for its callback

    def _end(self, reason: str) -> bool:
        if self._ended is not None:
            return False
        self._ended = reason
        self._inbox.close()
        return True

    def _close(self) -> None:
        if self._stream.is_active():
            self._stream.stop_stream()
        self._stream.close()
        self._audio.terminate()

    def _exchange(
        self, recorded: bytes | None, count: int, _time: Mapping[str, float], status: int
    ) -> tuple[bytes, int]:
        """Every 20 ms, in PortAudio's thread: takes what was recorded, gives what to play."""
        try:
            playing = self._ahead.popleft()
        except IndexError:
            playing = SILENCE
        self._lost += bool(status & self._pyaudio.paInputOverflow)
        frame = np.frombuffer(recorded or bytes(2 * count), np.int16).copy()
        self._loop.call_soon_threadsafe(self._exchanged, frame)
        return playing.tobytes(), self._pyaudio.paContinue

    def _exchanged(self, recorded: Frame) -> None:
        if self._ended is None:
            self._frames_in += 1
            self._inbox.put(Heard(recorded))
            self._pull()

    def _pull(self) -> None:
        while self._source and len(self._ahead) < _AHEAD:
            frame = self._source()
            self._frames_out += 1
            self._ahead.append(SILENCE if frame is None else frame)


def _import_pyaudio() -> ModuleType:
    try:
        import pyaudio
    except ImportError as error:
        hint = "install PortAudio, then the extra `mic` (uv sync --extra mic)"
        raise NoMicrophone(f"PyAudio is missing: {hint}") from error
    module: ModuleType = pyaudio
    return module
