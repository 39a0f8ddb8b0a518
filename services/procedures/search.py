"""Finds the procedure that a caller means.

Every procedure has many names (official, spoken, popular). A query is compared with each name in three ways: character
n-grams, syllables, and syllables by their sound; rare features weigh more. What the query has beyond the name costs
less than what the name has beyond the query, so that a name inside a long sentence still counts. The score of a
procedure is that of its best name: 1 for the name itself, above ACCEPT for a clear mention, low for anything else.
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

ACCEPT = 0.52  # the caller means the best hit when it scores at least this …
MARGIN = 0.06  # … and this much more than the second; otherwise offer a choice (see `Hit`), or say that it is unknown

Scores = NDArray[np.float32]
Features = frozenset[str]

_QUERY_EXTRA = 0.4  # cost of what only the query has
_NAME_EXTRA = 0.6  # cost of what only the name has
_UNHEARD_OF = 0.7  # weight of features that no name has, relative to the rarest
_GROUP = 0.8  # factor for words that name a field of procedures
_ALTERNATIVE = 0.95  # factor for the recogniser's other transcripts
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
        asked = strip(query)
        if asked and len(self._owners):
            of_names = sum((weight * field.similarities(asked) for weight, field in self._fields), np.float32(0))
            np.maximum.at(scores, self._owners, of_names * self._factors)
        return scores


class _Field:
    """One way to compare texts: weighted overlap (Tversky's index) of their features."""

    def __init__(self, extract: Callable[[str], Features], names: Sequence[str], owners: Sequence[int]) -> None:
        self._extract = extract
        features = [extract(name) for name in names]
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

    def similarities(self, query: str) -> Scores:
        """With every name, 0 to 1."""
        asked = self._extract(query)
        rows = [self._rows[feature] for feature in asked if feature in self._rows]
        weights = self._weights[rows]
        shared = weights @ self._has[rows]
        size = weights.sum() + self._unheard_of * (len(asked) - len(rows))
        extra = _QUERY_EXTRA * (size - shared) + _NAME_EXTRA * (self._sizes - shared)
        similar: Scores = shared / np.maximum(shared + extra, 1e-6)
        return similar


def _characters(text: str) -> Features:
    return frozenset(
        f" {word} "[i : i + n] for word in fold(text).split() for n in (2, 3, 4) for i in range(len(word) + 3 - n)
    )


def _syllables(text: str) -> Features:
    return _with_pairs(fold(text).split())


def _sounds(text: str) -> Features:
    return _with_pairs([sound(syllable) for syllable in fold(text).split()])


def _with_pairs(words: Sequence[str]) -> Features:
    return frozenset(words) | frozenset(f"{a} {b}" for a, b in pairwise(words))


_FIELDS: tuple[tuple[float, Callable[[str], Features]], ...] = ((0.4, _characters), (0.35, _syllables), (0.25, _sounds))


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
