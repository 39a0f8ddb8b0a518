from __future__ import annotations

import numpy as np
import pytest

from benchmarks.other_sounds import other_sounds
from tests.recognition.speech import say
from voicebot.recognition.phantoms import has_voice, is_phantom, is_steady


@pytest.mark.parametrize(
    ("spoken", "seconds", "no_speech", "log_probability", "phantom"),
    [
        ("", 2.0, 0.0, 0.0, True),
        ("cho tôi hỏi đăng ký khai sinh", 2.0, 0.1, -0.3, False),
        ("hãy subscribe cho kênh ghiền mì gõ để không bỏ lỡ những video hấp dẫn", 5.0, 0.1, -0.2, True),
        ("cảm ơn các bạn đã theo dõi", 3.0, 0.0, -0.1, True),
        ("cảm ơn em", 1.0, 0.0, -0.1, False),
        ("thanks for watching", 2.0, 0.0, -0.1, True),
        ("tôi muốn đăng ký kết hôn", 2.0, 0.0, -0.1, False),
        ("xin chào", 1.0, 0.9, -1.5, True),
        ("xin chào", 1.0, 0.9, -0.2, False),
        ("xin chào", 1.0, 0.1, -1.5, False),
        ("một hai ba bốn năm sáu bảy tám chín mười", 0.6, 0.0, -0.2, True),
        ("một hai ba bốn năm sáu bảy tám chín mười", 3.0, 0.0, -0.2, False),
        (" ".join(["không phải vậy đâu"] * 12), 20.0, 0.0, -0.2, True),
        ("dạ", 0.3, 0.0, -0.2, False),
    ],
)
def test_made_up_words(spoken, seconds, no_speech, log_probability, phantom):
    assert is_phantom(spoken, seconds, "vi", no_speech, log_probability) is phantom


def test_only_sounds_without_ups_and_downs_are_steady():
    time = np.arange(32_000) / 16_000
    noise = np.random.default_rng(0).standard_normal(32_000)
    assert is_steady(np.zeros(32_000, np.int16))
    assert is_steady((3000 * noise).astype(np.int16))
    assert is_steady((3000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16))
    speech = say("cho tôi hỏi đăng ký khai sinh")
    loud_noise = np.random.default_rng(0).standard_normal(len(speech)) * np.std(speech)
    assert not is_steady(speech)
    assert not is_steady((speech * 0.5 + loud_noise * 0.5).astype(np.int16))


def test_speech_has_a_voice_and_knocking_has_none():
    speech = say("cho tôi hỏi đăng ký khai sinh")
    noise = np.random.default_rng(0).standard_normal(len(speech)) * np.std(speech) / 3
    assert has_voice(speech)
    assert has_voice((speech + noise).astype(np.int16))
    assert not any(has_voice(samples) for kind, samples in other_sounds() if kind in ("knocks", "silence"))
    assert not has_voice(speech[:100])
