"""What the attention decoder thinks of texts that the search over sounds has found.

It does not decode: the texts are scored all at once against the encoder's output, none of them token by token. Source
of the call: `ctranslate2.models.Whisper.align`, made for time stamps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel

from voicebot.recognition.heads import States
from voicebot.recognition.whisper import prompted

LEAST = 1e-6  # a token's probability


class AttentionDecoder:
    def __init__(self, model: WhisperModel) -> None:
        self._model = model.model
        self._tokenizer, self._prompt = prompted(model)

    def scores(self, states: States, texts: Sequence[str]) -> list[float]:
        """Natural logarithm of each text's probability, given the encoder's output (frames, width); 0 for no text."""
        tokens = {number: self._tokenizer.encode(text) for number, text in enumerate(texts) if text}
        found = [0.0] * len(texts)
        if not tokens:
            return found
        repeated = np.ascontiguousarray(np.repeat(states[None], len(tokens), axis=0))
        results: Any = self._model.align(
            StorageView.from_array(repeated), self._prompt, list(tokens.values()), len(states)
        )
        for number, result in zip(tokens, results, strict=True):
            found[number] = sum(math.log(max(probability, LEAST)) for probability in result.text_token_probs)
        return found
