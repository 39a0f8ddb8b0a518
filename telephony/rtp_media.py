"""Between packets and frames: G.711 at 8 kHz on the wire, frames of 16 kHz inside. No socket, no clock."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from telephony.rtp_packets import PACKET_SAMPLES, Concealment, KeyReceiver, Packet, ReorderBuffer
from voicebot.audio import A_LAW, G711, MU_LAW, RATE, SILENCE, TELEPHONE_RATE, Frame, Framer, Resampler
from voicebot.line import Digit, Heard, LineEvent

Address = tuple[str, int]

CODECS: dict[int, G711] = {0: MU_LAW, 8: A_LAW}
PAYLOAD_TYPES = {"PCMU": 0, "PCMA": 8}
COMFORT_NOISE = 13


@dataclass(frozen=True)
class Media:
    """What two sides have agreed on."""

    remote: Address
    codec: int  # payload type, a key of CODECS
    key_type: int | None = None  # payload type of telephone-event
    sends: bool = True  # we may send
    receives: bool = True  # the other side sends


class Incoming:
    """Packets to events: order, concealment, decoding, 8 to 16 kHz, frames of one length."""

    def __init__(self) -> None:
        self.order = ReorderBuffer()
        self._keys, self._concealment = KeyReceiver(), Concealment()
        self._resampler, self._framer = Resampler(TELEPHONE_RATE, RATE), Framer()

    def push(self, packet: Packet, key_type: int | None) -> list[LineEvent]:
        return [event for ready in self.order.push(packet) for event in self._events(ready, key_type)]

    def bridge(self, frames: int, key_type: int | None) -> list[LineEvent]:
        """What is held back, then concealment up to `frames` frames."""
        events = [event for ready in self.order.flush() for event in self._events(ready, key_type)]
        heard = sum(isinstance(event, Heard) for event in events)
        for _ in range(frames - heard):
            events += self._events(None, key_type)
        return events

    def _events(self, packet: Packet | None, key_type: int | None) -> Iterator[LineEvent]:
        if packet is not None and packet.payload_type == key_type:
            key = self._keys.feed(packet)
            if key is not None:
                yield Digit(key)
            return
        if packet is None:
            samples = self._concealment.fill()
        elif packet.payload_type in CODECS and packet.payload:
            samples = CODECS[packet.payload_type].decode(packet.payload)
            self._concealment.good(samples)
        else:  # comfort noise
            return
        for frame in self._framer.feed(self._resampler.feed(samples)):
            yield Heard(frame)


class Outgoing:
    """Frames to packets: 16 to 8 kHz, encoding, numbering, key presses."""

    def __init__(self) -> None:
        self.presses: deque[Iterator[bytes | None]] = deque()
        self._resampler = Resampler(RATE, TELEPHONE_RATE)
        self._sequence, self._timestamp = random.getrandbits(16), random.getrandbits(32)
        self._ssrc = random.getrandbits(32)
        self._talking = False
        self._press_started: int | None = None  # timestamp of the press in progress

    def pass_over(self, packets: int) -> None:
        self._timestamp += packets * PACKET_SAMPLES

    def packet(self, frame: Frame | None, media: Media) -> Packet:
        """The packet of the next 20 ms. A talk-spurt begins where the source speaks again after silence."""
        samples = self._resampler.feed(SILENCE if frame is None else frame)
        begins, self._talking = frame is not None and not self._talking, frame is not None
        payload = self._press_payload() if media.key_type is not None else None
        if payload is None or media.key_type is None:
            packet = self._number(media.codec, CODECS[media.codec].encode(samples), self._timestamp, begins)
        else:
            first = self._press_started is None
            started = self._timestamp if self._press_started is None else self._press_started
            self._press_started = started
            packet = self._number(media.key_type, payload, started, first)
        self._timestamp += PACKET_SAMPLES
        return packet

    def _press_payload(self) -> bytes | None:
        while self.presses:
            for payload in self.presses[0]:
                if payload is None:
                    self._press_started = None
                return payload
            self.presses.popleft()
        return None

    def _number(self, payload_type: int, payload: bytes, timestamp: int, marker: bool) -> Packet:
        packet = Packet(payload_type, self._sequence, timestamp & 0xFFFFFFFF, self._ssrc, payload, marker)
        self._sequence = (self._sequence + 1) & 0xFFFF
        return packet
