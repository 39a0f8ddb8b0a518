"""Words that a model makes up where nobody spoke.

Whisper models were trained on subtitles and recite them on noise and silence; a CTC model hears stray syllables.
"""

from __future__ import annotations

import re
import zlib

import numpy as np

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
