"""Finds the procedure that a caller means.

Every procedure has many names (official, spoken, popular). A query is compared with each name in three ways: character
n-grams, syllables, and syllables by their sound; rare features weigh more. Callers tell stories around the name, so it
is looked for in every stretch of the query (a span of a few syllables), and in the query as a whole, which tells "mất
căn cước" from "căn cước". The score of a procedure is that of its best name: 0.7 and more for the name itself, above
ACCEPT for a clear mention, low for anything else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.procedures.record import Procedure
from services.procedures.text import fold, sound

ACCEPT = 0.33  # the caller means the best hit when it scores at least this …
MARGIN = 0.05  # … and this much more than the second; otherwise offer a choice (see `Hit`), or say that it is unknown

Scores = NDArray[np.float32]

_QUERY_EXTRA = 0.4  # cost of what only the query has
_NAME_EXTRA = 0.6  # cost of what only the name has
_UNHEARD_OF = 0.7  # weight of features that no name has, relative to the rarest
_GROUP = 0.8  # factor for words that name a field of procedures
_ALTERNATIVE = 0.95  # factor for the recogniser's other transcripts
_WHOLE = 0.6  # share of the query as a whole in the score; the rest is that of its best span
_LONGEST_SPAN = 12  # words
_LONGEST_QUERY = 60  # words; what comes after them is left out
_LIKELY = 64  # names that are looked for in spans: those that the query holds most of
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Hit:
    code: str
    name: str  # the spoken one
    score: float  # 0 to 1


class Index:
    def __init__(self, procedures: Sequence[Procedure]) -> None:
        self._procedures = procedures
        synonyms = json.loads((_HERE / "synonyms.json").read_text(encoding="utf-8"))
        names: list[str] = []
        owners: list[int] = []
        factors: list[float] = []
        for owner, procedure in enumerate(procedures):
            own = [
                procedure.name,
                procedure.spoken_name,
                *procedure.other_names,
                *synonyms["names"].get(procedure.code, ()),
            ]
            groups = synonyms["groups"].get(procedure.group, ())
            distinct = dict.fromkeys([(strip(name), 1.0) for name in own] + [(strip(name), _GROUP) for name in groups])
            for name, factor in distinct:
                if name:
                    names.append(name)
                    owners.append(owner)
                    factors.append(factor)
        self._owners = np.array(owners, np.intp)
        self._factors = np.array(factors, np.float32)
        self._fields = [(weight, _Field(extract, names, owners)) for weight, extract in _FIELDS]

    def search(self, query: str, n: int = 5, alternatives: Sequence[str] = ()) -> list[Hit]:
        scores = self._scores(query)
        for alternative in alternatives:
            scores = np.maximum(scores, _ALTERNATIVE * self._scores(alternative))
        best = np.argsort(-scores, kind="stable")[:n]
        return [
            Hit(self._procedures[i].code, self._procedures[i].spoken_name, float(scores[i]))
            for i in best
            if scores[i] > 0
        ]

    def _scores(self, query: str) -> Scores:
        """Of every procedure."""
        scores = np.zeros(len(self._procedures), np.float32)
        words = strip(query).split()[:_LONGEST_QUERY]
        if not words or not len(self._owners):
            return scores
        asked = [(weight, field, field.ask(words)) for weight, field in self._fields]
        recall: Scores = np.sum([weight * field.recall(found) for weight, field, found in asked], axis=0)
        likely, spans = np.argsort(-recall)[:_LIKELY], _spans(len(words))
        compared = [(weight, *field.compare(found, spans, likely)) for weight, field, found in asked]
        shared: Scores = np.sum([weight * held for weight, held, _ in compared], axis=0)
        similar: Scores = np.sum([weight * alike for weight, _, alike in compared], axis=0)
        mentioned = (similar * shared / (shared + 1)).max(axis=0)  # two syllables may be there by chance
        of_names = (1 - _WHOLE) * mentioned + _WHOLE * similar[0]
        np.maximum.at(scores, self._owners[likely], of_names * self._factors[likely])
        return scores


def _spans(words: int) -> NDArray[np.intp]:
    """(spans, 2): first word and end of all of the query, and of each stretch of it that may be a name."""
    stretches = [
        (start, end) for start in range(words) for end in range(start + 2, min(words, start + _LONGEST_SPAN) + 1)
    ]
    return np.array([(0, words), *stretches], np.intp)


@dataclass(frozen=True)
class _Query:
    """Features of a query: where each of them stands, and which names know it."""

    places: NDArray[np.intp]  # (occurrences, 2): first word, end; sorted by feature
    first: NDArray[np.intp]  # (features,): its first occurrence
    weights: Scores  # (features,)
    known: NDArray[np.bool_]  # (features,)
    rows: NDArray[np.intp]  # (known features,): its row in the field


class _Field:
    """One way to compare texts: weighted overlap (Tversky's index) of their features."""

    def __init__(self, extract: Extract, names: Sequence[str], owners: Sequence[int]) -> None:
        self._extract = extract
        features = [{feature for feature, _, _ in extract(name.split())} for name in names]
        owners_of: dict[str, set[int]] = {}
        for owner, own in zip(owners, features, strict=True):
            for feature in own:
                owners_of.setdefault(feature, set()).add(owner)
        count = max(owners, default=0) + 1
        self._rows = {feature: row for row, feature in enumerate(owners_of)}
        self._weights = np.array([math.log((count + 1) / (len(o) + 0.5)) for o in owners_of.values()], np.float32)
        self._unheard_of = _UNHEARD_OF * math.log((count + 1) / 1.5)
        self._has = np.zeros((len(owners_of), len(names)), np.float32)
        for column, own in enumerate(features):
            self._has[[self._rows[feature] for feature in own], column] = 1
        self._sizes = self._weights @ self._has
        self._usual_size = float(self._sizes.mean()) if len(names) else 1.0

    def ask(self, words: Sequence[str]) -> _Query:
        found = sorted(self._extract(words))
        names = [feature for feature, _, _ in found]
        first = [at for at, name in enumerate(names) if not at or name != names[at - 1]]
        rows = [self._rows.get(names[at], -1) for at in first]
        return _Query(
            np.array([(start, end) for _, start, end in found], np.intp).reshape(-1, 2),
            np.array(first, np.intp),
            np.array([self._unheard_of if row < 0 else self._weights[row] for row in rows], np.float32),
            np.array([row >= 0 for row in rows], np.bool_),
            np.array([row for row in rows if row >= 0], np.intp),
        )

    def recall(self, query: _Query) -> Scores:
        """(names,) how much of each name the query holds, 0 to 1."""
        held: Scores = query.weights[query.known] @ self._has[query.rows] / np.maximum(self._sizes, 1e-6)
        return held

    def compare(self, query: _Query, spans: NDArray[np.intp], names: NDArray[np.intp]) -> tuple[Scores, Scores]:
        """(spans, names) what these spans of the query share with these names, in usual names, and how similar they
        are, 0 to 1."""
        starts, ends = query.places.T
        inside = (starts >= spans[:, :1]) & (ends <= spans[:, 1:])
        held = np.logical_or.reduceat(inside, query.first, axis=1) * query.weights
        shared: Scores = held[:, query.known] @ self._has[np.ix_(query.rows, names)]
        extra = _QUERY_EXTRA * (held.sum(axis=1, keepdims=True) - shared) + _NAME_EXTRA * (self._sizes[names] - shared)
        return shared / self._usual_size, shared / np.maximum(shared + extra, 1e-6)


Features = Iterable[tuple[str, int, int]]  # a feature with the words it stands in: the first, and the end
Extract = Callable[[Sequence[str]], Features]


def _characters(words: Sequence[str]) -> Features:
    for at, word in enumerate(words):
        padded = f" {fold(word)} "
        for n in (2, 3, 4):
            for i in range(len(padded) + 1 - n):
                yield padded[i : i + n], at, at + 1


def _syllables(words: Sequence[str]) -> Features:
    return _with_pairs([fold(word) for word in words])


def _sounds(words: Sequence[str]) -> Features:
    return _with_pairs([sound(fold(word)) for word in words])


def _with_pairs(words: Sequence[str]) -> Features:
    for at, word in enumerate(words):
        yield word, at, at + 1
    for at, (a, b) in enumerate(pairwise(words)):
        yield f"{a} {b}", at, at + 2


_FIELDS: tuple[tuple[float, Extract], ...] = ((0.4, _characters), (0.35, _syllables), (0.25, _sounds))


def strip(text: str) -> str:
    """`text` without courtesies, fillers and questions about an aspect; empty when nothing else is there."""
    lowered = " ".join(re.findall(r"\w+", text.lower()))
    return " ".join(_noise(lowered.isascii()).sub(" ", lowered).split())


@cache
def _noise(without_diacritics: bool) -> re.Pattern[str]:
    """Single syllables count only as they are written: without diacritics too many words look alike."""
    lines = (_HERE / "noise.txt").read_text(encoding="utf-8").splitlines()
    phrases: Iterable[str] = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if without_diacritics:
        phrases = {fold(phrase) for phrase in phrases if " " in phrase}
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")
