"""One call's voice over RTP (IPv4): a UDP port, and the clock that all sessions of the event loop send by.

Incoming packets are played as they come, in order; outgoing ones leave every 20 ms.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import weakref
from collections.abc import Callable
from typing import Literal

from telephony.rtp_media import CODECS, COMFORT_NOISE, Address, Incoming, Media, Outgoing
from telephony.rtp_packets import KEYS, parse, press
from voicebot.audio import FRAME_SECONDS, SILENCE, Frame
from voicebot.line import Heard, LineEvent, Source

log = logging.getLogger(__name__)

OnWire = Callable[[Literal["in", "out"], Frame, float], None]
"""Told of each frame at the moment its packet arrived or left, on the monotonic clock of the event loop."""

_QUIET = 0.1  # s without a packet before silence is put in
_RECEIVE_BUFFER = 1 << 18  # bytes; a stall of the process must not lose packets


class RtpClock:
    """Ticks every 20 ms of absolute time for all sessions of one event loop."""

    MOST_AT_ONCE = 3

    def __init__(self) -> None:
        self._sessions: set[RtpSession] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, session: RtpSession) -> None:
        self._sessions.add(session)
        if self._timer is None:
            self._schedule(asyncio.get_running_loop().time() + FRAME_SECONDS)

    def discard(self, session: RtpSession) -> None:
        self._sessions.discard(session)
        if not self._sessions and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, due: float) -> None:
        self._timer = asyncio.get_running_loop().call_at(due, self._tick, due)

    def _tick(self, due: float) -> None:
        now = asyncio.get_running_loop().time()
        behind = max(0, int((now - due) / FRAME_SECONDS))
        self._schedule(due + (behind + 1) * FRAME_SECONDS)
        rounds = min(behind + 1, self.MOST_AT_ONCE)
        skipped = behind + 1 - rounds
        for session in tuple(self._sessions):
            if session in self._sessions:  # not closed by an earlier one
                session.tick(due, rounds, skipped)


_clocks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, RtpClock] = weakref.WeakKeyDictionary()


def _shared_clock() -> RtpClock:
    loop = asyncio.get_running_loop()
    clock = _clocks.get(loop)
    if clock is None:
        clock = _clocks[loop] = RtpClock()
    return clock


class RtpSession:
    """A bound UDP port that speaks RTP once `start` has said to whom."""

    def __init__(self, host: str, port: int) -> None:
        """Binds `port`, 0 for any. Raises OSError when it is taken."""
        self._loop = asyncio.get_running_loop()
        self._socket = _bound_socket(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._media: Media | None = None
        self._latched: Address | None = None
        self._clock: RtpClock | None = None
        self._source: Source | None = None
        self._receive: Callable[[LineEvent], None] = lambda event: None
        self._on_silent: Callable[[], None] = lambda: None
        self._timeout = float("inf")
        self._on_wire: OnWire | None = None
        self._incoming, self._outgoing = Incoming(), Outgoing()
        self._last_packet = self._last_frame = 0.0
        self._quiet = False  # nothing comes: silence is being put in
        self.frames_in = self.frames_out = 0

    @property
    def media(self) -> Media | None:
        return self._media

    @property
    def lost(self) -> int:
        return self._incoming.order.lost

    def start(
        self,
        media: Media,
        source: Source,
        receive: Callable[[LineEvent], None],
        on_silent: Callable[[], None],
        timeout: float,
        on_wire: OnWire | None = None,
    ) -> None:
        """Media flows from now on. `on_silent` is called once when nothing valid has come for `timeout` s."""
        self._media, self._source, self._receive = media, source, receive
        self._on_silent, self._timeout, self._on_wire = on_silent, timeout, on_wire
        self._last_packet = self._last_frame = self._loop.time()
        self._loop.add_reader(self._socket.fileno(), self._read)
        self._clock = _shared_clock()
        self._clock.add(self)

    def change(self, media: Media) -> None:
        """Goes on under new terms: hold, another codec, another address."""
        if self._media is not None and media.remote != self._media.remote:
            self._latched = None
        self._media = media
        self._last_packet = self._loop.time()

    def send_key(self, key: str) -> None:
        """Queues a key press; it replaces the voice while it lasts. Raises ValueError when it cannot be sent."""
        if len(key) != 1 or key not in KEYS:
            raise ValueError(f"not a key: {key!r} (one of {KEYS})")
        if self._media is None or self._media.key_type is None:
            raise ValueError("the other side takes no key presses")
        self._outgoing.presses.append(press(key))

    def close(self) -> None:
        """Frees the port at once; harmless when closed already."""
        if self._socket.fileno() == -1:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        if self._clock is not None:
            self._clock.discard(self)

    def tick(self, due: float, rounds: int, skipped: int) -> None:
        """Called by the clock for the time `due`: sends `rounds` packets after leaving out `skipped`.

        After a stall of our own `due` lies before it: what has arrived meanwhile is not missed before it is read.
        """
        assert self._media is not None
        self._bridge_quiet(due)
        if self._media.sends:
            self._outgoing.pass_over(skipped)
            for _ in range(rounds):
                self._send_frame(self._media)
        else:  # on hold: the source waits, so that the caller misses nothing of it
            self._outgoing.pass_over(skipped + rounds)
        if self._media.receives and self._media.sends and due - self._last_packet > self._timeout:
            self._last_packet = float("inf")
            self._on_silent()

    def _pull(self) -> Frame | None:
        if self._source is None:
            return None
        try:
            return self._source()
        except Exception:  # the clock serves every call of the process
            log.exception("a source of audio broke: silence from now on")
            self._source = None
            return None

    def _send_frame(self, media: Media) -> None:
        frame = self._pull()
        try:
            self._socket.sendto(bytes(self._outgoing.packet(frame, media)), self._latched or media.remote)
        except OSError as error:  # a full buffer or an unreachable address: lost, as on any network
            log.debug("RTP packet not sent: %s", error)
        self.frames_out += 1
        if self._on_wire is not None:
            self._on_wire("out", SILENCE if frame is None else frame, self._loop.time())

    def _read(self) -> None:
        for _ in range(16):  # then let others have their turn
            try:
                data, address = self._socket.recvfrom(2048)
            except OSError:  # nothing more, or an ICMP error of an earlier packet
                return
            self._received(data, address)
            if self._socket.fileno() == -1:  # the call ended over this packet
                return

    def _received(self, data: bytes, address: Address) -> None:
        packet = parse(data)
        if packet is None or self._media is None or self._latched not in (None, address):
            return
        if packet.payload_type not in CODECS and packet.payload_type not in (self._media.key_type, COMFORT_NOISE):
            return
        self._latched = address
        self._last_packet = self._loop.time()
        self._deliver(self._incoming.push(packet, self._media.key_type))

    def _deliver(self, events: list[LineEvent]) -> None:
        now = self._loop.time()
        for event in events:
            if isinstance(event, Heard):
                self._last_frame, self._quiet = now, False
                self.frames_in += 1
                if self._on_wire is not None:
                    self._on_wire("in", event.frame, now)
            self._receive(event)

    def _bridge_quiet(self, due: float) -> None:
        """While nothing comes (silence suppression, a stalled network) the call's time runs on, in silence."""
        assert self._media is not None
        missing = int((due - self._last_frame) / FRAME_SECONDS)
        if missing > 0 and (self._quiet or missing * FRAME_SECONDS >= _QUIET):
            since = self._last_frame
            self._deliver(self._incoming.bridge(missing, self._media.key_type))
            self._last_frame, self._quiet = since + missing * FRAME_SECONDS, True


def _bound_socket(host: str, port: int) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        udp.setblocking(False)
        udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        udp.bind((host, port))
    except OSError:
        udp.close()
        raise
    return udp
