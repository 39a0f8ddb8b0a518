"""Names of places as they have been since 1 July 2025: Hanoi's 126 wards and communes, the 34 provinces.

Source of both files: the vietnamese-provinces-database of Thang Le Quoc (MIT licence), data of 2026.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from language.vi.letters import fold, syllables

_HERE = Path(__file__).parent


def _names(file: str, kind: str) -> tuple[str, ...]:
    return tuple(place["name"] for place in json.loads((_HERE / file).read_text("utf-8"))[kind])


WARDS = _names("hanoi_wards.json", "wards")  # "Phường Ba Đình", "Xã Sóc Sơn" …
PROVINCES = _names("provinces.json", "provinces")


def find_wards(said: str, alternatives: Sequence[str] = ()) -> list[str]:
    """Official names of the wards that are named in what was said, the longest first; else in the first alternative."""
    for text in (said, *alternatives):
        words = f" {' '.join(syllables(text))} "
        plain = words.isascii()
        found = [name for name, form, folded in _forms() if f" {folded if plain else form} " in words]
        if found:
            return sorted(found, key=len, reverse=True)
    return []


@cache
def _forms() -> tuple[tuple[str, str, str], ...]:
    """Each ward as it is called, without "Phường" or "Xã" unless the name is one syllable alone."""
    names = ((ward, syllables(ward)) for ward in WARDS)
    forms = ((ward, " ".join(name[1:] if len(name) > 2 else name)) for ward, name in names)
    return tuple((ward, form, fold(form)) for ward, form in forms)
