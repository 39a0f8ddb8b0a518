"""RTP sessions over real sockets: a bad network, strangers, stalls, hold."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from sip_support import is_free, pitch, tone, until

from telephony.rtp import RtpSession
from telephony.rtp_media import Media
from telephony.rtp_packets import Packet, parse
from voicebot.audio import A_LAW, SILENCE, Frame
from voicebot.line import Digit, Heard, LineEvent

HOST = "127.0.0.1"


class End:
    """A session and what it has received."""

    def __init__(self) -> None:
        self.session = RtpSession(HOST, 0)
        self.frames: list[Frame] = []
        self.keys = ""
        self.silent = 0

    @property
    def address(self) -> tuple[str, int]:
        return HOST, self.session.port

    def start(
        self, to: tuple[str, int], source: Callable[[], Frame | None] = lambda: None, timeout: float = 60
    ) -> None:
        self.session.start(Media(to, codec=8, key_type=101), source, self._receive, self._fell_silent, timeout)

    def _receive(self, event: LineEvent) -> None:
        if isinstance(event, Heard):
            self.frames.append(event.frame)
        elif isinstance(event, Digit):
            self.keys += event.key

    def _fell_silent(self) -> None:
        self.silent += 1


@pytest.fixture
def ends() -> Iterator[Callable[[], End]]:
    made: list[End] = []

    def make() -> End:
        made.append(End())
        return made[-1]

    yield make
    for end in made:
        end.session.close()
        assert is_free(end.session.port)


@pytest.fixture
async def peer() -> Iterator[socket.socket]:  # type: ignore[misc]
    """A bare socket at the other end."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((HOST, 0))
        udp.setblocking(False)
        yield udp


class BadNetwork(asyncio.DatagramProtocol):
    """Passes packets on between two ends, losing, doubling and delaying some."""

    def __init__(self, one: tuple[str, int], other: tuple[str, int], loss: float, mess: float) -> None:
        self._other_of = {one: other, other: one}
        self._loss, self._mess, self._dice = loss, mess, random.Random(5)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self._dice.random() < self._loss:
            return
        delay = 0.025 if self._dice.random() < self._mess else 0.0
        for _ in range(2 if self._dice.random() < self._mess else 1):
            loop = asyncio.get_running_loop()
            loop.call_later(delay, self._transport.sendto, data, self._other_of[addr])  # type: ignore[attr-defined]


@pytest.mark.parametrize(("loss", "mess"), [(0.0, 0.0), (0.0, 0.2), (0.05, 0.0), (0.1, 0.1)])
async def test_a_bad_network_costs_no_time_and_no_key(ends: Callable[[], End], loss: float, mess: float) -> None:
    one, other = ends(), ends()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: BadNetwork(one.address, other.address, loss, mess), local_addr=(HOST, 0)
    )
    between = transport.get_extra_info("sockname")
    other.start(between)
    one.start(between, tone(800))
    for key in "1122#":
        one.session.send_key(key)
    await until(lambda: len(other.frames) >= 150)
    transport.close()
    assert other.keys == "1122#"
    assert pitch(other.frames) == pytest.approx(800, abs=5)
    assert abs(len(other.frames) - one.session.frames_out) <= 25  # half a second: a busy machine
    assert (other.session.lost > 0) == (loss > 0)


