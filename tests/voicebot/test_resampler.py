"""The streaming resampler: prompt, drift-free, clean, and the same whatever the chunks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.audio import Resampler, Samples

RATES = [(8000, 16000), (16000, 8000), (48000, 16000), (16000, 48000), (24000, 16000), (22050, 16000), (44100, 16000)]


def tone(hertz: float, rate: int, seconds: float = 1.0) -> Samples:
    return (12000 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


@pytest.mark.parametrize(("source", "target"), RATES)
def test_every_20_ms_give_20_ms_at_once(source: int, target: int) -> None:
    resampler, given_samples, got = Resampler(source, target), 0, 0
    for _ in range(100):
        chunk = np.zeros(source // 50, np.int16)
        given_samples, got = given_samples + len(chunk), got + len(resampler.feed(chunk))
        assert abs(got - given_samples * target / source) <= 1


@pytest.mark.parametrize(("source", "target"), RATES)
@pytest.mark.parametrize("hertz", [300, 1000, 3300])
def test_a_tone_keeps_its_pitch_and_level(source: int, target: int, hertz: int) -> None:
    out = Resampler(source, target).feed(tone(hertz, source)).astype(float)[target // 10 :]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    at = int(np.argmax(spectrum))
    assert at * target / len(out) == pytest.approx(hertz, abs=2)
    assert np.sqrt(np.mean(out**2)) == pytest.approx(12000 / np.sqrt(2), rel=0.02)
    spectrum[max(0, at - 5) : at + 6] = 0
    assert spectrum.max() < 0.002 * len(out) * 12000 / 4  # 54 dB below the tone


def test_what_the_lower_rate_cannot_hold_is_removed() -> None:
    out = Resampler(16000, 8000).feed(tone(5000, 16000))[1000:]
    assert np.abs(out).max() < 12000 / 500


@given(st.lists(st.integers(0, 700), min_size=1, max_size=20), st.sampled_from(RATES))
def test_the_cut_into_chunks_does_not_matter(sizes: list[int], rates: tuple[int, int]) -> None:
    samples = np.random.default_rng(1).integers(-20000, 20000, sum(sizes), dtype=np.int16)
    stream, cuts = Resampler(*rates), np.cumsum([0, *sizes])
    pieces = [stream.feed(samples[a:b]) for a, b in itertools.pairwise(cuts)]
    whole = Resampler(*rates).feed(samples)
    assert np.abs(np.concatenate(pieces).astype(int) - whole).max(initial=0) <= 1


def test_the_last_chunk_brings_the_tail() -> None:
    click = np.zeros(160, np.int16)
    click[-1] = 20000
    assert np.abs(Resampler(8000, 16000).feed(click, last=True)).max() > 15000
