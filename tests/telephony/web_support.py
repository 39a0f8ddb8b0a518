"""A hotline on WebRTC for tests: a gateway whose calls play a tone and keep what they hear."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection

from telephony.gateway import Gateway
from telephony.settings import WebSettings
from telephony.webrtc import WebRtcGateway
from voicebot.audio import FRAME_SAMPLES, RATE, Frame
from voicebot.line import Caption, Digit, Heard, Line, Source, Typed

LONG = 10.0  # s: only a hang takes that long


def tone(hertz: float) -> Source:
    """A steady tone, frame by frame."""
    position = 0

    def pull() -> Frame:
        nonlocal position
        at = (position + np.arange(FRAME_SAMPLES)) / RATE
        position += FRAME_SAMPLES
        return (8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)

    return pull


def pitch(frames: list[Frame]) -> float:
    """The strongest frequency, in hertz, of the last half second."""
    samples = np.concatenate(frames)[-RATE // 2 :].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum)) * RATE / len(samples)


@dataclass
class Ear:
    """Reads a line to its end and keeps what came."""

    frames: list[Frame] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    async def listen(self, line: Line) -> None:
        async for event in line.events():
            match event:
                case Heard(frame):
                    self.frames.append(frame)
                case Digit(key):
                    self.keys.append(key)
                case Typed(text):
                    self.texts.append(text)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(LONG):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@dataclass
class Hotline:
    """A gateway that plays a tone to every caller and keeps what it hears."""

    limit: int = 2
    media_timeout: float = 30.0
    greeting: Caption | None = None
    lines: list[Line] = field(default_factory=list)
    ears: list[Ear] = field(default_factory=list)
    url: str = ""

    async def answer(self, line: Line) -> None:
        ear = Ear()
        self.lines.append(line)
        self.ears.append(ear)
        line.start(tone(440))
        if self.greeting:
            line.show(self.greeting)
        await ear.listen(line)

    @asynccontextmanager
    async def running(self, answer: Callable[[Line], Awaitable[None]] | None = None) -> AsyncIterator[Hotline]:
        settings = WebSettings(media_timeout=self.media_timeout)
        gateway = WebRtcGateway(settings, Gateway(answer or self.answer, self.limit))
        application = web.Application()
        application.add_routes(gateway.routes())
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await gateway.close()
            await runner.cleanup()


@pytest.fixture(name="hotline")
async def running_hotline() -> AsyncIterator[Hotline]:
    async with Hotline().running() as running:
        yield running


@pytest.fixture(autouse=True)
async def nothing_left(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """Every call ends without a task or a decoder's thread of its own, and nothing failed unseen."""
    before = asyncio.all_tasks()
    yield
    gc.collect()  # a task whose exception nobody took says so when it is collected
    await until(lambda: asyncio.all_tasks() - before == {asyncio.current_task()})  # aiortc's last check takes 20 ms
    assert not [thread for thread in threading.enumerate() if thread.name == "audio-decoder"]
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


async def offer() -> str:
    """A good offer of a caller that then never shows up."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.createDataChannel("hotline")
    connection.addTransceiver("audio")
    await connection.setLocalDescription(await connection.createOffer())
    sdp: str = connection.localDescription.sdp
    await connection.close()
    return sdp
