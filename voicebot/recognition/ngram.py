"""Backed-off trigram models over syllables, small enough to live in every worker."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Protocol

import numpy as np

START, END = 0, 1  # word numbers; those of the lexicon follow
FIRST_WORD = 2


class LanguageModel(Protocol):
    def unigram(self, word: int) -> float: ...
    def score(self, before: int, last: int, word: int) -> float:
        """Natural logarithm of P(word | the two words before it)."""


class TrigramModel:
    """Natural logarithms of P(word | two words before).

    `lm.npz` holds `unigram` (words,), `backoff` (words,), `bigram` (n,) for `bigram_words` (n, 2), `bigram_backoff`
    (m,) for `bigram_backoff_words` (m, 2) and `trigram` (k,) for `trigram_words` (k, 3).
    """

    def __init__(self, file: Path) -> None:
        """Raises OSError, KeyError or ValueError when the file is not such a model."""
        stored = np.load(file)
        self._unigram: list[float] = stored["unigram"].astype(float).tolist()
        self._backoff: list[float] = stored["backoff"].astype(float).tolist()
        self.words = len(self._unigram)
        self._bigram = self._table(stored["bigram_words"], stored["bigram"])
        self._bigram_backoff = self._table(stored["bigram_backoff_words"], stored["bigram_backoff"])
        self._trigram = self._table(stored["trigram_words"], stored["trigram"])

    def _table(self, words: np.ndarray, values: np.ndarray) -> dict[int, float]:
        keys = np.zeros(len(words), np.int64)
        for column in words.T:
            keys = keys * self.words + column
        return dict(zip(keys.tolist(), values.astype(float).tolist(), strict=True))

    def unigram(self, word: int) -> float:
        return self._unigram[word]

    def score(self, before: int, last: int, word: int) -> float:
        pair = last * self.words + word
        history = before * self.words + last
        found = self._trigram.get(history * self.words + word)
        if found is not None:
            return found
        backed_off = self._bigram_backoff.get(history, 0.0)
        found = self._bigram.get(pair)
        return backed_off + (self._backoff[last] + self._unigram[word] if found is None else found)


class Mixture:
    """The general model and one of the answers expected just now, the latter with `weight` (0 to 1)."""

    def __init__(self, general: LanguageModel, special: LanguageModel, weight: float) -> None:
        self._general, self._special = general, special
        self._shares = math.log(max(1 - weight, 1e-9)), math.log(max(weight, 1e-9))

    def unigram(self, word: int) -> float:
        return self._mixed(self._general.unigram(word), self._special.unigram(word))

    def score(self, before: int, last: int, word: int) -> float:
        return self._mixed(self._general.score(before, last, word), self._special.score(before, last, word))

    def _mixed(self, general: float, special: float) -> float:
        general, special = general + self._shares[0], special + self._shares[1]
        if general < special:
            general, special = special, general
        return general + math.log1p(math.exp(special - general))
