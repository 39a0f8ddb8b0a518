"""What the SIP tests share: a bot that plays a tone and keeps what it hears, a running server, a bare telephone."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from telephony.gateway import Gateway
from telephony.settings import SipSettings
from telephony.sip import SipServer
from voicebot.audio import FRAME_SAMPLES, RATE, Frame
from voicebot.line import Digit, Heard, Line, Source

SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio {port} RTP/AVP 8 0 101
a=rtpmap:101 telephone-event/8000
a={direction}
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def tone(hertz: float) -> Source:
    """An endless, even tone."""

    def frames() -> Iterator[Frame]:
        at = np.arange(FRAME_SAMPLES)
        while True:
            yield (8000 * np.sin(2 * np.pi * hertz * at / RATE)).astype(np.int16)
            at = at + FRAME_SAMPLES

    endless = frames()
    return lambda: next(endless)


def pitch(frames: list[Frame]) -> float:
    """Hertz of the loudest tone in the last half second."""
    sound = np.concatenate(frames[-25:]).astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))))) * RATE / len(sound)


@dataclass
class Talk:
    """One end of a call: what it heard."""

    line: Line
    frames: list[Frame] = field(default_factory=list)
    keys: str = ""

    async def listen(self) -> None:
        async for event in self.line.events():
            if isinstance(event, Heard):
                self.frames.append(event.frame)
            elif isinstance(event, Digit):
                self.keys += event.key

    async def heard(self, frames: int) -> None:
        """Waits for that many more frames."""
        wanted = len(self.frames) + frames
        await until(lambda: len(self.frames) >= wanted)


class Bot:
    """Answers every call with a tone; a called number of digits is its pitch."""

    def __init__(self) -> None:
        self.talks: list[Talk] = []

    async def __call__(self, line: Line) -> None:
        called = line.info.called or ""
        talk = Talk(line)
        self.talks.append(talk)
        line.start(tone(float(called) if called.isdecimal() else 600))
        await talk.listen()

    async def talk(self, number: int = 0) -> Talk:
        await until(lambda: len(self.talks) > number)
        return self.talks[number]


async def until(condition: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110, nothing tells of it
            await asyncio.sleep(0.01)


@dataclass
class Hotline:
    server: SipServer
    gateway: Gateway
    rtp_first: int

    def uri(self, user: str = "1900") -> str:
        return f"sip:{user}@127.0.0.1:{self.server.address[1]}"

    async def idle(self) -> None:
        await until(lambda: self.gateway.active == 0)


@contextlib.asynccontextmanager
async def hotline(answer: object, limit: int = 5, **settings: object) -> AsyncIterator[Hotline]:
    """A server on free ports; leaves nothing behind, or the test fails."""
    first = random.randrange(20000, 60000, 100)
    before = asyncio.all_tasks()
    gateway = Gateway(answer, limit)  # type: ignore[arg-type]
    options = {"host": "127.0.0.1", "port": free_port(), "rtp_first": first, "rtp_last": first + 99} | settings
    server = SipServer(SipSettings(**options), gateway)
    await server.start()
    port = server.address[1]
    try:
        yield Hotline(server, gateway, first)
    finally:
        await server.close()
    assert gateway.active == 0
    assert asyncio.all_tasks() - {asyncio.current_task()} <= before
    assert is_free(port)


class Phone(asyncio.DatagramProtocol):
    """A bare SIP telephone: says exactly what it is told to, shows what comes back, and only answers BYE by itself."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.messages: asyncio.Queue[str] = asyncio.Queue()
        self.call_id, self.tag = f"{random.getrandbits(60):x}", f"{random.getrandbits(30):x}"
        self.to = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.port = int(transport.get_extra_info("sockname")[1])

    def datagram_received(self, data: bytes, addr: object) -> None:
        message = data.decode()
        self.messages.put_nowait(message)
        if message.startswith("BYE"):
            self.send(ok(message))

    def send(self, message: str | bytes) -> None:
        data = message.encode("latin1") if isinstance(message, str) else message
        self.transport.sendto(data[:65000], self.server)  # type: ignore[attr-defined]

    def request(self, method: str, number: int = 1, body: str = "", branch: str = "", **headers: str | None) -> str:
        """A correct request, but for the headers given; None leaves one out."""
        body = body.replace("\n", "\r\n")
        fields = {
            "Via": f"SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch or f'z9hG4bK{random.getrandbits(50):x}'}",
            "From": f"<sip:0912@127.0.0.1>;tag={self.tag}",
            "To": f"<sip:1900@127.0.0.1>{self.to}",
            "Call-ID": self.call_id,
            "CSeq": f"{number} {method}",
            "Max-Forwards": "70",
            "Contact": f"<sip:0912@127.0.0.1:{self.port}>",
            "Content-Type": "application/sdp" if body else None,
            "Content-Length": str(len(body)),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
        return f"{method} sip:1900@127.0.0.1 SIP/2.0\r\n{head}\r\n{body}"

    async def receive(self, start: str, seconds: float = 10) -> str:
        """The next message that starts so; others are passed over."""
        async with asyncio.timeout(seconds):
            while not (message := await self.messages.get()).startswith(start):
                pass
        return message

    async def status(self, method: str = "INVITE", seconds: float = 10) -> int:
        """The final status that answers a request of this method."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.messages.get()
                if message.startswith("SIP/2.0 ") and int(message[8:11]) >= 200 and f" {method}\r\n" in message:
                    return int(message[8:11])

    async def call(self, rtp_port: int = 9, **headers: str | None) -> str:
        """Calls, acknowledges, and returns the 200."""
        self.send(self.request("INVITE", body=SDP.format(port=rtp_port, direction="sendrecv"), **headers))
        answer = await self.receive("SIP/2.0 200")
        self.to = re.search(r"^To:[^\r\n]*(;tag=[^;\r\n]+)", answer, re.M)[1]  # type: ignore[index]
        self.send(self.request("ACK"))
        return answer


def ok(request: str) -> str:
    """A 200 for a request of the server."""
    kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): .*$", request.replace("\r", ""), re.M)
    return "SIP/2.0 200 OK\r\n" + "\r\n".join([*kept, "Content-Length: 0"]) + "\r\n\r\n"


@contextlib.asynccontextmanager
async def phone(line: Hotline) -> AsyncIterator[Phone]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Phone(line.server.address), local_addr=("127.0.0.1", 0)
    )
    try:
        yield protocol
    finally:
        await line.server.close()  # while there is somebody to take leave of
        transport.close()
        await asyncio.sleep(0)
