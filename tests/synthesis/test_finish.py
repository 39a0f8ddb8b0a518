"""Level, limiter and trimming, the last step of every voice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.audio import RATE, Samples
from voicebot.synthesis.finish import LOUD_GAIN_DB, Finish, loudness


def noise(seconds: float, peak: int = 8000) -> Samples:
    return np.random.default_rng(1).integers(-peak, peak, round(seconds * RATE)).astype(np.int16)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


def finished(samples: Samples, cuts: list[int], rate: int = RATE) -> Samples:
    finish = Finish(rate, 0)
    *parts, end = np.split(samples, sorted(cuts))
    return np.concatenate([*(finish.feed(part) for part in parts), finish.feed(end, last=True)])


def test_silence_goes_at_both_ends_and_stays_inside() -> None:
    clause = np.concatenate([noise(0.3), silence(0.5), noise(0.3)])
    trimmed = finished(np.concatenate([silence(0.4), clause, silence(0.6)]), [])
    assert len(clause) <= len(trimmed) <= len(clause) + 0.06 * RATE
    heard = np.flatnonzero(trimmed)
    assert heard[-1] - heard[0] + 1 >= len(clause) - 5


def test_nothing_but_silence_is_nothing() -> None:
    assert not finished(silence(1.0), [500, 9000]).size
    assert not finished(silence(0), []).size


@given(st.lists(st.integers(0, 3 * RATE // 2), max_size=8))
def test_result_does_not_depend_on_how_the_stream_is_cut(cuts: list[int]) -> None:
    stream = np.concatenate([silence(0.2), noise(0.4), silence(0.3), noise(0.2), silence(0.4)])
    np.testing.assert_array_equal(finished(stream, cuts), finished(stream, []))


def test_sound_comes_while_the_stream_goes_on() -> None:
    finish = Finish(RATE, 0)
    assert finish.feed(noise(0.1)).size > 0.09 * RATE


def test_other_rates_become_ours() -> None:
    second = noise(1.0)[:8000]
    assert len(finished(second, [], rate=8000)) == pytest.approx(RATE, abs=RATE // 100)


def test_gain_is_exact_below_the_knee() -> None:
    table = loudness(-6)
    for sample in (-20_000, -300, 0, 300, 20_000):
        assert table[np.int16(sample).view(np.uint16)] == round(sample / 32768 * 10 ** (-6 / 20) * 32767)


def test_loud_voice_keeps_its_order_and_never_reaches_full_scale() -> None:
    curve = loudness(LOUD_GAIN_DB)[np.arange(-32768, 32768).astype(np.int16).view(np.uint16)].astype(int)
    assert (np.diff(curve) >= 0).all()
    assert np.abs(curve).max() <= round(0.95 * 32768)
    assert curve[32768 + 5000] > 5000 * 1.4
