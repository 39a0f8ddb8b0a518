"""Recognition by a Whisper encoder with a CTC head over the parts of syllables.

The directory is a CTranslate2 Whisper model, whose decoder is asked only about texts that the search has found, and not
at all unless decoding.json gives it a weight, with more files: `heads.npz` (see `Heads`),
`lexicon.txt` (word, tab, its units), `lm.npz` (see `TrigramModel`), `expected/KIND.npz` (likewise, of the answers to
one kind of question) and `decoding.json` (see `Decoding`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from voicebot.audio import FRAME_SAMPLES, RATE, Samples
from voicebot.expectation import Expectation
from voicebot.recognition.attention import AttentionDecoder
from voicebot.recognition.beam import Decoder, Trie, Weights
from voicebot.recognition.heads import Heads, LogProbs, States
from voicebot.recognition.model import Guess, Heard
from voicebot.recognition.ngram import FIRST_WORD, LanguageModel, Mixture, TrigramModel
from voicebot.recognition.phantoms import is_steady

SHORTEST = 0.1  # s; less is no word
WINDOW = 8.0  # s; the encoder was trained on clips of up to eleven
Found = list[tuple[list[int], float]]  # see Decoder.decode


@dataclass(frozen=True)
class Decoding:
    """What was chosen on held-out speech. `confidence` are the coefficients of a logistic function of `features_of`;
    it estimates the share of words that are right. Below `reject` what was heard is taken for noise. `expected` says
    how much the language model of an expectation counts beside the general one (0 to 1)."""

    weights: Weights
    confidence: tuple[float, ...]
    reject: float
    expected: Mapping[Expectation, float]
    attention: float = 0.0

    @classmethod
    def read(cls, file: Path) -> Decoding:
        stored = json.loads(file.read_text("utf-8"))
        expected = {Expectation(kind): float(weight) for kind, weight in stored["expected"].items()}
        weights, confidence = Weights(**stored["weights"]), tuple(stored["confidence"])
        return cls(weights, confidence, stored["reject"], expected, stored.get("attention", 0.0))


class CtcEngine:
    def __init__(self, directory: Path, compute_type: str = "int8") -> None:
        """Raises OSError, KeyError, ValueError or RuntimeError when a file is missing or wrong."""
        self._model = WhisperModel(str(directory), device="cpu", compute_type=compute_type, cpu_threads=1)
        self.heads = Heads(directory / "heads.npz")
        numbers = {unit: number for number, unit in enumerate(self.heads.units, 1)}
        entries = [line.split("\t") for line in (directory / "lexicon.txt").read_text("utf-8").splitlines()]
        self._words = ["", ""] + [word for word, _ in entries]
        self.trie = Trie({
            word: [numbers[unit] for unit in units.split()] for word, (_, units) in enumerate(entries, FIRST_WORD)
        })  # fmt: skip
        self.decoding = Decoding.read(directory / "decoding.json")
        general = TrigramModel(directory / "lm.npz")
        self._decoders = {Expectation.OPEN: self.decoder(general)}
        for kind, weight in self.decoding.expected.items():
            special = TrigramModel(directory / "expected" / f"{kind}.npz")
            self._decoders[kind] = self.decoder(Mixture(general, special, weight))
        self.encode(np.zeros(RATE, np.int16))  # the first run sets buffers up

    @cached_property
    def attention(self) -> AttentionDecoder:
        """Made when first asked: without a weight it never is."""
        return AttentionDecoder(self._model)

    def decoder(self, model: LanguageModel) -> Decoder:
        return Decoder(self.trie, model, self.decoding.weights)

    def decoder_for(self, expects: Expectation) -> Decoder:
        return self._decoders.get(expects) or self._decoders[Expectation.OPEN]

    def hear(self, audio: Samples, expects: Expectation = Expectation.OPEN) -> Heard:
        if len(audio) < SHORTEST * RATE or is_steady(audio):
            return Heard()
        states = self.states(audio)
        log_probs = self.log_probs(states)
        found = self.rescored(states, self.decoder_for(expects).decode(log_probs), self.decoding.attention)
        sure = _logistic(self.decoding.confidence, features_of(log_probs, found))
        guesses = [Guess(self.text(words), sure * math.exp(score - found[0][1])) for words, score in found]
        spoken = [guess for guess in guesses if guess.spoken] if sure >= self.decoding.reject else []
        language = self.heads.language(np.concatenate(states))  # of what makes no sense as Vietnamese above all
        return Heard(spoken, self.heads.turn_over(states[-1]), language)

    def encode(self, audio: Samples) -> States:
        """(frames of 20 ms, width). No padding to 30 s."""
        features = self._model.feature_extractor(audio.astype(np.float32) / 32768)[:, :-1]
        encoded: Any = self._model.encode(features)
        states: States = np.asarray(encoded)[0].astype(np.float32)
        return states

    def states(self, audio: Samples) -> list[States]:
        """Of audio of any length, window by window."""
        return [self.encode(part) for part in windows(audio)]

    def log_probs(self, states: Sequence[States]) -> LogProbs:
        return np.concatenate([self.heads.sounds(part) for part in states])

    def rescored(self, states: Sequence[States], found: Found, weight: float) -> Found:
        """With what the attention decoder says added, best first. Speech of several windows is left as it is: no
        window's text is known."""
        if not weight or len(states) > 1:
            return found
        opinions = self.attention.scores(states[0], [self.text(words) for words, _ in found])
        joined = [(words, score + weight * said) for (words, score), said in zip(found, opinions, strict=True)]
        return sorted(joined, key=lambda item: -item[1])

    def turn_over(self, audio: Samples) -> float | None:
        """Probability that who speaks in `audio` (n,) has finished at its end."""
        *_, last = windows(audio)
        return self.heads.turn_over(self.encode(last))

    def language(self, audio: Samples) -> str | None:
        return self.heads.language(np.concatenate(self.states(audio)))

    def without_language_model(self) -> CtcEngine:
        """The same ears with the lexicon alone, to tell what they hear from what they guess."""
        bare = copy(self)
        weights = replace(self.decoding.weights, language_model=0.0, word=0.0)
        bare._decoders = {Expectation.OPEN: Decoder(self.trie, self.decoder_for(Expectation.OPEN).model, weights)}
        return bare

    def text(self, words: Sequence[int]) -> str:
        return " ".join(self._words[word] for word in words)


def _logistic(coefficients: Sequence[float], features: Sequence[float]) -> float:
    return 1 / (1 + math.exp(-sum(c * f for c, f in zip(coefficients, features, strict=True))))


def features_of(log_probs: LogProbs, found: Found) -> tuple[float, float, float]:
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
