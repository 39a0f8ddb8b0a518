"""RTP without sockets: packets, their order, what fills a gap, and key presses. RFC 3550, RFC 4733.

Nothing here knows the time: a session feeds packets in and takes audio and digits out.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from voicebot.audio import Samples

KEYS = "0123456789*#ABCD"
PACKET_SAMPLES = 160  # 20 ms at 8 kHz

_HEADER = struct.Struct("!BBHII")
_EVENT = struct.Struct("!BBH")
_RTCP = range(192, 224)  # the second byte of RTCP on the same port, RFC 5761


@dataclass(frozen=True, slots=True)
class Packet:
    payload_type: int
    sequence: int  # 16 bits
    timestamp: int  # 32 bits, samples
    ssrc: int
    payload: bytes
    marker: bool = False

    def __bytes__(self) -> bytes:
        second = self.marker << 7 | self.payload_type
        return _HEADER.pack(0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload


def parse(data: bytes) -> Packet | None:
    """The packet, or None for anything that is not well-formed RTP (RTCP, STUN, garbage)."""
    if len(data) < _HEADER.size:
        return None
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != 2 or second in _RTCP:
        return None
    start, end = _HEADER.size + 4 * (first & 0x0F), len(data)
    if first & 0x10:  # header extension
        if start + 4 > end:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    if first & 0x20:  # padding
        if not data[-1]:
            return None
        end -= data[-1]
    if start > end:
        return None
    return Packet(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))


class ReorderBuffer:
    """Puts packets in order and notices the missing ones; holds at most `depth` packets while waiting for one.

    Packets that come in order pass without delay. A jump too far to be a gap is believed when the next packet
    confirms it (RFC 3550, A.1); a new SSRC starts afresh.
    """

    FARTHEST = 50  # packets: 1 s

    def __init__(self, depth: int = 2) -> None:
        self._depth = depth
        self._held: dict[int, Packet] = {}
        self._ssrc: int | None = None
        self._expected = 0
        self._suspect: int | None = None
        self.lost = 0

    def push(self, packet: Packet) -> list[Packet | None]:
        """What can be played now, in order; None stands for a lost packet."""
        if packet.ssrc != self._ssrc:
            return self._restart(packet)
        ahead = (packet.sequence - self._expected) & 0xFFFF
        if ahead > self.FARTHEST:
            if packet.sequence == self._suspect:
                return self._restart(packet)
            if ahead < 0x10000 - self.FARTHEST:  # neither a bit late nor a bit early
                self._suspect = (packet.sequence + 1) & 0xFFFF
            return []
        self._suspect = None
        self._held[packet.sequence] = packet
        return self._release(self._depth)

    def flush(self) -> list[Packet | None]:
        """Gives up waiting: everything held, gaps included."""
        return self._release(0)

    def _restart(self, packet: Packet) -> list[Packet | None]:
        rest = self.flush()
        self._ssrc, self._expected, self._suspect = packet.ssrc, (packet.sequence + 1) & 0xFFFF, None
        return [*rest, packet]

    def _release(self, keep: int) -> list[Packet | None]:
        ready: list[Packet | None] = []
        while self._expected in self._held or len(self._held) > keep:
            packet = self._held.pop(self._expected, None)
            self.lost += packet is None
            ready.append(packet)
            self._expected = (self._expected + 1) & 0xFFFF
        return ready


class Concealment:
    """Fills a gap by repeating what was heard last, fading to silence within three packets."""

    _FADE = 3

    def __init__(self) -> None:
        self._last: Samples = np.zeros(PACKET_SAMPLES, np.int16)
        self._missing = 0

    def good(self, samples: Samples) -> None:
        self._last, self._missing = samples, 0

    def fill(self) -> Samples:
        """As many samples as the last packet had."""
        if self._missing == self._FADE:
            return np.zeros_like(self._last)
        loud, quiet = 1 - self._missing / self._FADE, 1 - (self._missing + 1) / self._FADE
        self._missing += 1
        filled: Samples = (self._last * np.linspace(loud, quiet, len(self._last))).astype(np.int16)
        return filled


class KeyReceiver:
    """Key presses out of telephone-event packets, each once: all packets of a press carry one timestamp."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, int]] = deque(maxlen=8)

    def feed(self, packet: Packet) -> str | None:
        """The key at the first packet of a press, else None."""
        press = (packet.ssrc, packet.timestamp)
        if len(packet.payload) < _EVENT.size or packet.payload[0] >= len(KEYS) or press in self._seen:
            return None
        self._seen.append(press)
        return KEYS[packet.payload[0]]


def press(key: str, packets: int = 5) -> Iterator[bytes | None]:
    """The payloads of one key press, one per 20 ms; None at the end is a gap before the next press.

    The last payload goes out three times in case it is lost (RFC 4733, 2.5.1.4). Raises ValueError for an unknown key.
    """
    event, volume = KEYS.index(key), 10  # -10 dBm0
    for number in range(1, packets + 1):
        yield _EVENT.pack(event, volume, number * PACKET_SAMPLES)
    for _ in range(3):
        yield _EVENT.pack(event, 0x80 | volume, packets * PACKET_SAMPLES)
    yield from (None, None)
