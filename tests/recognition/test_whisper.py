"""Any Whisper model through faster-whisper, with models that say what the test wants."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.recognition import tiny_whisper
from tests.recognition.speech import say
from voicebot.recognition import load_model
from voicebot.recognition.model import ModelNotLoaded
from voicebot.settings import RecognitionSettings


def transcript(directory: Path, audio: np.ndarray | None = None):
    model = load_model(RecognitionSettings(model=str(directory), compute_type="float32"))
    return model.transcribe(say("làm giấy khai sinh cần gì") if audio is None else audio)


@pytest.mark.parametrize("variable_length", [False, True])
def test_words_come_out_without_punctuation_and_with_numbers_in_words(tmp_path, variable_length):
    directory = tiny_whisper.make(tmp_path / "model", " Dạ, hết 5 ngày.", variable_length=variable_length)
    heard = transcript(directory)
    assert heard.spoken == "dạ hết năm ngày"
    assert heard.confidence > 0.9
    assert all(h.confidence <= heard.confidence for h in heard.alternatives)


def test_confidence_falls_with_the_model_s_own_doubt(tmp_path):
    sure = transcript(tiny_whisper.make(tmp_path / "sure", " xin hỏi"))
    unsure = transcript(tiny_whisper.make(tmp_path / "unsure", " xin hỏi", certainty=7.5))
    assert unsure.spoken == "xin hỏi"
    assert 0 < unsure.confidence < sure.confidence


def test_phantoms_of_subtitles_are_not_heard(tmp_path):
    assert transcript(tiny_whisper.make(tmp_path / "model", " Ghiền Mì Gõ")).spoken == ""


def test_a_model_that_doubts_there_was_speech_is_believed(tmp_path):
    model = tiny_whisper.make(tmp_path / "model", " xin hỏi", certainty=6.5, no_speech=True)
    assert transcript(model).spoken == ""


def test_silence_is_not_decoded(tmp_path):
    assert transcript(tiny_whisper.make(tmp_path / "model", " xin chào"), np.zeros(16_000, np.int16)).spoken == ""


def test_audio_past_the_window_is_cut_off(tmp_path):
    directory = tiny_whisper.make(tmp_path / "model", " xin hỏi", variable_length=True)
    assert transcript(directory, np.tile(say("xin chào"), 20)).spoken == "xin hỏi"


def test_a_directory_without_a_model_is_named(tmp_path):
    with pytest.raises(ModelNotLoaded, match=f"{tmp_path}.*model.bin"):
        load_model(RecognitionSettings(model=str(tmp_path)))
