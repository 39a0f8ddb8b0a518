"""Finds the procedure that a caller means.

Every procedure has many names (official, spoken, popular). A query is compared with each name in several ways (see
`fields`). Callers tell stories around the name, so it is looked for in every stretch of the query (a span of a few
syllables), and in the query as a whole, which tells "mất căn cước" from "căn cước". Names with a trait that the query
has not, or the other way round (see `traits`), procedures that are decided far away, and records that can be trusted
less score a little less. The score of a procedure is that of its best name: 0.6 and more for the name itself, above
ACCEPT for a clear mention, low for anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.procedures.record import Level, Procedure, Trust
from services.procedures.search.colloquial import official, strip
from services.procedures.search.fields import Field, Scores, characters, sounds, syllables, tones
from services.procedures.search.levels import split_level
from services.procedures.search.names import names_of
from services.procedures.search.traits import bits_of

ACCEPT = 0.28  # the caller means the best hit when it scores at least this …
MARGIN = 0.05  # … and this much more than the second; otherwise it offers a choice (see `choices`)

_WHOLE = 0.7  # share of the query as a whole in the score; the rest is that of its best span
_LONGEST_SPAN = 12  # words
_LONGEST_QUERY = 60  # words; what comes after them is left out
_LIKELY = 200  # names that are compared closely: those that the query holds most of
_ADDED = 8.0  # to the size of names when the likely ones are chosen: otherwise the shortest would always be
_COMMON = 1 / 8  # features that more of the names have do not make a name likely

_FIELDS = ((0.15, characters), (0.15, syllables), (0.2, sounds))
_TONES = (0.25, tones)  # where the query has diacritics

# Factors of scores.
_ALTERNATIVE = 0.95  # the recogniser's other transcripts
_MISSING_TRAIT = 0.9  # each trait that the name has and the query has not
_OTHER_TRAIT = 0.9  # each trait that the query has and the name has not
_TRUST = {Trust.REVIEWED: 1.06, Trust.IMPORTED: 1.0, Trust.WEAK: 0.97}
_LEVEL = {Level.WARD: 1.0, Level.CITY: 0.95, Level.MINISTRY: 0.95, Level.UNKNOWN: 0.92}

# Which of twins is taken.
_BETTER = tuple(Trust)
_NEARER = tuple(Level)


@dataclass(frozen=True)
class Hit:
    code: str
    name: str  # the spoken one
    score: float  # 0 to 1


class Index:
    def __init__(self, procedures: Sequence[Procedure]) -> None:
        self._procedures = procedures
        names = [(name, owner, factor) for owner, p in enumerate(procedures) for name, factor in names_of(p).items()]
        self._owners = np.array([owner for _, owner, _ in names], np.intp)
        priors = [_TRUST[p.trust] * _LEVEL[p.rank] for p in procedures]
        self._factors = np.array([factor * priors[owner] for _, owner, factor in names], np.float32)
        self._traits = np.array([bits_of(name) for name, _, _ in names], np.uint32)
        texts, owners = [name for name, _, _ in names], self._owners.tolist()
        self._fields = [(weight, Field(extract, texts, owners)) for weight, extract in (*_FIELDS, _TONES)]
        places = {procedure.code: at for at, procedure in enumerate(procedures)}
        self._twins = [
            sorted([at, *(places[code] for code in p.twins if code in places)]) for at, p in enumerate(procedures)
        ]

    def search(self, query: str, n: int = 5, alternatives: Sequence[str] = (), level: Level = Level.WARD) -> list[Hit]:
        """The best `n`, best first. Of twins, which differ in level only, one is found: that of the level which the
        query names, or else the one reviewed, or else that of the caller's `level`."""
        said, words = split_level(query)
        scores = self._scores(words)
        for alternative in alternatives:
            scores = np.maximum(scores, _ALTERNATIVE * self._scores(split_level(alternative)[1]))
        found: dict[int, Hit] = {}  # by the first of its twins
        for at in np.argsort(-scores, kind="stable"):
            if scores[at] <= 0 or len(found) == n:
                break
            twins = self._twins[at]
            if twins[0] not in found:
                best = min(twins, key=lambda twin: (*self._preference(twin, said, level), -scores[twin]))
                procedure = self._procedures[best]
                found[twins[0]] = Hit(procedure.code, procedure.spoken_name, min(1.0, float(scores[at])))
        return list(found.values())

    def _preference(self, at: int, said: Level | None, level: Level) -> tuple[bool | int, ...]:
        procedure = self._procedures[at]
        return (
            said not in (None, procedure.rank),
            procedure.trust is not Trust.REVIEWED,
            procedure.rank is not level,
            _BETTER.index(procedure.trust),
            _NEARER.index(procedure.rank),
        )

    def _scores(self, query: str) -> Scores:
        """Of every procedure."""
        stripped = strip(query)
        scores = np.zeros(len(self._procedures), np.float32)
        if len(self._owners):
            for said in dict.fromkeys((stripped, official(stripped))):
                if words := said.split()[:_LONGEST_QUERY]:
                    self._add(scores, words, bits_of(stripped))
        return scores

    def _add(self, scores: Scores, words: Sequence[str], traits: int) -> None:
        """Raises `scores` to those of these words."""
        fields = self._fields if not "".join(words).isascii() else self._fields[:-1]
        share = 1 / sum(weight for weight, _ in fields)
        asked = [(weight * share, field, field.ask(words)) for weight, field in fields]
        most = int(len(self._owners) * _COMMON) + 1
        held = _sum(weight * field.held(found, most) / (field.sizes + _ADDED) for weight, field, found in asked[1:])
        count = min(_LIKELY, len(held))
        likely = np.argpartition(-held * self._factors, count - 1)[:count]
        compared = [(weight, *field.compare(found, _spans(len(words)), likely)) for weight, field, found in asked]
        shared = _sum(weight * shares for weight, shares, _ in compared)
        similar = _sum(weight * alike for weight, _, alike in compared)
        mentioned = (similar * shared / (shared + 1)).max(axis=0)  # two syllables may be there by chance
        of_names = (1 - _WHOLE) * mentioned + _WHOLE * similar[0]
        own, said = self._traits[likely], np.uint32(traits)
        of_names *= _MISSING_TRAIT ** np.bitwise_count(own & ~said) * _OTHER_TRAIT ** np.bitwise_count(said & ~own)
        np.maximum.at(scores, self._owners[likely], of_names * self._factors[likely])


def _sum(parts: Iterable[Scores]) -> Scores:
    total: Scores = np.sum(list(parts), axis=0)
    return total


def _spans(words: int) -> NDArray[np.intp]:
    """(spans, 2): first word and end of all of the query, and of each stretch of it that may be a name."""
    stretches = [
        (start, end) for start in range(words) for end in range(start + 2, min(words, start + _LONGEST_SPAN) + 1)
    ]
    return np.array([(0, words), *stretches], np.intp)
