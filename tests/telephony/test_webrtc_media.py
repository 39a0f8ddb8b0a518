"""Opus there and back, gaps, the outgoing clock; without a network."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import numpy as np
from av import AudioFrame, Packet
from av.codec import CodecContext

from telephony.webrtc_media import OPUS_RATE, IncomingAudio, OutgoingAudio
from voicebot.audio import FRAME_SAMPLES, RATE, SILENCE, Frame, level


def decoded(position: int, hertz: float = 1000) -> AudioFrame:
    """20 ms of a stereo tone as aiortc's decoder gives it; `position` in frames since the start."""
    at = (position * 960 + np.arange(960)) / OPUS_RATE
    mono = (8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
    frame = AudioFrame.from_ndarray(np.repeat(mono, 2).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.pts = OPUS_RATE, position * 960
    return frame


def feed(incoming: IncomingAudio, positions: list[int]) -> list[Frame]:
    return [frame for position in positions for frame in incoming.feed(decoded(position))]


def test_a_whole_stream_loses_nothing() -> None:
    incoming = IncomingAudio()
    frames = feed(incoming, list(range(50)))
    assert 48 <= len(frames) <= 50  # the filter holds a little back
    assert incoming.lost == 0
    assert level(np.concatenate(frames[5:])) > -16


def test_lost_packets_are_concealed_and_counted() -> None:
    whole, gappy = IncomingAudio(), IncomingAudio()
    frames = feed(gappy, [*range(20), 22, 23, *range(28, 40)])  # 2 lost, then 4
    assert len(frames) == len(feed(whole, list(range(40))))
    assert gappy.lost == 6
    fading = [level(frame) for frame in frames[19:22]]
    assert fading[0] > fading[1] > -40


def test_a_pause_of_the_sender_is_not_loss() -> None:
    incoming = IncomingAudio()
    frames = feed(incoming, [*range(10), *range(500, 510)])
    assert len(frames) <= 20
    assert incoming.lost == 0


def test_silence_already_put_in_is_not_concealed_again() -> None:
    incoming = IncomingAudio()
    feed(incoming, list(range(10)))
    assert len(incoming.feed(decoded(20), filled=8)) in (2, 3)  # 10 lost, 8 filled, and the frame itself


def test_a_stereo_microphone_is_mixed_down() -> None:
    incoming = IncomingAudio()
    loud = np.full(960, 30_000, np.int16)
    frame = AudioFrame.from_ndarray(np.stack([loud, loud], 1).reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate, frame.pts = OPUS_RATE, 0
    frames = incoming.feed(frame)
    frame.pts = 960
    frames += incoming.feed(frame)
    assert np.abs(frames[-1][-100:].astype(int) - 30_000).max() < 600  # no overflow


async def test_outgoing_packets_are_20_ms_of_opus_in_real_time() -> None:
    position = 0

    def pull() -> Frame:
        nonlocal position
        at = (position + np.arange(FRAME_SAMPLES)) / RATE
        position += FRAME_SAMPLES
        return (8000 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)

    track = OutgoingAudio(pull)
    started = asyncio.get_running_loop().time()
    packets = [await track.recv() for _ in range(40)]
    took = asyncio.get_running_loop().time() - started
    assert took >= 0.7
    assert [packet.pts for packet in packets] == [at * FRAME_SAMPLES for at in range(40)]

    decoder = CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "stereo", OPUS_RATE
    heard = []
    for packet in packets:
        copy = Packet(bytes(packet))
        copy.pts, copy.time_base = packet.pts, Fraction(1, RATE)
        heard += [frame.to_ndarray().reshape(-1, 2)[:, 0].astype(np.float64) for frame in decoder.decode(copy)]
    samples = np.concatenate(heard)[-OPUS_RATE // 2 :]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert abs(int(np.argmax(spectrum)) * 2 - 440) <= 4


async def test_a_stalled_loop_skips_time_instead_of_catching_up() -> None:
    pulled = 0

    def pull() -> Frame:
        nonlocal pulled
        pulled += 1
        return SILENCE

    loop = asyncio.get_running_loop()
    track = OutgoingAudio(pull)
    first = await track.recv()
    stall = loop.time() + 0.5
    while loop.time() < stall:  # hold the loop
        pass
    second = await track.recv()
    assert pulled == 2
    assert second.pts is not None
    assert first.pts is not None
    assert second.pts - first.pts >= 20 * FRAME_SAMPLES
