"""What callers say, brought nearer to what procedures are called.

`strip` leaves out what is said around a name (fillers.txt). `official` puts one phrase for each thing that has many
names (phrases.txt): "sổ hồng", "bìa đỏ" and the law's fourteen syllables all become "sổ đỏ". Both are applied to
queries and to names alike, so it does not matter which of the phrases is the chosen one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from language.vi import letters
from language.vi.dialects import sound_key
from language.vi.numbers import read_number
from services.procedures.text import fold_syllable

_HERE = Path(__file__).parent
_LONGEST_NUMBER = 4  # digits; longer ones are codes, not numbers

_ASKING = ("không", "khong")  # at the end: elsewhere it says no
_SO, _MORTGAGE = "thế", "chấp"  # "thế lệ phí bao nhiêu" mortgages nothing

Words = tuple[str, ...]


class _Phrases:
    """What to put for phrases, which are given as keys of their syllables; single words as they are."""

    def __init__(self, instead: Mapping[Words, Words]) -> None:
        self._single = {phrase[0]: put for phrase, put in instead.items() if len(phrase) == 1}
        self._longer: dict[str, list[tuple[Words, Words]]] = {}
        for phrase in sorted(instead, key=len, reverse=True):
            if len(phrase) > 1:
                self._longer.setdefault(phrase[0], []).append((phrase, instead[phrase]))

    def put(self, words: Sequence[str], keys: Sequence[str]) -> list[str]:
        """`words` with every phrase replaced, the longest first from left to right."""
        said: list[str] = []
        at = 0
        while at < len(words):
            for phrase, put in self._longer.get(keys[at], ()):
                if tuple(keys[at : at + len(phrase)]) == phrase:
                    said += put
                    at += len(phrase)
                    break
            else:
                said += self._single.get(words[at], (words[at],))
                at += 1
        return said


def strip(text: str) -> str:
    """`text` without courtesies, fillers and questions about an aspect, numbers in words; empty when nothing else is
    there."""
    words = letters.syllables(letters.normalise(text))
    plain = all(word.isascii() for word in words)
    spoken = [said for word in words for said in _number(word)]
    if plain:
        spoken = [fold_syllable(word) for word in spoken]
    said = _fillers(plain).put(spoken, spoken)
    while said and said[-1] in _ASKING:
        said.pop()
    if said[:1] == [_SO] and said[1:2] != [_MORTGAGE]:
        del said[0]
    return " ".join(said)


def official(stripped: str) -> str:
    """Stripped text with the chosen phrase for each of those that it holds."""
    words = stripped.split()
    return " ".join(_phrases(stripped.isascii()).put(words, [sound_key_of(word) for word in words]))


sound_key_of = lru_cache(1 << 15)(sound_key)  # of one syllable


def _number(word: str) -> list[str]:
    return read_number(int(word)).split() if word.isdecimal() and len(word) <= _LONGEST_NUMBER else [word]


@cache
def _fillers(plain: bool) -> _Phrases:
    """Single syllables count only as they are written: without diacritics too many words look alike."""
    phrases = [tuple(line.split()) for line in _lines("fillers.txt")]
    if plain:
        phrases = [tuple(map(fold_syllable, phrase)) for phrase in phrases if len(phrase) > 1]
    return _Phrases(dict.fromkeys(phrases, ()))


@cache
def _phrases(plain: bool) -> _Phrases:
    """By the sound of their syllables: single words would sound like too many others."""
    instead: dict[Words, Words] = {}
    for line in _lines("phrases.txt"):
        chosen, _, others = line.partition(":")
        for other in others.split(","):
            phrase, put = strip(other).split(), strip(chosen).split()
            if plain:
                phrase, put = [fold_syllable(word) for word in phrase], [fold_syllable(word) for word in put]
            if len(phrase) > 1 or not plain:
                instead.setdefault(tuple(map(sound_key_of, phrase) if len(phrase) > 1 else phrase), tuple(put))
    return _Phrases(instead)


def _lines(name: str) -> list[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
