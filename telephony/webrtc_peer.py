"""One end of a WebRTC call: audio both ways and a data channel. What caller and called have in common."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame
from pydantic import BaseModel

from telephony.inbox import Inbox
from telephony.webrtc_media import IncomingAudio, OutgoingAudio
from telephony.webrtc_messages import LONGEST_MESSAGE
from voicebot.audio import SILENCE, Frame
from voicebot.line import Caption, Heard, LineEvent, LineInfo, LineStatistics, Source, TransferFailed

log = logging.getLogger(__name__)

_QUIET = 0.1  # s without a packet before silence is put in, so that the clock of the turns runs on
_DRAIN = 1.0  # s for the last messages to leave before the connection is closed
_GRACE = 0.2  # s for the last message to be read: a browser that sees the end first takes it for a fault
_CLOSE = 3.0  # s for aiortc to close a connection
_PENDING_MESSAGES = 100
_BUFFERED_BYTES = 1 << 20


class Peer(ABC):
    """A `Line` over aiortc. Owns its connection; `hang_up` leaves nothing of it behind.

    `gone` is the reason to record when the other end closes the connection.
    """

    def __init__(self, info: LineInfo, media_timeout: float, gone: str) -> None:
        self.info = info
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._inbox = Inbox()
        self._incoming = IncomingAudio()
        self._outgoing = OutgoingAudio(self._pull)
        self._source: Source | None = None
        self._ended: str | None = None
        self._frames_in = self._frames_out = self._filled = 0
        self._channel: RTCDataChannel | None = None
        self._unsent: deque[str] = deque(maxlen=_PENDING_MESSAGES)
        self._listening: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._media_timeout = media_timeout
        self._last_heard = self._last_sign = self._loop.time()
        self._watch = self._loop.call_later(media_timeout, self._check_media)
        # Without servers nothing outside is asked; the caller can reach us, or the page would not have loaded.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.on("track", self._on_track)
        self._connection.on("connectionstatechange", self._on_state)

    @property
    def statistics(self) -> LineStatistics:
        return LineStatistics(self._frames_in, self._frames_out, self._incoming.lost, self._inbox.dropped)

    @property
    def ended(self) -> str | None:
        return self._ended

    def start(self, source: Source) -> None:
        self._source = source

    def events(self) -> AsyncIterator[LineEvent]:
        return self._inbox.events()

    def show(self, caption: Caption) -> None:
        return

    async def transfer(self, target: str) -> None:
        raise TransferFailed("unsupported")

    async def hang_up(self) -> None:
        self._end("hung_up")
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name=f"close {self.info.call_id}")
        await asyncio.shield(self._closing)

    @abstractmethod
    def _on_message(self, message: str) -> None:
        """A message of the other end, at most LONGEST_MESSAGE characters, not validated."""

    def _farewell(self) -> BaseModel | None:
        """What to tell the other end when the call is over, if anything."""
        return None

    def _end(self, reason: str) -> None:
        if self._ended is None:
            self._ended = reason
            if farewell := self._farewell():
                self._send(farewell)
            self._inbox.close()

    # Audio

    def _pull(self) -> Frame:
        """The next outgoing frame. Runs every 20 ms while connected, so it keeps the time of what comes in as well."""
        self._frames_out += 1
        if self._source is None or self._ended:
            return SILENCE
        if self._loop.time() - self._last_heard > _QUIET:
            self._filled += 1
            self._inbox.put(Heard(SILENCE))
        frame = self._source()
        return SILENCE if frame is None else frame

    async def _listen(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                decoded = await track.recv()
            except MediaStreamError:
                return  # the end of the call is seen by the connection, not here
            self._last_heard = self._last_sign = self._loop.time()
            frames = self._incoming.feed(cast(AudioFrame, decoded), self._filled)
            self._filled = 0
            self._frames_in += len(frames)
            if self._source is not None:
                for frame in frames:
                    self._inbox.put(Heard(frame))

    # Connection

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            for receiver in self._connection.getReceivers():
                _hold_back_less(receiver)
            self._listening = asyncio.create_task(self._listen(track), name=f"listen {self.info.call_id}")

    def _on_state(self) -> None:
        state = self._connection.connectionState
        if state == "failed":
            self._end("media_lost")
        elif state == "closed":
            self._end(self._gone)

    def _check_media(self) -> None:
        """A caller without a microphone sends no audio: then the consent checks of ICE tell whether it is there."""
        if self._connection.connectionState == "connected" and self._listening is None:
            self._last_sign = self._loop.time()
        left = self._last_sign + self._media_timeout - self._loop.time()
        if left <= 0:
            self._end("media_lost")
        else:
            self._watch = self._loop.call_later(left, self._check_media)

    # Data channel

    def _use(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._receive)
        channel.on("open", self._send_unsent)
        self._send_unsent()

    def _receive(self, message: str | bytes) -> None:
        self._last_sign = self._loop.time()
        if isinstance(message, bytes) or len(message) > LONGEST_MESSAGE:
            log.warning("call %s: message ignored: binary or too long", self.info.call_id)
        elif self._ended is None:
            self._on_message(message)

    def _send(self, message: BaseModel) -> None:
        """Sends now, or when the channel opens; the oldest of many unsent messages goes."""
        self._unsent.append(message.model_dump_json())
        self._send_unsent()

    def _send_unsent(self) -> None:
        channel = self._channel
        while self._unsent and channel and channel.readyState == "open" and channel.bufferedAmount < _BUFFERED_BYTES:
            channel.send(self._unsent.popleft())

    # The end

    async def _close(self) -> None:
        self._watch.cancel()
        await self._drain()
        closing = asyncio.create_task(self._connection.close())
        _, late = await asyncio.wait({closing}, timeout=_CLOSE)
        if late:  # aiortc waits for tasks of its own that may have died
            log.warning("call %s: connection not closed after %s s", self.info.call_id, _CLOSE)
            closing.cancel()
        self._outgoing.stop()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})

    async def _drain(self) -> None:
        """Lets the last messages leave; the channel may only just be opening."""
        limit = self._loop.time() + _DRAIN
        while self._unsent or (self._channel and self._channel.bufferedAmount):
            if self._connection.connectionState != "connected" or self._loop.time() > limit:
                return
            await asyncio.sleep(0.02)
        await asyncio.sleep(_GRACE)


def _hold_back_less(receiver: RTCRtpReceiver) -> None:
    """Puts a shorter jitter buffer in. The one of aiortc 1.16 keeps 4 packets, and 16 for good after a loss; for
    recognition packets only have to be in order. Nothing public sets it."""
    setattr(receiver, "_RTCRtpReceiver__jitter_buffer", JitterBuffer(capacity=4, prefetch=1))  # noqa: B010
