"""Recordings, read back with the decoder that operators' browsers have."""

import asyncio
import resource
from pathlib import Path

import av
import numpy as np
import pytest

from voicebot.audio import FRAME_SAMPLES, RATE, SILENCE, level
from voicebot.recording import Recorder

SECONDS = 2


def tone(frequency: float) -> list[np.ndarray]:
    at = np.arange(SECONDS * RATE) / RATE
    return list((8000 * np.sin(2 * np.pi * frequency * at)).astype(np.int16).reshape(-1, FRAME_SAMPLES))


def read(path: Path) -> np.ndarray:
    """Shape (2, n) at 16 kHz."""
    with av.open(str(path)) as container:
        assert container.streams.audio[0].codec_context.name == "opus"
        resampler = av.AudioResampler("s16p", "stereo", RATE)
        return np.concatenate(
            [ready.to_ndarray() for frame in container.decode(audio=0) for ready in resampler.resample(frame)], axis=1
        )


def pitch(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.fixture
def errors() -> list[str]:
    return []


async def test_caller_left_bot_right(tmp_path: Path, errors: list[str]) -> None:
    recorder = Recorder(tmp_path / "2026" / "call.ogg", errors.append)
    for caller, bot in zip(tone(400), tone(900), strict=True):
        recorder.write(caller, bot)
    assert await recorder.close() == pytest.approx(SECONDS)
    left, right = read(tmp_path / "2026" / "call.ogg")
    assert len(left) == pytest.approx(SECONDS * RATE, abs=0.05 * RATE)
    middle = slice(RATE // 2, RATE + RATE // 2)
    assert pitch(left[middle]) == pytest.approx(400, abs=5)
    assert pitch(right[middle]) == pytest.approx(900, abs=5)
    assert level(left[middle]) == pytest.approx(level(np.concatenate(tone(400))), abs=3)
    assert not errors
    assert not list(tmp_path.rglob("*.part"))


async def test_nothing_is_heard_while_paused(tmp_path: Path, errors: list[str]) -> None:
    recorder = Recorder(tmp_path / "call.ogg", errors.append)
    for at, frame in enumerate(tone(400)):
        if at == 40:
            recorder.pause()
        if at == 70:
            recorder.resume()
        recorder.write(frame, frame)
    assert await recorder.close() == pytest.approx(SECONDS)
    recorded = read(tmp_path / "call.ogg")
    assert level(recorded[:, 45 * FRAME_SAMPLES : 65 * FRAME_SAMPLES]) < -70
    assert level(recorded[:, 20 * FRAME_SAMPLES : 35 * FRAME_SAMPLES]) > -20
    assert level(recorded[:, 80 * FRAME_SAMPLES : 95 * FRAME_SAMPLES]) > -20


async def test_discarded_recording_leaves_nothing(tmp_path: Path, errors: list[str]) -> None:
    recorder = Recorder(tmp_path / "call.ogg", errors.append)
    for frame in tone(400):
        recorder.write(frame, SILENCE)
    await recorder.discard()
    recorder.write(SILENCE, SILENCE)
    assert not list(tmp_path.iterdir())


async def test_call_without_media_leaves_no_file(tmp_path: Path, errors: list[str]) -> None:
    assert await Recorder(tmp_path / "call.ogg", errors.append).close() == 0
    assert not list(tmp_path.iterdir())


async def test_crash_leaves_a_playable_part(tmp_path: Path, errors: list[str]) -> None:
    recorder = Recorder(tmp_path / "call.ogg", errors.append)
    part = tmp_path / "call.ogg.part"
    for frame in tone(400):
        recorder.write(frame, frame)
    copy = tmp_path / "after_crash.ogg"
    for _ in range(500):  # the file as it lies on the disk while the recording goes on
        await asyncio.sleep(0.02)
        copy.write_bytes(part.read_bytes() if part.exists() else b"")
        if copy.stat().st_size > 4000:
            break
    assert read(copy).shape[1] > RATE / 2
    await recorder.discard()


async def test_full_disk_is_reported_once_and_keeps_what_was_recorded(tmp_path: Path, errors: list[str]) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    try:
        recorder = Recorder(tmp_path / "call.ogg", errors.append)
        for _ in range(4):
            for frame in tone(400):
                recorder.write(frame, frame)
        seconds = await recorder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(errors) == 1
    assert "recording stopped" in errors[0]
    assert 0.5 < seconds < 4 * SECONDS
    assert level(read(tmp_path / "call.ogg")[0]) > -20


@pytest.mark.parametrize("frames", [1, SECONDS * 50])
async def test_a_disk_that_is_full_at_the_last_page_ends_nothing_but_the_recording(
    tmp_path: Path, errors: list[str], frames: int
) -> None:
    """Before the end all fits: what is refused is what the encoder holds back until then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    recorder = Recorder(tmp_path / "call.ogg", errors.append)
    for frame in tone(400)[:frames]:
        recorder.write(frame, frame)
    while recorder.waiting:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        await asyncio.wait_for(recorder.close(), 20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(errors) == 1
    assert "recording stopped" in errors[0]


async def test_folder_that_cannot_be_made_is_reported_once(tmp_path: Path, errors: list[str]) -> None:
    (tmp_path / "file").touch()
    recorder = Recorder(tmp_path / "file" / "call.ogg", errors.append)
    for frame in tone(400):
        recorder.write(frame, frame)
    assert await recorder.close() == 0
    assert len(errors) == 1


async def test_disk_that_stands_still_costs_sound_but_neither_time_nor_order(tmp_path: Path, errors: list[str]) -> None:
    recorder = Recorder(tmp_path / "call.ogg", errors.append)
    frames = tone(400) * 8  # 16 s, more than waits for the disk, offered faster than it can be encoded
    for frame in frames:
        recorder.write(frame, frame)
    for _ in range(1000):
        if recorder.waiting == 0:
            break
        await asyncio.sleep(0.02)
    recorder.write(frames[0], frames[0])
    assert await recorder.close() == pytest.approx((len(frames) + 1) / 50)
    assert errors == ["the disk is too slow, parts of the recording are silent"]
