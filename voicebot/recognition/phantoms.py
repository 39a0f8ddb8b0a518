"""Words that a model makes up where nobody spoke.

Whisper models were trained on subtitles and recite them on noise and silence; a CTC model hears stray syllables.
"""

from __future__ import annotations

import re
import zlib

import numpy as np
from numpy.typing import NDArray

from voicebot.audio import FRAME_SAMPLES, RATE, Samples

_KNOWN = {
    "vi": (
        "ghiền mì gõ|la la school|subscribe cho kênh|đăng ký kênh|đăng kí kênh|video hấp dẫn|video tiếp theo"
        "|cảm ơn các bạn đã theo dõi|cảm ơn các bạn đã xem|các bạn đã lắng nghe|hẹn gặp lại các bạn"
    ),
    "en": "thanks? for watching|subscribe to|like and subscribe|subtitles by|amara org|see you in the next",
}
_PATTERNS = {language: re.compile(rf"\b(?:{known})\b") for language, known in _KNOWN.items()}

MOST_WORDS_PER_SECOND = 8.0  # syllables; quick speech has six
MOST_COMPRESSION = 2.4  # bytes in per byte out; ordinary sentences stay below 2
STEADY_DB = 5.0  # speech still ranges over 7 dB in noise as loud as itself; hiss and tones over less than 2
SHORTEST_STEADY = 0.5  # s; a vowel alone may be as steady
PITCH = 70, 400  # Hz
PITCH_WINDOW = 2 * FRAME_SAMPLES  # two periods of the lowest voice at least
PERIODIC = 0.6  # autocorrelation one period apart, of 1
SHORTEST_VOICE = 3  # frames of a pitch that glides; knocking has two by chance, sentences five and more
LIKELY_SILENT = 0.6
DOUBTFUL = -1.0


def is_steady(audio: Samples) -> bool:
    """Whether the loudness of `audio` (n,) at 16 kHz hardly changes: silence, hiss, hum or a tone, but no speech."""
    if len(audio) < SHORTEST_STEADY * RATE:
        return not np.any(audio)
    frames = audio[: len(audio) // FRAME_SAMPLES * FRAME_SAMPLES].astype(np.float32).reshape(-1, FRAME_SAMPLES)
    loudness = 10 * np.log10(np.square(frames).mean(axis=1) + 1)
    quiet, loud = np.percentile(loudness, [10, 95])
    return bool(loud - quiet < STEADY_DB)


def has_voice(audio: Samples) -> bool:
    """Whether `audio` (n,) at 16 kHz holds a stretch with the pitch of a voice: vowels do, knocking and clatter do not.
    A short word in a creaky or a whispered voice may have none."""
    if len(audio) < PITCH_WINDOW:
        return False
    frames = np.lib.stride_tricks.sliding_window_view(audio.astype(np.float32), PITCH_WINDOW)[::FRAME_SAMPLES]
    taper = np.hanning(PITCH_WINDOW).astype(np.float32)
    alone = _autocorrelation(taper)  # what the taper takes away from it at each shift
    similar = _autocorrelation((frames - frames.mean(axis=1, keepdims=True)) * taper) / (alone / alone[0] + 1e-6)
    shortest, longest = RATE // PITCH[1], RATE // PITCH[0]
    one_period_apart = similar[:, shortest:longest]
    energy = similar[:, :1] + 1
    periodic = (one_period_apart / energy).max(axis=1) > PERIODIC
    loud = energy[:, 0] > np.percentile(energy, 95) / 100
    period, run = one_period_apart.argmax(axis=1) + shortest, 0
    for number in np.flatnonzero(periodic & loud):
        glides = number and abs(int(period[number]) - int(period[number - 1])) <= max(2, period[number] // 8)
        run = run + 1 if glides and periodic[number - 1] and loud[number - 1] else 1
        if run >= SHORTEST_VOICE:
            return True
    return False


def _autocorrelation(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Along the last axis (n), for shifts from 0 to n - 1."""
    n = frames.shape[-1]
    spectrum = np.abs(np.fft.rfft(frames, 2 * n)) ** 2
    return np.fft.irfft(spectrum)[..., :n].astype(np.float32)


def is_phantom(
    spoken: str, seconds: float, language: str, no_speech: float = 0.0, mean_log_probability: float = 0.0
) -> bool:
    """Whether `spoken` (lower case, no punctuation) is to be taken for nothing said in `seconds` of audio.

    `no_speech` is the model's probability that there was no speech, `mean_log_probability` that of a token.
    """
    if not spoken:
        return True
    if any(_PATTERNS[known].search(spoken) for known in {language, "en"} & _PATTERNS.keys()):
        return True
    if no_speech > LIKELY_SILENT and mean_log_probability < DOUBTFUL:
        return True
    if len(spoken.split()) > 2 + MOST_WORDS_PER_SECOND * seconds:
        return True
    text = spoken.encode()
    return len(text) > 60 and len(text) / len(zlib.compress(text)) > MOST_COMPRESSION
