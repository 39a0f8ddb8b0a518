"""What tells procedures of one subject apart: is a paper new, lost or to be changed; are foreigners in it; for whom?

traits.json holds for each value of each trait how names put it and how callers do; and how it is said aloud where the
words of the name will not do, and what is said of names that have none of the values ("otherwise"). Names and queries
are compared by their traits (see `search`), and choices are told apart by them (see `choices`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.procedures.search.colloquial import strip
from services.procedures.text import fold


class _Phrases:
    """Phrases and the values that each stands for, a bit for every value of every trait."""

    def __init__(self, bits: Iterable[tuple[str, int]]) -> None:
        self._bits: dict[str, int] = {}
        for phrase, bit in bits:
            self._bits[phrase] = self._bits.get(phrase, 0) | bit
        longest_first = sorted(self._bits, key=len, reverse=True)
        self._pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b")

    def find(self, stripped: str) -> list[tuple[str, int]]:
        """What stands in the text, with its bits: "sửa đổi" holds no "đổi"."""
        return [(phrase, self._bits[phrase]) for phrase in self._pattern.findall(stripped)]


@dataclass(frozen=True)
class Trait:
    names: _Phrases  # as names put it
    speech: _Phrases  # as callers and names put it
    plain_speech: _Phrases  # the same without diacritics
    said: Mapping[int, str]  # how a value is said aloud, by its bit; otherwise as the name puts it
    otherwise: str  # what is said of names without any of the values …
    otherwise_of: tuple[str, ...]  # … that begin like this
    within: int | None  # the first words of a name, where the trait must stand

    def told_of(self, name: str) -> str:
        """How the trait of a stripped name is said aloud; empty when that cannot be said."""
        head = " ".join(name.split()[: self.within])
        found = [self.said.get(bit, phrase) for phrase, bit in self.names.find(head)]
        if found:
            return " và ".join(dict.fromkeys(found))
        return self.otherwise if head.startswith(self.otherwise_of) else ""


def bits_of(stripped: str) -> int:
    """One bit for each value of each trait that the text has; it comes from `colloquial.strip`."""
    bits = 0
    for trait in traits():
        for _, found in (trait.plain_speech if stripped.isascii() else trait.speech).find(stripped):
            bits |= found
    return bits


@cache
def traits() -> tuple[Trait, ...]:
    described = json.loads(Path(__file__).with_name("traits.json").read_text(encoding="utf-8"))
    first = 0
    found: list[Trait] = []
    for each in described.values():
        found.append(_trait(each, first))
        first += len(each["values"])
    return tuple(found)


def _trait(described: Mapping[str, Any], first: int) -> Trait:
    values = [(value, 1 << at) for at, value in enumerate(described["values"], first)]
    names = [(strip(phrase) or phrase, bit) for value, bit in values for phrase in value["names"]]
    callers = [(strip(phrase) or phrase, bit) for value, bit in values for phrase in value["callers"]]
    return Trait(
        names=_Phrases(names),
        speech=_Phrases(names + callers),
        plain_speech=_Phrases((fold(phrase), bit) for phrase, bit in names + callers),
        said={bit: value["said"] for value, bit in values if "said" in value},
        otherwise=described["otherwise"],
        otherwise_of=tuple(described.get("otherwise_of", ("",))),
        within=described.get("within"),
    )
