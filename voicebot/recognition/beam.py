"""CTC prefix beam search, held to a lexicon and led by a language model.

A hypothesis is a sequence of finished words and a place in the lexicon's trie. A word may end wherever its node does,
and the next one starts at the root, so the head needs no symbol for word boundaries.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicebot.recognition.ngram import END, START, LanguageModel

ALIKE = 2  # hypotheses kept that the language model cannot tell apart from here on; more only fill the beam


@dataclass(frozen=True)
class Weights:
    """How much the parts of a score count; chosen on held-out speech, stored with the model."""

    language_model: float = 0.7
    word: float = 1.5  # reward for each word, against the language model's liking for few
    beam: int = 48
    units: int = 10  # candidates per frame
    threshold: float = 14.0  # a hypothesis this far behind the best is dropped


class Trie:
    """Syllables by their units. Node 0 is the root; `words[node]` end there (several when they sound the same)."""

    def __init__(self, pronunciations: Mapping[int, list[int]]) -> None:
        self.children: list[dict[int, int]] = [{}]
        self.words: list[list[int]] = [[]]
        self.unit = [0]
        self.parent = [0]
        for word, units in pronunciations.items():
            node = 0
            for unit in units:
                node = self.children[node].get(unit) or self._add(node, unit)
            self.words[node].append(word)

    def _add(self, parent: int, unit: int) -> int:
        node = self.children[parent][unit] = len(self.unit)
        self.children.append({})
        self.words.append([])
        self.unit.append(unit)
        self.parent.append(parent)
        return node


class _Path:
    """Finished words, as a list linked backwards; `score` is what language model and rewards give for them."""

    __slots__ = ("before", "following", "last", "parent", "score")

    def __init__(self, parent: _Path | None, last: int, score: float) -> None:
        self.parent, self.last, self.score = parent, last, score
        self.before = parent.last if parent else START
        self.following: dict[int, _Path] = {}

    def words(self) -> list[int]:
        path, found = self, list[int]()
        while path.parent:
            found.append(path.last)
            path = path.parent
        return found[::-1]


Beams = dict[tuple[_Path, int], list[float]]  # (words, node) to probability ending in blank, in the node's unit


class Decoder:
    """Keeps no state between utterances."""

    def __init__(self, trie: Trie, model: LanguageModel, weights: Weights) -> None:
        self._trie, self.model, self.weights = trie, model, weights
        self._outlook = self._look_ahead()

    def _look_ahead(self) -> list[float]:
        """For each node the best score that a word below it can get, by frequency alone: it keeps the search from
        preferring words just because nothing has been paid for them yet."""
        outlook = [-math.inf] * len(self._trie.unit)
        for node in range(len(outlook) - 1, 0, -1):
            own = max((self._reward(self.model.unigram(word)) for word in self._trie.words[node]), default=-math.inf)
            outlook[node] = max(outlook[node], own)
            parent = self._trie.parent[node]
            outlook[parent] = max(outlook[parent], outlook[node])
        outlook[0] = 0.0
        return outlook

    def _reward(self, log_probability: float) -> float:
        return self.weights.language_model * log_probability + self.weights.word

    def decode(self, log_probs: NDArray[np.float32], best: int = 5) -> list[tuple[list[int], float]]:
        """Word sequences with their scores (natural logarithm), best first, from `log_probs` (frames, 1 + units) whose
        column 0 is the blank. Never empty: silence gives the empty sequence."""
        beams: Beams = {(_Path(None, START, 0.0), 0): [1.0, 0.0]}
        scale = 0.0
        for frame in np.exp(log_probs):
            beams = self._step(beams, frame)
            top = max(blank + unit for blank, unit in beams.values())
            scale += math.log(top)
            for cell in beams.values():
                cell[0] /= top
                cell[1] /= top
        return self._finish(beams, scale, best)

    def _step(self, beams: Beams, frame: NDArray[np.float32]) -> Beams:
        blank = float(frame[0])
        if blank > 0.999:
            for cell in beams.values():
                cell[:] = (cell[0] + cell[1]) * blank, 0.0
            return beams
        trie, probabilities = self._trie, frame.tolist()
        top = np.argpartition(frame, -self.weights.units)[-self.weights.units :].tolist()
        candidates = [(unit, probabilities[unit]) for unit in top if unit and probabilities[unit] > 1e-5]
        first = trie.children[0]
        grown: Beams = {}
        for (path, node), (ends_blank, ends_unit) in beams.items():
            both = ends_blank + ends_unit
            cell = grown.setdefault((path, node), [0.0, 0.0])
            cell[0] += both * blank
            last = trie.unit[node]
            if ends_unit:
                cell[1] += ends_unit * probabilities[last]
            children = trie.children[node]
            closed = self._close(path, node) if trie.words[node] else None
            for unit, probability in candidates:
                mass = (ends_blank if unit == last else both) * probability
                if not mass:
                    continue
                if child := children.get(unit):
                    grown.setdefault((path, child), [0.0, 0.0])[1] += mass
                if closed and (child := first.get(unit)):
                    grown.setdefault((closed, child), [0.0, 0.0])[1] += mass
        return self._prune(grown)

    def _close(self, path: _Path, node: int) -> _Path:
        """The path with the word that ends at this node; of several that sound the same, the likeliest."""
        if found := path.following.get(node):
            return found
        score, word = max((self.model.score(path.before, path.last, word), word) for word in self._trie.words[node])
        found = path.following[node] = _Path(path, word, path.score + self._reward(score))
        return found

    def _prune(self, beams: Beams) -> Beams:
        outlook = self._outlook
        ranked = [
            (math.log(cell[0] + cell[1]) + key[0].score + outlook[key[1]], number, key)
            for number, (key, cell) in enumerate(beams.items())
            if cell[0] + cell[1] > 0.0
        ]
        ranked.sort(reverse=True)
        least = ranked[0][0] - self.weights.threshold
        kept: Beams = {}
        alike: dict[tuple[int, int, int], int] = {}
        for rank, _, key in ranked:
            if rank < least or len(kept) == self.weights.beam:
                break
            path, node = key
            state = path.before, path.last, node
            alike[state] = alike.get(state, 0) + 1
            if alike[state] <= ALIKE:
                kept[key] = beams[key]
        return kept

    def _finish(self, beams: Beams, scale: float, best: int) -> list[tuple[list[int], float]]:
        """Closes what can be closed; a syllable that was never finished is dropped."""
        scores: dict[_Path, float] = {}
        for (path, node), (blank, unit) in beams.items():
            complete = not node or bool(self._trie.words[node])
            ended = self._close(path, node) if node and complete else path
            score = math.log(blank + unit) + scale + ended.score
            if ended.parent:
                score += self.weights.language_model * self.model.score(ended.before, ended.last, END)
            if not complete:
                score += self._outlook[node]
            scores[ended] = max(score, scores.get(ended, -math.inf))
        ranked = heapq.nlargest(best, scores.items(), key=lambda item: item[1])
        return [(path.words(), score) for path, score in ranked]
