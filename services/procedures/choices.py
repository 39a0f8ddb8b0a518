"""Whether it is clear which procedure is meant, and if not, what to choose between and how to tell it apart aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from language.vi import letters
from services.procedures.colloquial import strip
from services.procedures.record import Level, Procedure
from services.procedures.search import ACCEPT, MARGIN, Hit
from services.procedures.traits import traits

MOST = 3  # as many as can be kept in mind

_LONGEST = 8  # words of a difference
_SHORTEST = 3
_LEVELS = {Level.WARD: "ở phường, xã", Level.CITY: "ở thành phố", Level.MINISTRY: "ở bộ"}


@dataclass(frozen=True)
class Choice:
    code: str
    name: str  # the spoken one
    difference: str  # what it has and the others have not, in a few words; its name where they have little in common


def is_clear(hits: Sequence[Hit]) -> bool:
    """Whether the first of these hits, best first, is meant beyond doubt."""
    if not hits or hits[0].score < ACCEPT:
        return False
    return len(hits) == 1 or hits[0].score - hits[1].score >= MARGIN


def plausible(hits: Sequence[Hit]) -> list[Hit]:
    """Those to choose between when none is clear: near the best, if that is good enough by itself."""
    if not hits or hits[0].score < ACCEPT:
        return []
    return [hit for hit in hits if hits[0].score - hit.score < 2 * MARGIN][:MOST]


def tell_apart(procedures: Sequence[Procedure]) -> tuple[Choice, ...]:
    """What to say of each, in their order. No difference can be said of procedures with the same name and level."""
    differences = _differences(procedures)
    return tuple(Choice(p.code, p.spoken_name, said) for p, said in zip(procedures, differences, strict=True))


def _differences(procedures: Sequence[Procedure]) -> list[str]:
    names = [letters.syllables(letters.normalise(procedure.spoken_name)) for procedure in procedures]
    if _have_a_subject(names):
        stripped = [strip(procedure.name) for procedure in procedures]
        for said in ([trait.told_of(name) for name in stripped] for trait in traits()):
            if _distinct(said):
                return said
        for said in (_own_words(names), [_LEVELS.get(procedure.rank, "") for procedure in procedures]):
            if _distinct(said):
                return said
    return [procedure.spoken_name for procedure in procedures]


def _have_a_subject(names: Sequence[Sequence[str]]) -> bool:
    """Whether names have so much in common that saying it each time would only hide the difference."""
    return bool(names) and 2 * len(set.intersection(*map(set, names))) >= min(map(len, names))


def _own_words(names: Sequence[list[str]]) -> list[str]:
    """What stands between the words with which all names begin and those with which they all end, with a few words
    more where it is too short to be understood; nothing for names that have little in common there."""
    begin = _common(names)
    end = _common([name[begin:][::-1] for name in names])
    if 2 * (begin + end) < min(map(len, names)):
        return []
    own = [name[begin : max(len(name) - end, begin + _SHORTEST)] for name in names]
    return [" ".join(words) if len(words) <= _LONGEST else "" for words in own]


def _common(names: Sequence[Sequence[str]]) -> int:
    """With how many words all begin."""
    return next((at for at, words in enumerate(zip(*names, strict=False)) if len(set(words)) > 1), min(map(len, names)))


def _distinct(said: Sequence[str]) -> bool:
    return all(said) and len(set(said)) == len(said) > 1
