"""Audio of a WebRTC call: Opus at 16 kHz out, decoded Opus at 48 kHz in; frames of `voicebot.audio` on our side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioCodecContext, AudioFrame, AudioStream, Packet

from voicebot.audio import FRAME_SAMPLES, FRAME_SECONDS, RATE, SILENCE, Frame, Framer, Resampler

OPUS_RATE = 48_000
_BIT_RATE = 32_000
_LATEST = 0.1  # s; behind by more than this, the outgoing clock skips time instead of catching up in a burst
_REPEATS = 3  # lost frames that are concealed with a fading copy of the last one; silence after that
_LONGEST_GAP = 25  # frames; a longer gap is a sender that paused, not loss


class OutgoingAudio(MediaStreamTrack):
    """Pulls one frame every 20 ms of an absolute clock and encodes it.

    It hands aiortc ready packets: its own encoder is fixed at 96 kb/s stereo and costs a thread switch per frame.
    """

    kind = "audio"

    def __init__(self, pull: Callable[[], Frame]) -> None:
        super().__init__()
        self._pull = pull
        self._encoder = _opus_encoder()
        self._due: float | None = None
        self._position = 0  # samples at 16 kHz

    async def recv(self) -> Packet[AudioStream]:
        if self.readyState != "live":
            raise MediaStreamError
        await self._wait()
        packet = self._encode(self._pull())
        self._position += FRAME_SAMPLES
        return packet

    async def _wait(self) -> None:
        now = asyncio.get_running_loop().time()
        due = now if self._due is None else self._due + FRAME_SECONDS
        late = now - due
        if late > _LATEST:
            skipped = int(late / FRAME_SECONDS)
            due += skipped * FRAME_SECONDS
            self._position += skipped * FRAME_SAMPLES
        self._due = due
        if due > now:
            await asyncio.sleep(due - now)

    def _encode(self, samples: Frame) -> Packet[AudioStream]:
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._position
        (packet,) = self._encoder.encode(frame)
        packet.pts = self._position  # the encoder shifts it by its look-ahead
        packet.time_base = frame.time_base
        return packet


class IncomingAudio:
    """Turns what aiortc decodes (48 kHz, stereo, int16) into frames and fills the gaps that lost packets leave."""

    def __init__(self) -> None:
        self._resampler = Resampler(OPUS_RATE, RATE)
        self._framer = Framer()
        self._expected: int | None = None  # timestamp of the next frame, at 48 kHz
        self._last: Frame = SILENCE
        self.lost = 0

    def feed(self, decoded: AudioFrame, filled: int = 0) -> list[Frame]:
        """`filled`: frames of silence the caller of this has already put in since the last one."""
        frames = self._conceal(decoded, filled)
        stereo = decoded.to_ndarray().reshape(-1, 2)
        mono = (stereo.sum(axis=1, dtype=np.int32) // 2).astype(np.int16)
        frames += self._framer.feed(self._resampler.feed(mono))
        if frames:
            self._last = frames[-1]
        return frames

    def _conceal(self, decoded: AudioFrame, filled: int) -> list[Frame]:
        at = decoded.pts or 0  # aiortc always sets it
        expected, self._expected = self._expected, at + decoded.samples
        if expected is None or at <= expected:
            return []
        gap = round((at - expected) * RATE / OPUS_RATE / FRAME_SAMPLES)
        if gap > _LONGEST_GAP:
            return []
        self.lost += gap
        return [self._faded(repeat) for repeat in range(filled, gap)]

    def _faded(self, repeat: int) -> Frame:
        return self._last >> (repeat + 1) if repeat < _REPEATS else SILENCE


def _opus_encoder() -> AudioCodecContext:
    encoder = AudioCodecContext.create("libopus", "w")
    encoder.format, encoder.layout, encoder.sample_rate = "s16", "mono", RATE
    encoder.time_base = Fraction(1, RATE)
    encoder.bit_rate = _BIT_RATE
    # In-band error correction lets the other side repair single losses.
    encoder.options = {"application": "voip", "frame_duration": "20", "fec": "1", "packet_loss": "5"}
    return encoder
