"""The microphone line on a PyAudio that is made up here: a machine that runs tests has no sound card."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from telephony.microphone import MicrophoneLine, NoMicrophone
from voicebot.audio import FRAME_SAMPLES, Frame
from voicebot.line import Caption, Digit, Heard, LineEvent, TransferFailed, Typed

FakeCallback = Callable[[bytes, int, dict[str, float], int], tuple[bytes, int]]


class FakeStream:
    """Calls back from a thread of its own, as PortAudio does, with frames that count up; keeps what is played."""

    def __init__(self, callback: FakeCallback, frames: int) -> None:
        self.played: list[Frame] = []
        self.closed = False
        self._callback = callback
        self._frames = frames
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start_stream(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        for value in range(1, self._frames + 1):
            recorded = np.full(FRAME_SAMPLES, value, np.int16).tobytes()
            overflow = FakePyAudio.paInputOverflow if value == 3 else 0
            played, go_on = self._callback(recorded, FRAME_SAMPLES, {}, overflow)
            assert go_on == FakePyAudio.paContinue
            self.played.append(np.frombuffer(played, np.int16))
            if self._stop.wait(0.01):
                return

    def is_active(self) -> bool:
        return self._thread.is_alive()

    def stop_stream(self) -> None:
        time.sleep(0.1)  # PortAudio plays out what it has
        self._stop.set()
        self._thread.join()

    def close(self) -> None:
        self.closed = True


class FakePyAudio:
    """The part of the module `pyaudio` and of its class of the same name that the line uses."""

    paInt16, paContinue, paInputOverflow = 8, 0, 2  # noqa: N815 - PyAudio's names

    def __init__(self, device: bool = True) -> None:
        self.device = device
        self.terminated = False
        self.options: dict[str, Any] = {}
        self.stream: FakeStream | None = None

    def open(self, **options: Any) -> FakeStream:
        if not self.device:
            raise OSError(-9996, "Invalid output device (no default output device)")
        self.options = options
        self.stream = FakeStream(options["stream_callback"], frames=30)
        return self.stream

    def terminate(self) -> None:
        self.terminated = True


def install(monkeypatch: pytest.MonkeyPatch, audio: FakePyAudio) -> None:
    module = ModuleType("pyaudio")
    for name in ("paInt16", "paContinue", "paInputOverflow"):
        setattr(module, name, getattr(FakePyAudio, name))
    module.PyAudio = lambda: audio  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyaudio", module)


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> FakePyAudio:
    audio = FakePyAudio()
    install(monkeypatch, audio)
    return audio


def counting() -> Callable[[], Frame]:
    value = 1000

    def pull() -> Frame:
        nonlocal value
        value += 1
        return np.full(FRAME_SAMPLES, value, np.int16)

    return pull


async def test_frames_go_both_ways_in_order(audio: FakePyAudio) -> None:
    line = MicrophoneLine()
    assert (audio.options["rate"], audio.options["channels"]) == (16_000, 1)
    line.start(counting())
    heard: list[int] = []
    async for event in line.events():
        assert isinstance(event, Heard)
        heard.append(int(event.frame[0]))
        if len(heard) == 20:
            await line.hang_up()
    assert heard[:20] == list(range(1, 21))
    assert audio.stream is not None
    played = [int(frame[0]) for frame in audio.stream.played if frame[0]]
    assert played == list(range(1001, 1001 + len(played)))
    assert len(played) >= 15
    assert audio.stream.closed
    assert audio.terminated
    assert line.statistics.frames_in >= 20
    assert line.statistics.lost == 1


async def test_an_event_loop_that_is_busy_plays_silence(audio: FakePyAudio) -> None:
    line = MicrophoneLine()
    line.start(counting())
    assert audio.stream is not None
    stream = audio.stream
    while len(stream.played) < 6:  # hold the loop, the sound card goes on
        time.sleep(0.01)  # noqa: ASYNC251
    assert [int(frame[0]) for frame in stream.played[:6]] == [1001, 1002, 0, 0, 0, 0]
    await line.hang_up()


async def test_keys_text_and_captions(audio: FakePyAudio) -> None:
    shown: list[Caption] = []
    line = MicrophoneLine(shown.append)
    line.press("0")
    line.write("Xin chào")
    line.show(Caption("bot", "Dạ, em nghe ạ.", True))
    await line.hang_up()
    await line.hang_up()  # again: harmless
    events: list[LineEvent] = [event async for event in line.events()]
    assert events == [Digit("0"), Typed("Xin chào")]
    assert [caption.text for caption in shown] == ["Dạ, em nghe ạ."]
    assert line.ended == "hung_up"
    with pytest.raises(TransferFailed):
        await line.transfer("sip:agent@example.org")


async def test_no_device_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    audio = FakePyAudio(device=False)
    install(monkeypatch, audio)
    with pytest.raises(NoMicrophone, match=r"no microphone or loudspeaker.*no default output device"):
        MicrophoneLine()
    assert audio.terminated


async def test_no_pyaudio_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    with pytest.raises(NoMicrophone, match="--extra mic"):
        MicrophoneLine()


async def test_the_loop_is_not_held_while_the_device_closes(audio: FakePyAudio) -> None:
    line = MicrophoneLine()
    line.start(lambda: None)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await line.hang_up()
    ticking.cancel()
    assert ticks > 10
