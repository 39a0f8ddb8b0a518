from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voicebot.recognition import load_audio


def tone(rate: int, seconds: float = 1.0) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)).astype(np.int16)


def pitch(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * 16_000 / len(samples))


@pytest.mark.parametrize(
    ("name", "rate", "options"),
    [
        ("a.wav", 8_000, {}),
        ("a.wav", 44_100, {}),
        ("a.flac", 48_000, {}),
        ("a.ogg", 16_000, {"format": "OGG", "subtype": "OPUS"}),
        ("a.ogg", 44_100, {"format": "OGG", "subtype": "VORBIS"}),
        ("a.mp3", 22_050, {"format": "MP3"}),
    ],
)
def test_any_format_and_rate_becomes_mono_at_16_khz(tmp_path: Path, name, rate, options):
    soundfile.write(tmp_path / name, np.stack([tone(rate)] * 2, axis=1), rate, **options)
    samples = load_audio(tmp_path / name)
    assert samples.dtype == np.int16
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(16_000, rel=0.1)
    assert pitch(samples) == pytest.approx(440, abs=2)


def test_an_open_file_will_do():
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(tone(16_000).tobytes())
    buffer.seek(0)
    assert np.array_equal(load_audio(buffer), tone(16_000))


def test_an_empty_recording_has_no_samples(tmp_path: Path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.int16), 8_000)
    assert load_audio(tmp_path / "a.wav").size == 0


def test_bad_files_are_named(tmp_path: Path):
    (tmp_path / "text.wav").write_text("this is no sound")
    with pytest.raises(ValueError, match=r"text\.wav: not a sound file"):
        load_audio(tmp_path / "text.wav")
    with pytest.raises(FileNotFoundError, match=r"missing\.wav: no such file"):
        load_audio(tmp_path / "missing.wav")
