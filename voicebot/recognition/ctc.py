"""Recognition by a Whisper encoder with a CTC head over the parts of syllables.

The directory is a CTranslate2 Whisper model whose decoder is not used, with four more files: `ctc.npz` (the head:
`weight` (1 + units, width), `bias`, `units`), `lexicon.txt` (word, tab, its units), `lm.npz` (see `TrigramModel`) and
`decoding.json` (see `Decoding`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from voicebot.audio import FRAME_SAMPLES, RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.beam import Decoder, Trie, Weights
from voicebot.recognition.model import Guess
from voicebot.recognition.ngram import FIRST_WORD, TrigramModel
from voicebot.recognition.phantoms import is_steady

SHORTEST = 0.1  # s; less is no word
WINDOW = 8.0  # s; the encoder was trained on clips of up to nine
LogProbs = NDArray[np.float32]


@dataclass(frozen=True)
class Decoding:
    """What was chosen on held-out speech. `confidence` are the coefficients of a logistic function of `features_of`;
    it estimates the share of words that are right. Below `reject` what was heard is taken for noise."""

    weights: Weights
    confidence: tuple[float, float, float]
    reject: float
    expected_words: Mapping[Expectation, frozenset[str]]

    @classmethod
    def read(cls, file: Path) -> Decoding:
        stored = json.loads(file.read_text("utf-8"))
        words = {Expectation(kind): frozenset(words.split()) for kind, words in stored["expected_words"].items()}
        return cls(Weights(**stored["weights"]), tuple(stored["confidence"]), stored["reject"], words)


class CtcEngine:
    def __init__(self, directory: Path, compute_type: str = "int8") -> None:
        """Raises OSError, KeyError, ValueError or RuntimeError when a file is missing or wrong."""
        self._model = WhisperModel(str(directory), device="cpu", compute_type=compute_type, cpu_threads=1)
        head = np.load(directory / "ctc.npz")
        self._weight, self._bias = np.ascontiguousarray(head["weight"].T), head["bias"]
        numbers = {str(unit): number for number, unit in enumerate(head["units"], 1)}
        entries = [line.split("\t") for line in (directory / "lexicon.txt").read_text("utf-8").splitlines()]
        self._words = ["", ""] + [word for word, _ in entries]
        pronunciations = {
            word: [numbers[unit] for unit in units.split()] for word, (_, units) in enumerate(entries, FIRST_WORD)
        }
        decoding = Decoding.read(directory / "decoding.json")
        self._confidence, self._reject = decoding.confidence, decoding.reject
        self.decoder = Decoder(Trie(pronunciations), TrigramModel(directory / "lm.npz"), decoding.weights)
        self._expected = {
            kind: frozenset(number for number, word in enumerate(self._words) if word in words)
            for kind, words in decoding.expected_words.items()
        }
        self.log_probs(np.zeros(RATE, np.int16))  # the first run sets buffers up

    def hear(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> list[Guess]:
        if len(audio) < SHORTEST * RATE or is_steady(audio):
            return []
        log_probs = np.concatenate([self.log_probs(part) for part in windows(audio)])
        found = self.decoder.decode(log_probs, self._expected.get(expects, frozenset()))
        spoken = [self.text(words) for words, _ in found]
        sure = _logistic(self._confidence, features_of(log_probs, found))
        if sure < self._reject:
            return []
        guesses = (
            Guess(text, sure * math.exp(score - found[0][1])) for text, (_, score) in zip(spoken, found, strict=True)
        )
        return [guess for guess in guesses if guess.spoken]

    def log_probs(self, audio: Samples) -> LogProbs:
        """(frames of 20 ms, 1 + units), natural logarithms; 0 is the blank. No padding to 30 s."""
        features = self._model.feature_extractor(audio.astype(np.float32) / 32768)[:, :-1]
        encoded: Any = self._model.encode(features)
        logits = np.asarray(encoded)[0].astype(np.float32) @ self._weight + self._bias
        logits -= logits.max(axis=1, keepdims=True)
        scores: LogProbs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return scores

    def text(self, words: Sequence[int]) -> str:
        return " ".join(self._words[word] for word in words)


def _logistic(coefficients: Sequence[float], features: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-sum(c * f for c, f in zip(coefficients, features, strict=True))))


def features_of(log_probs: LogProbs, found: Sequence[tuple[Sequence[int], float]]) -> tuple[float, float, float]:
    """What confidence is judged by: 1, the certainty of the sounds, the lead over the second best (at most 10)."""
    lead = min(10.0, found[0][1] - found[1][1]) if len(found) > 1 else 10.0
    return 1.0, certainty_of(log_probs), lead


def certainty_of(log_probs: LogProbs) -> float:
    """Mean logarithm of the likeliest unit's probability where that is not the blank; -10 if it always is."""
    best = log_probs.argmax(axis=1)
    sounds = log_probs.max(axis=1)[best > 0]
    return float(sounds.mean()) if sounds.size else -10.0


def windows(audio: Samples) -> Iterator[Samples]:
    """Parts that the encoder takes at once, cut where it is quietest."""
    longest, earliest = int(WINDOW * RATE), int(WINDOW / 2 * RATE)
    while len(audio) > longest:
        frames = audio[earliest:longest].astype(np.float32)[: (longest - earliest) // FRAME_SAMPLES * FRAME_SAMPLES]
        power = np.square(frames.reshape(-1, FRAME_SAMPLES)).mean(axis=1)
        calm = np.convolve(power, np.ones(7) / 7, mode="same")
        cut = earliest + (int(calm[3:-3].argmin()) + 3) * FRAME_SAMPLES + FRAME_SAMPLES // 2
        yield audio[:cut]
        audio = audio[cut:]
    yield audio
