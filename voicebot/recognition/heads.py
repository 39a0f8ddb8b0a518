"""What is read off the encoder's output: sounds, whether the turn is over, the language.

`heads.npz` holds the linear CTC head (`ctc.weight` (1 + units, width), `ctc.bias`, `units`) and, where they were
trained, two small ones over a stretch of frames: `turn.*` and `language.*` with `languages` (see `_Pooled`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicebot.audio import RATE

States = NDArray[np.float32]  # (frames of 20 ms, width)
LogProbs = NDArray[np.float32]  # (frames, 1 + units), natural logarithms; 0 is the blank
FRAME = RATE // 50  # samples to one output of the encoder
TURN_FRAMES = 100  # of the end, by which the turn head judges: intonation and pace of the last words
SURE_OF_LANGUAGE = 0.8
SHORTEST_FOR_LANGUAGE = 75  # frames


class Heads:
    def __init__(self, file: Path) -> None:
        """Raises OSError, KeyError or ValueError when the file is missing or not such a file."""
        stored = np.load(file)
        self.units = [str(unit) for unit in stored["units"]]
        self._weight, self._bias = np.ascontiguousarray(stored["ctc.weight"].T), stored["ctc.bias"]
        self._turn = _Pooled(stored, "turn") if "turn.attend.weight" in stored else None
        self._language = _Pooled(stored, "language") if "language.attend.weight" in stored else None
        self._languages = [str(name) for name in stored["languages"]] if self._language else []

    def sounds(self, states: States) -> LogProbs:
        return _log_softmax(states @ self._weight + self._bias)

    def turn_over(self, states: States) -> float | None:
        """Probability that who spoke has finished; None when the model cannot tell."""
        if self._turn is None or not len(states):
            return None
        return float(1 / (1 + np.exp(-self._turn(states[-TURN_FRAMES:])[0])))

    def language(self, states: States) -> str | None:
        """ "vi", "en" or "other"; None when it is not clear, or too short to say."""
        if self._language is None or len(states) < SHORTEST_FOR_LANGUAGE:
            return None
        chances = np.exp(_log_softmax(self._language(states)))
        best = int(chances.argmax())
        return self._languages[best] if chances[best] >= SURE_OF_LANGUAGE else None


class _Pooled:
    """One query attends to the frames; a perceptron with one hidden layer judges what it gathers."""

    def __init__(self, stored: Mapping[str, NDArray[np.float32]], name: str) -> None:
        self._query, self._inner, self._inner_bias, self._outer, self._outer_bias = (
            stored[f"{name}.{part}"] for part in
            ("attend.weight", "inner.weight", "inner.bias", "outer.weight", "outer.bias")
        )  # fmt: skip

    def __call__(self, states: States) -> NDArray[np.float32]:
        attention = states @ self._query[0]
        attention = np.exp(attention - attention.max())
        gathered = (attention / attention.sum()) @ states
        answers: NDArray[np.float32] = (
            self._outer @ np.maximum(self._inner @ gathered + self._inner_bias, 0) + self._outer_bias
        )
        return answers


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    logits = logits - logits.max(axis=-1, keepdims=True)
    scores: NDArray[np.float32] = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return scores
