"""Ways to compare a query with names: by characters, syllables, their sound, and their tones.

Each way cuts texts into features; rare features weigh more. Everything is kept sparse: thousands of procedures have
tens of thousands of names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.procedures.search.colloquial import sound_key_of
from services.procedures.text import fold_syllable, sound

Scores = NDArray[np.float32]
Ids = NDArray[np.int32]
Features = Iterable[tuple[str, int, int]]  # a feature with the words it stands in: the first, and the end
Extract = Callable[[Sequence[str]], Features]

UNHEARD_OF = 0.7  # weight of features that no name has, relative to the rarest
QUERY_EXTRA = 0.5  # cost of what only the query has
NAME_EXTRA = 0.6  # cost of what only the name has


@dataclass(frozen=True)
class Asked:
    """Features of a query: where each of them stands, and which names know it."""

    places: NDArray[np.intp]  # (occurrences, 2): first word, end; sorted by feature
    first: NDArray[np.intp]  # (features,): its first occurrence
    weights: Scores  # (features,)
    rows: NDArray[np.intp]  # (features,): its row in the field, -1 where no name has it


class Field:
    """One way to compare texts: weighted overlap (Tversky's index) of their features."""

    def __init__(self, extract: Extract, names: Sequence[str], owners: Sequence[int]) -> None:
        self._extract = extract
        self._rows = rows = dict[str, int]()
        own = [{rows.setdefault(feature, len(rows)) for feature, _, _ in extract(name.split())} for name in names]
        self._features_from = np.cumsum([0, *map(len, own)])
        self._features = np.fromiter((row for mine in own for row in mine), np.int32, self._features_from[-1])
        holders = np.repeat(np.arange(len(names), dtype=np.int32), np.diff(self._features_from))
        order = np.argsort(self._features, kind="stable")
        self._names = holders[order]
        counts = np.bincount(self._features, minlength=len(self._rows))
        self._names_from = np.cumsum([0, *counts])
        owner_of = np.asarray(owners, np.int64)
        count = int(owner_of.max(initial=0)) + 1
        known_by = np.bincount(
            np.unique(self._features * np.int64(count) + owner_of[holders]) // count, minlength=len(self._rows)
        )
        self._weights = np.log((count + 1) / (known_by + 0.5)).astype(np.float32)
        self._unheard_of = UNHEARD_OF * math.log((count + 1) / 1.5)
        sums = np.concatenate([[0], np.cumsum(self._weights[self._features], dtype=np.float64)])
        self.sizes: Scores = np.diff(sums[self._features_from]).astype(np.float32)
        self._usual_size = float(self.sizes.mean()) if names else 1.0

    def ask(self, words: Sequence[str]) -> Asked:
        found = sorted(self._extract(words))
        names = [feature for feature, _, _ in found]
        first = [at for at, name in enumerate(names) if not at or name != names[at - 1]]
        rows = np.array([self._rows.get(names[at], -1) for at in first], np.intp)
        return Asked(
            np.array([(start, end) for _, start, end in found], np.intp).reshape(-1, 2),
            np.array(first, np.intp),
            np.where(rows < 0, np.float32(self._unheard_of), self._weights[rows]),
            rows,
        )

    def held(self, query: Asked, most: int) -> Scores:
        """(names,) the weight of what each name shares with the query; features of more than `most` names left out."""
        rows = query.rows[query.rows >= 0]
        lengths = self._names_from[rows + 1] - self._names_from[rows]
        rows = rows[lengths <= most]
        if not len(rows):
            return np.zeros(len(self.sizes), np.float32)
        holders = np.concatenate([self._names[self._names_from[row] : self._names_from[row + 1]] for row in rows])
        weights = np.repeat(self._weights[rows], self._names_from[rows + 1] - self._names_from[rows])
        return np.bincount(holders, weights, len(self.sizes)).astype(np.float32)

    def compare(self, query: Asked, spans: NDArray[np.intp], names: NDArray[np.intp]) -> tuple[Scores, Scores]:
        """(spans, names) what these spans of the query share with these names, in usual names, and how similar they
        are, 0 to 1."""
        starts, ends = query.places.T
        inside = (starts >= spans[:, :1]) & (ends <= spans[:, 1:])
        held = np.logical_or.reduceat(inside, query.first, axis=1) * query.weights
        known = query.rows >= 0
        shared: Scores = held[:, known] @ self._has(query.rows[known], names)
        extra = QUERY_EXTRA * (held.sum(axis=1, keepdims=True) - shared) + NAME_EXTRA * (self.sizes[names] - shared)
        return shared / self._usual_size, shared / np.maximum(shared + extra, 1e-6)

    def _has(self, rows: NDArray[np.intp], names: NDArray[np.intp]) -> Scores:
        """(rows, names) 1 where the name has the feature."""
        place = np.full(len(self._rows) + 1, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        starts, ends = self._features_from[names], self._features_from[names + 1]
        features = np.concatenate([self._features[start:end] for start, end in zip(starts, ends, strict=True)])
        at, column = place[features], np.repeat(np.arange(len(names)), ends - starts)
        has = np.zeros((len(rows), len(names)), np.float32)
        has[at[at >= 0], column[at >= 0]] = 1
        return has


def characters(words: Sequence[str]) -> Features:
    for at, word in enumerate(words):
        for letters in _runs(fold_syllable(word)):
            yield letters, at, at + 1


def syllables(words: Sequence[str]) -> Features:
    return _with_pairs([fold_syllable(word) for word in words])


def sounds(words: Sequence[str]) -> Features:
    return _with_pairs([sound(fold_syllable(word)) for word in words])


def tones(words: Sequence[str]) -> Features:
    return _with_pairs([sound_key_of(word) for word in words])


@lru_cache(1 << 15)
def _runs(word: str) -> tuple[str, ...]:
    """Two to four letters that follow each other; the ends of the word count as one."""
    padded = f" {word} "
    return tuple(padded[at : at + n] for n in (2, 3, 4) for at in range(len(padded) + 1 - n))


def _with_pairs(words: Sequence[str]) -> Features:
    for at, word in enumerate(words):
        yield word, at, at + 1
    for at, (a, b) in enumerate(pairwise(words)):
        yield f"{a} {b}", at, at + 2
