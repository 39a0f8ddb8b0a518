"""Frames, sample rates and the telephone's codes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.audio import A_LAW, FRAME_SAMPLES, G711, MU_LAW, SILENCE, Framer, Resampler, Samples, level, resample

EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = bytes(range(256))


def tone(frequency: float, rate: int, seconds: float = 1.0, peak: int = 10_000) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    return (peak * np.sin(2 * np.pi * frequency * at)).astype(np.int16)


# Decision and output values of ITU-T G.711, tables 1 and 2, in units of 16-bit samples.
@pytest.mark.parametrize(
    ("law", "code", "value"),
    [
        (A_LAW, 0xD5, 8),
        (A_LAW, 0x55, -8),
        (A_LAW, 0xD4, 24),
        (A_LAW, 0x80, 5504),
        (A_LAW, 0xAA, 32256),
        (A_LAW, 0x2A, -32256),
        (MU_LAW, 0xFF, 0),
        (MU_LAW, 0x7F, 0),
        (MU_LAW, 0xFE, 8),
        (MU_LAW, 0xEF, 132),
        (MU_LAW, 0x80, 32124),
        (MU_LAW, 0x00, -32124),
    ],
)
def test_codes_of_the_standard(law: G711, code: int, value: int) -> None:
    assert law.decode(bytes([code])).tolist() == [value]
    assert law.decode(law.encode(np.array([value], np.int16))).tolist() == [value]


@pytest.mark.parametrize("law", [A_LAW, MU_LAW])
def test_every_code_survives_decoding_and_encoding(law: G711) -> None:
    values = law.decode(EVERY_CODE)
    np.testing.assert_array_equal(law.decode(law.encode(values)), values)
    assert len(set(values.tolist())) in (255, 256)  # µ-law has two codes for zero


@pytest.mark.parametrize(("law", "smallest", "clips"), [(A_LAW, 16, 32256), (MU_LAW, 8, 32124)])
def test_error_is_at_most_half_a_step(law: G711, smallest: int, clips: int) -> None:
    wanted = EVERY_SAMPLE.astype(int)
    error = np.abs(law.decode(law.encode(EVERY_SAMPLE)) - wanted)
    steps = np.maximum(smallest, np.abs(wanted) / 16)  # sixteen steps to each doubling
    inside = np.abs(wanted) <= clips
    assert (error[inside] <= steps[inside] / 2 + 4).all()
    assert error.max() <= 32768 - clips


def test_telephone_speech_keeps_its_quality() -> None:
    sent = tone(440, 8000)
    for law in (A_LAW, MU_LAW):
        noise = law.decode(law.encode(sent)).astype(int) - sent
        assert level(sent) - level(noise.astype(np.int16)) > 35


@given(st.lists(st.integers(0, 2000), max_size=20), st.sampled_from([160, FRAME_SAMPLES, 512]))
def test_frames_are_whole_and_nothing_is_lost(lengths: list[int], samples: int) -> None:
    stream = np.arange(sum(lengths)).astype(np.int16)
    framer, frames = Framer(samples), []
    for chunk in np.split(stream, np.cumsum(lengths)[:-1]) if lengths else []:
        frames.extend(framer.feed(chunk))
    rest = framer.flush()
    assert (rest is None) == (len(stream) % samples == 0)
    frames.extend([] if rest is None else [rest])
    assert all(len(frame) == samples for frame in frames)
    joined = np.concatenate([*frames, stream[:0]])
    np.testing.assert_array_equal(joined[: len(stream)], stream)
    assert not joined[len(stream) :].any()
    assert framer.flush() is None


@given(st.lists(st.integers(1, 700), max_size=30), st.sampled_from([8000, 22_050, 24_000, 48_000]))
def test_resampling_a_stream_equals_resampling_it_at_once(cuts: list[int], rate: int) -> None:
    stream = tone(440, rate, 0.4)
    resampler = Resampler(rate, 16_000)
    *parts, end = np.split(stream, sorted({*np.cumsum(cuts).tolist()} & set(range(len(stream)))))
    pieces = [*(resampler.feed(part) for part in parts), resampler.feed(end, last=True)]
    np.testing.assert_array_equal(np.concatenate(pieces), Resampler(rate, 16_000).feed(stream, last=True))


@pytest.mark.parametrize(("source", "target"), [(8000, 16_000), (16_000, 8000), (48_000, 16_000), (22_050, 16_000)])
def test_resampling_keeps_pitch_level_and_length(source: int, target: int) -> None:
    for whole in (resample(tone(440, source), source, target), Resampler(source, target).feed(tone(440, source), True)):
        assert len(whole) == pytest.approx(target, rel=0.01)
        assert level(whole) == pytest.approx(level(tone(440, source)), abs=0.3)
        assert np.abs(np.fft.rfft(whole[:target])).argmax() == pytest.approx(440, abs=5)


def test_same_rate_is_untouched() -> None:
    chunk = tone(440, 16_000)
    assert Resampler(16_000, 16_000).feed(chunk) is chunk
    assert resample(chunk, 16_000, 16_000) is chunk


def test_level() -> None:
    assert level(np.full(320, 32767, np.int16)) == pytest.approx(0, abs=0.01)
    assert level(tone(400, 16_000, peak=16_384)) == pytest.approx(-9.03, abs=0.01)
    assert level(SILENCE) == level(np.zeros(0, np.int16)) == -96


def test_silence_cannot_be_spoilt() -> None:
    with pytest.raises(ValueError, match="read-only"):
        SILENCE[0] = 1
