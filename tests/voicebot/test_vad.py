"""Voice activity on speech of espeak-ng, as it comes over the telephone, among noises."""

import subprocess
from functools import cache

import numpy as np
import pytest

from voicebot.audio import A_LAW, FRAME_SAMPLES, RATE, Resampler, Samples, level, resample
from voicebot.vad import VoiceActivity

LEAD, TAIL = RATE * 2, RATE * 3 // 2  # of silence before and after the speech
NUMBERS = np.random.default_rng(7)


@cache
def speech(text: str = "cho bác hỏi thủ tục đăng ký khai sinh cần những giấy tờ gì", voice: str = "vi") -> Samples:
    command = ["espeak-ng", "-v", voice, "-z", "-a", "40", "--stdout", "--stdin"]
    wave = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    return resample(np.frombuffer(wave[44:], np.int16), 22_050, RATE)


def over_telephone(samples: np.ndarray) -> Samples:
    narrow = resample(np.clip(samples, -32768, 32767).astype(np.int16), RATE, 8000)
    return Resampler(8000, RATE).feed(A_LAW.decode(A_LAW.encode(narrow)))


def probabilities(heard: Samples) -> np.ndarray:
    """One for each frame."""
    detector = VoiceActivity()
    frames = heard[: len(heard) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.array([detector.feed(frame) for frame in frames])


def among(noise: np.ndarray, decibels: float) -> np.ndarray:
    """Speech in the middle, `decibels` above the noise, over the telephone."""
    said = speech().astype(float)
    quiet = np.concatenate([np.zeros(LEAD), said, np.zeros(TAIL)])
    noise = np.resize(noise, len(quiet))
    factor = np.sqrt(np.mean(said**2) / np.mean(noise**2)) * 10 ** (-decibels / 20)
    return probabilities(over_telephone(quiet + noise * factor))


def street() -> np.ndarray:
    """Noise whose power falls with frequency and swells with the traffic."""
    spectrum = np.fft.rfft(NUMBERS.normal(size=8 * RATE))
    frequency = np.fft.rfftfreq(8 * RATE, 1 / RATE)
    noise = np.fft.irfft(spectrum / np.maximum(frequency, 60))
    return noise * (1 + 0.7 * np.sin(np.arange(8 * RATE) / RATE * np.pi))


@pytest.mark.parametrize(
    ("noise", "decibels"),
    [(NUMBERS.normal(size=RATE), 40), (NUMBERS.normal(size=RATE), 5), (street(), 10)],
    ids=["quiet line", "white noise 5 dB", "street 10 dB"],
)
def test_speech_is_found_and_noise_is_not(noise: np.ndarray, decibels: float) -> None:
    found = among(noise, decibels)
    begins, ends = LEAD // FRAME_SAMPLES, len(found) - TAIL // FRAME_SAMPLES
    assert found[:begins].max() < 0.5
    assert found[begins : begins + 15].max() > 0.5  # within 0.3 s
    assert np.mean(found[begins:ends] > 0.5) > 0.7
    assert found[ends + 15 :].max() < 0.5


def test_silence_is_certain() -> None:
    assert probabilities(np.zeros(3 * RATE, np.int16)).max() < 0.1
    assert probabilities(np.zeros(3 * RATE, np.int16))[-1] == 0


def test_tone_of_the_line_is_not_speech() -> None:
    at = np.arange(4 * RATE) / RATE
    dial_tone = 6000 * np.sin(2 * np.pi * 425 * at)
    assert np.mean(probabilities(over_telephone(dial_tone))[25:] > 0.5) < 0.05


def test_first_word_after_a_long_silence_is_heard_as_early_as_without_the_gate() -> None:
    said = np.concatenate([speech(), np.zeros(5 * RATE, np.int16), speech()])
    hiss = NUMBERS.normal(size=len(said)) * 20
    found = probabilities(over_telephone(said + hiss))
    second = (len(speech()) + 5 * RATE) // FRAME_SAMPLES
    assert found[second - 50 : second].max() == 0
    first_delay = int((found > 0.5).argmax())
    assert int((found[second:] > 0.5).argmax()) <= first_delay + 4


def test_calls_do_not_disturb_each_other() -> None:
    heard = over_telephone(np.concatenate([np.zeros(LEAD), speech()]))
    alone = probabilities(heard)
    one, other = VoiceActivity(), VoiceActivity()
    together = []
    for frame in heard[: len(alone) * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES):
        together.append(one.feed(frame))
        other.feed(NUMBERS.normal(0, 2000, FRAME_SAMPLES).astype(np.int16))
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_level_of_the_speech_hardly_matters() -> None:
    for factor in (0.1, 1, 2):
        quiet = np.concatenate([np.zeros(LEAD), speech() * factor])
        found = probabilities(over_telephone(quiet))
        assert np.mean(found[LEAD // FRAME_SAMPLES :] > 0.5) > 0.7, level(speech()) + 20 * np.log10(factor)
