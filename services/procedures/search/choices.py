"""Whether it is clear which procedure is meant, and if not, what to choose between and how to tell it apart aloud."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from language.vi import letters
from services.procedures.portal.names import clip, is_apart, is_dangling, shorten
from services.procedures.record import Level, Procedure
from services.procedures.search.colloquial import strip
from services.procedures.search.index import ACCEPT, MARGIN, Hit
from services.procedures.search.traits import traits
from services.procedures.wording import lower

MOST = 3  # as many as can be kept in mind

_LONGEST = 6  # words of a difference, about
_SHORTEST = 2
_ANY_CASE = "trường hợp chung"  # of the one whose name says nothing more
_MARKS = " ,.;:"
_LEVELS = {Level.WARD: "ở phường, xã", Level.CITY: "ở thành phố", Level.MINISTRY: "ở bộ"}


@dataclass(frozen=True)
class Choice:
    code: str
    name: str  # the spoken one
    difference: str  # what it has and the others have not, in a few words; its name where they have little in common


@dataclass(frozen=True)
class Choices:
    subject: str  # what all are about, to be said once before the differences; empty when names are said
    each: tuple[Choice, ...]


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


def tell_apart(procedures: Sequence[Procedure]) -> Choices:
    """What to say of each, in their order."""
    names = [procedure.spoken_name for procedure in procedures]
    subject = _subject([name.split() for name in names])
    told = next(filter(_distinct, _differences(procedures)), None) if subject else None
    each = (Choice(p.code, p.spoken_name, said) for p, said in zip(procedures, told or names, strict=True))
    return Choices(subject if told else "", tuple(each))


def _differences(procedures: Sequence[Procedure]) -> Iterator[list[str]]:
    """Ways to say it, the best first; one that cannot say it of each leaves that empty."""
    names = [strip(procedure.name) for procedure in procedures]
    yield from ([trait.told_of(name) for name in names] for trait in traits())
    yield _own_words([procedure.spoken_name.split() for procedure in procedures])
    yield _own_words([shorten(procedure.name).plain.split() for procedure in procedures])
    if len({procedure.spoken_name for procedure in procedures}) < len(procedures):
        yield [procedure.distinction or _ANY_CASE for procedure in procedures]
        yield [_LEVELS.get(procedure.rank, "") for procedure in procedures]
        yield [f"lĩnh vực {letters.normalise(procedure.field)}" for procedure in procedures]


def _subject(names: Sequence[Sequence[str]]) -> str:
    """The longest run of words that all names share; empty when they have so little in common that saying it once
    would be no shorter than saying the names."""
    keys = [[_key(word) for word in name] for name in names]
    shared = set.intersection(*map(set, keys)) if len(keys) > 1 else set()
    if not shared or 2 * len(shared) < min(map(len, keys)):
        return ""
    padded = [f" {' '.join(words)} " for words in keys]
    shortest = min(names, key=len)
    for length in range(len(shortest), _SHORTEST - 1, -1):
        for start in range(len(shortest) - length, -1, -1):
            run = shortest[start : start + length]
            if all(f" {' '.join(map(_key, run))} " in name for name in padded):
                return " ".join(run).strip(_MARKS)
    return ""


def _own_words(names: Sequence[Sequence[str]]) -> list[str]:
    """What stands between the words with which all names begin and those with which they all end; nothing where that
    is little of them, or where a name has nothing there."""
    begin = _common(names)
    end = _common([name[begin:][::-1] for name in names])
    if not begin + end < min(map(len, names)) <= 2 * (begin + end):
        return []
    return [_understandable(name, begin, len(name) - end) for name in names]


def _understandable(name: Sequence[str], start: int, end: int) -> str:
    """These words of a name with as many around them as are needed, no compound torn apart."""
    while end < len(name) and (is_dangling(name[end - 1]) or not is_apart(name[end - 1], name[end])):
        end += 1
    start = max(0, min(start, end - _SHORTEST))
    while start and not is_apart(name[start - 1], name[start]):
        start -= 1
    return lower(clip(" ".join(name[start:end]).strip(_MARKS), _LONGEST))


def _common(names: Sequence[Sequence[str]]) -> int:
    """With how many words all begin."""
    keys = (set(map(_key, words)) for words in zip(*names, strict=False))
    return next((at for at, words in enumerate(keys) if len(words) > 1), min(map(len, names)))


def _key(word: str) -> str:
    return letters.normalise(word).strip(_MARKS)


def _distinct(said: Sequence[str]) -> bool:
    return all(said) and len(set(said)) == len(said) > 1
