from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.conditions import telephone
from benchmarks.synthetic import Reading
from tests.recognition.speech import say
from voicebot.expectation import Expectation
from voicebot.recognition import Model, load_model
from voicebot.recognition.ctc import WINDOW, windows
from voicebot.recognition.spoken import spoken_form
from voicebot.settings import RecognitionSettings


@given(st.floats(0, 40), st.integers(0, 5))
def test_windows_lose_nothing_and_fit_the_encoder(seconds, seed):
    audio = np.random.default_rng(seed).integers(-100, 100, int(16_000 * seconds)).astype(np.int16)
    parts = list(windows(audio))
    assert np.array_equal(np.concatenate(parts), audio)
    assert all(len(part) <= WINDOW * 16_000 for part in parts)


def test_windows_are_cut_in_a_pause():
    audio = np.random.default_rng(0).integers(-9000, 9000, 12 * 16_000).astype(np.int16)
    audio[6 * 16_000 : 6 * 16_000 + 4_000] = 0
    first, *_ = windows(audio)
    assert 6.0 < len(first) / 16_000 < 6.25


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(RecognitionSettings())


def test_alternatives_are_less_likely_and_written_out_too():
    model = load_model(RecognitionSettings(), write=str.title)
    heard = model.transcribe(say("cho tôi hỏi đăng ký thường trú", "vi+Denis"))
    assert "thường trú" in heard.spoken
    assert heard.text == heard.spoken.title()
    assert heard.alternatives
    assert all(h.confidence <= heard.confidence and h.text == h.spoken.title() for h in heard.alternatives)


def test_noise_lowers_confidence(model):
    speech = say("cho tôi hỏi làm hộ chiếu cần giấy tờ gì")
    noise = np.random.default_rng(0).standard_normal(len(speech)) * np.std(speech)
    noisy = np.clip(speech + noise, -32768, 32767).astype(np.int16)
    assert model.transcribe(noisy).confidence < model.transcribe(speech).confidence


@pytest.mark.parametrize("expects", Expectation)
def test_what_was_not_asked_for_is_heard_all_the_same(model, expects):
    assert "đăng ký kết hôn" in model.transcribe(say("cho tôi hỏi đăng ký kết hôn"), expects).spoken


def test_english_is_told_from_vietnamese_even_when_its_words_make_no_sense(model):
    english = telephone(Reading("I would like to register the birth of my daughter", "en-us+f5", verbatim=True).speak())
    assert model.transcribe(english).language == "en"
    assert model.transcribe(say("cho tôi hỏi đăng ký khai sinh cho con gái")).language == "vi"


def test_rescoring_reorders_what_the_search_has_found(model):
    engine = model.engine
    states = engine.states(say("cho tôi hỏi làm hộ chiếu cần giấy tờ gì", "vi+Denis"))
    found = engine.decoder_for(Expectation.OPEN).decode(engine.log_probs(states))
    assert engine.rescored(states, found, 0.0) == found
    again = engine.rescored(states, found[::-1], 0.2)
    assert {tuple(words) for words, _ in again} == {tuple(words) for words, _ in found}
    assert [score for _, score in again] == sorted((score for _, score in again), reverse=True)
    assert engine.rescored([*states, *states], found[::-1], 0.2) == found[::-1]


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Cấp thẻ căn cước cho người từ 14 tuổi!", "cấp thẻ căn cước cho người từ mười bốn tuổi"),
        ("Hoà giải; thuỷ lợi, quỳ", "hòa giải thủy lợi quỳ"),
        ("nộp online bằng VNeID", "nộp online bằng vneid"),
        ("UBND phường", "ủy ban nhân dân phường"),
        ("", ""),
    ],
)
def test_spoken_form(text, spoken):
    assert spoken_form(text) == spoken
