"""Hanoi's wards and communes, found in what was said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from language.vi import fold, normalise, sound_key
from services import places

_UNITS = ("phường", "xã")
_STREETS = {"đường", "phố", "ngõ", "ngách", "chợ", "cầu", "chùa", "bệnh", "trường", "số"}  # "đường Láng" is no ward
_FILE = Path(places.__file__).with_name("hanoi_wards.json")


@dataclass(frozen=True)
class Ward:
    code: str
    name: str  # "Phường Ba Đình"

    @property
    def unit(self) -> str:
        return self.name.split(" ", 1)[0].lower()

    @property
    def proper(self) -> str:
        return self.name.split(" ", 1)[1]


@dataclass(frozen=True)
class Mention:
    """A ward named in `words[start:end]`; `certain` when it was called a ward and by its exact name."""

    wards: tuple[Ward, ...]  # more than one when the words may mean several
    start: int
    end: int
    certain: bool


@cache
def wards() -> tuple[Ward, ...]:
    return tuple(Ward(entry["code"], entry["name"]) for entry in json.loads(_FILE.read_text("utf-8"))["wards"])


@cache
def ward(code: str) -> Ward | None:
    return next((each for each in wards() if each.code == code), None)


def mention(words: Sequence[str]) -> Mention | None:
    """The ward that the normalised words name: where it is called so, else the name that comes last.

    Exact names first, then as some dialect may say them, then without diacritics.
    """
    for key in (_exact, sound_key, fold):
        spoken = [key(word) for word in words]
        called, by_itself = None, None
        for name, found in _by_name(key):
            length = len(name)
            for at in range(len(words) - length + 1):
                if tuple(spoken[at : at + length]) != name:
                    continue
                here = _mention(found, words, at, length, exact=key is _exact)
                if words[at - 1 : at] and fold(words[at - 1]) in ("phuong", "xa"):
                    called = here if called is None or here.end >= called.end else called
                elif words[at - 1] not in _STREETS if at else True:
                    by_itself = here if by_itself is None or here.end > by_itself.end else by_itself
        if called or (by_itself and not any(unit in words for unit in _UNITS)):
            return called or by_itself
    return None


def _mention(found: tuple[Ward, ...], words: Sequence[str], at: int, length: int, exact: bool) -> Mention:
    unit = words[at - 1] if at else ""
    same = tuple(each for each in found if each.unit == unit) or found
    named = fold(unit) in ("phuong", "xa")
    return Mention(same, at - named, at + length, exact and named and len(same) == 1 and same[0].unit == unit)


def _exact(text: str) -> str:
    return normalise(text)


@cache
def _by_name(key: object) -> list[tuple[tuple[str, ...], tuple[Ward, ...]]]:
    """Wards by the syllables of their names, long names first."""
    assert callable(key)
    named: dict[tuple[str, ...], list[Ward]] = {}
    for each in wards():
        for name in _names(each):
            named.setdefault(tuple(key(word) for word in normalise(name).split()), []).append(each)
    return sorted(((name, tuple(found)) for name, found in named.items()), key=lambda entry: -len(entry[0]))


def _names(each: Ward) -> list[str]:
    """ "Văn Miếu - Quốc Tử Giám" is called by either half, too."""
    halves = each.proper.split(" - ")
    return [" ".join(halves), *(halves if len(halves) > 1 else ())]
