"""Recognition by any Whisper model that faster-whisper knows: a CTranslate2 directory or a hub's name.

One encoding and one generation per utterance, without the fallbacks of `WhisperModel.transcribe`, which can multiply
the latency by six. The features are padded to the window that the model was trained on (`chunk_length` in
preprocessor_config.json, 30 s unless it says otherwise); a model trained on utterances as short as they come says
`"variable_length": true` there and is several times faster.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from voicebot.audio import RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.model import Guess, Heard
from voicebot.recognition.phantoms import is_phantom, is_steady
from voicebot.recognition.spoken import spoken_form

LANGUAGE = "vi"
SHORTEST = 0.1  # s
BEAM = 3
TOKENS_PER_SECOND = 16  # Vietnamese takes up to 12
FEWEST_TOKENS = 16


def prompted(model: WhisperModel) -> tuple[Tokenizer, list[int]]:
    """Its tokenizer, and the tokens that every transcript begins with."""
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, "transcribe", LANGUAGE)
    return tokenizer, [*tokenizer.sot_sequence, tokenizer.no_timestamps]


class WhisperEngine:
    def __init__(self, model: str, compute_type: str = "int8") -> None:
        """Raises OSError, ValueError or RuntimeError when the model cannot be found or is no Whisper model."""
        self._model = WhisperModel(model, compute_type=compute_type, cpu_threads=1)
        self._tokenizer, self._prompt = prompted(self._model)
        settings = Path(model) / "preprocessor_config.json"
        stored = json.loads(settings.read_text("utf-8")) if settings.exists() else {}
        self._variable_length = bool(stored.get("variable_length", False))
        self._generate(np.zeros(RATE, np.int16), FEWEST_TOKENS)  # the first run sets buffers up

    def hear(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Heard:
        """`expects` changes nothing here. Audio past the model's window is not heard."""
        seconds = len(audio) / RATE
        if seconds < SHORTEST or is_steady(audio):
            return Heard()
        result = self._generate(audio, FEWEST_TOKENS + math.ceil(TOKENS_PER_SECOND * seconds))
        guesses: dict[str, Guess] = {}
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True):
            spoken = spoken_form(self._tokenizer.decode(tokens))
            if not is_phantom(spoken, seconds, LANGUAGE, result.no_speech_prob, score):
                guesses.setdefault(spoken, Guess(spoken, min(1.0, math.exp(score))))
            elif not guesses:
                return Heard()
        return Heard(list(guesses.values()))

    def _generate(self, audio: Samples, longest: int) -> Any:
        extractor = self._model.feature_extractor
        window = extractor.nb_max_frames
        features = extractor(audio.astype(np.float32) / 32768)[:, :-1][:, :window]
        if not self._variable_length:
            features = np.pad(features, ((0, 0), (0, window - features.shape[1])))
        encoded = self._model.encode(features)
        return self._model.model.generate(
            encoded, [self._prompt], beam_size=BEAM, num_hypotheses=BEAM, max_length=min(2 * longest, 448),
            return_scores=True, return_no_speech_prob=True, suppress_blank=True,
        )[0]  # fmt: skip