async def test_only_the_first_valid_source_is_heard(ends: Callable[[], End], peer: socket.socket) -> None:
    here = ends()
    here.start((HOST, 9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(50):
            stranger.sendto(os.urandom(40), here.address)
            stranger.sendto(bytes(Packet(77, 1, 1, 1, b"x" * 160)), here.address)
        await asyncio.sleep(0.05)
        for n in range(10):
            peer.sendto(bytes(Packet(8, n, 160 * n, 1, b"\xd5" * 160)), here.address)
        await asyncio.sleep(0.05)
        for n in range(50):
            stranger.sendto(bytes(Packet(101, n, 5, 2, b"\5\x8a\0\xa0")), here.address)
    await until(lambda: here.session.frames_in >= 10)
    assert (await _packets(peer, 3))[0].payload_type == 8  # answered to where the voice comes from, not to port 9
    assert here.keys == ""
    assert here.session.lost == 0


async def test_rtcp_comfort_noise_and_garbage_do_no_harm(ends: Callable[[], End], peer: socket.socket) -> None:
    here = ends()
    here.start((HOST, 9))
    junk = [
        b"",
        b"\x80",
        b"\x80\xc8" + bytes(26),
        bytes(Packet(8, 3, 480, 1, b"")),
        *(os.urandom(n) for n in range(40)),
    ]
    for n in range(20):
        peer.sendto(
            bytes(Packet(13 if n % 4 == 3 else 8, n, 160 * n, 1, b"\xd5" * (160 if n % 4 != 3 else 1))), here.address
        )
        for data in junk:
            peer.sendto(data, here.address)
    await until(lambda: len(here.frames) >= 15)
    assert here.session.lost == 0


async def test_voice_leaves_every_20_ms_with_marks_where_it_begins(
    ends: Callable[[], End], peer: socket.socket
) -> None:
    spoken = iter([None] * 5 + [np.full(320, 1000, np.int16)] * 5 + [None] * 5 + [np.full(320, 1000, np.int16)] * 100)
    here = ends()
    here.start(peer.getsockname(), lambda: next(spoken))
    await until(lambda: here.session.frames_out >= 30)
    packets = await _packets(peer, 30)
    first = packets[0]
    assert [n for n, packet in enumerate(packets) if packet.marker] == [5, 15]
    assert [(p.sequence - first.sequence) & 0xFFFF for p in packets] == list(range(30))
    assert [(p.timestamp - first.timestamp) & 0xFFFFFFFF for p in packets] == [160 * n for n in range(30)]
    assert {len(packet.payload) for packet in packets} == {160}
    assert int(np.abs(A_LAW.decode(packets[2].payload)).max()) <= 8


async def test_after_a_stall_a_little_is_caught_up_and_the_time_stays_true(
    ends: Callable[[], End], peer: socket.socket
) -> None:
    here = ends()
    here.start(peer.getsockname())
    await until(lambda: here.session.frames_out >= 5)
    time.sleep(0.3)  # noqa: ASYNC251, the stall
    before = here.session.frames_out
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert here.session.frames_out - before <= 3
    await until(lambda: here.session.frames_out >= 20)
    packets = await _packets(peer, here.session.frames_out)
    steps = [(b.timestamp - a.timestamp) // 160 for a, b in itertools.pairwise(packets)]
    assert max(steps) >= 10
    assert [(b.sequence - a.sequence) & 0xFFFF for a, b in itertools.pairwise(packets)] == [1] * len(steps)


async def test_our_own_stall_loses_no_voice(ends: Callable[[], End], peer: socket.socket) -> None:
    here = ends()
    here.start(peer.getsockname())
    for n in range(20):
        peer.sendto(bytes(Packet(8, n, 160 * n, 1, b"\x2a" * 160)), here.address)
    time.sleep(0.4)  # noqa: ASYNC251, the stall
    await until(lambda: len(here.frames) >= 20)
    loud = [frame for frame in here.frames if np.abs(frame).max() > 1000]
    assert len(loud) == 20
    assert here.session.lost == 0


async def test_while_nothing_comes_time_runs_on_in_silence(ends: Callable[[], End], peer: socket.socket) -> None:
    here = ends()
    here.start(peer.getsockname())
    for n in range(10):
        peer.sendto(bytes(Packet(8, n, 160 * n, 1, b"\x2a" * 160)), here.address)
    started = time.monotonic()
    await until(lambda: len(here.frames) >= 60)
    assert time.monotonic() - started > 0.9
    assert not here.frames[-1].any()
    assert here.session.lost == 0


async def test_silence_on_the_wire_is_told_once(ends: Callable[[], End], peer: socket.socket) -> None:
    here = ends()
    here.start(peer.getsockname(), timeout=0.2)
    await asyncio.sleep(0.6)
    assert here.silent == 1


async def test_on_hold_the_source_waits(ends: Callable[[], End], peer: socket.socket) -> None:
    asked = 0

    def source() -> Frame:
        nonlocal asked
        asked += 1
        return SILENCE

    here = ends()
    here.start(peer.getsockname(), source, timeout=0.2)
    media = here.session.media
    assert media is not None
    here.session.change(replace(media, sends=False))
    before = asked
    await asyncio.sleep(0.5)
    assert (asked, here.silent) == (before, 0)
    here.session.change(media)
    await until(lambda: asked > before + 3)


async def test_a_source_that_breaks_gives_silence_and_hurts_no_other_call(ends: Callable[[], End]) -> None:
    def broken() -> Frame:
        raise RuntimeError("on purpose")

    one, other = ends(), ends()
    one.start(other.address, broken)
    other.start(one.address, tone(700))
    await until(lambda: len(one.frames) >= 30 and len(other.frames) >= 30)
    assert pitch(one.frames) == pytest.approx(700, abs=5)


async def test_a_port_that_is_taken_is_an_error(ends: Callable[[], End]) -> None:
    with pytest.raises(OSError, match="in use"):
        RtpSession(HOST, ends().session.port)


async def _packets(peer: socket.socket, count: int) -> list[Packet]:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(20):
        packets = [parse(await loop.sock_recv(peer, 2048)) for _ in range(count)]
    return [packet for packet in packets if packet is not None]
