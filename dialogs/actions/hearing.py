"""Small things heard in the caller's own words, where the intent does not say enough."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from language.vi.letters import fold, syllables

SHORT = 6  # syllables; longer sentences that begin with "có" ask something


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("hearing.yml").read_text(encoding="utf-8"))
    return loaded


def position(text: str, n: int) -> int | None:
    """Index of the one of `n` things offered that was chosen by its place: "cái thứ hai", "số 2", "cái cuối", "2"."""
    said = _plain(text)
    for place, phrases in _words()["places_alone"].items():
        if said in phrases:
            return _index(place, n)
    for place, phrases in _words()["places"].items():
        if _says(said, phrases):
            return _index(place, n)
    return None


def by_name(text: str, names: Sequence[str]) -> int | None:
    """Index of the one of `names` that was chosen by syllables that only it has."""
    said = set(_plain(text).split()) - set(_words()["common"])
    syllables = [set(_plain(name).split()) for name in names]
    counts = []
    for own in syllables:
        others = set().union(*(other for other in syllables if other is not own))
        counts.append(len((own - others) & said))
    best = max(counts, default=0)
    return counts.index(best) if best and counts.count(best) == 1 else None


def emergency(text: str) -> str | None:
    """ "fire", "medical" or "police"; None when the words do not tell."""
    said = " ".join(syllables(text))
    for kind, phrases in (entry for row in _words()["emergencies"] for entry in row.items()):
        if said.isascii():
            phrases = [fold(phrase) for phrase in phrases if phrase not in _words()["marked"]]
        if _says(said, phrases):
            return str(kind)
    return None


def cries_for_help(text: str) -> bool:
    said = " ".join(syllables(text))
    return _says(said, _words()["cries"]) and not _says(said, _words()["told"])


def refuses_recording(text: str) -> bool:
    return _says(" ".join(syllables(text)), _words()["refusals"])


def yes_no(text: str) -> bool | None:
    """Whether a short answer to a yes-or-no question begins with a yes or a no."""
    said = " ".join(syllables(text))
    if len(said.split()) > SHORT:
        return None
    for word, answer in (("no", False), ("yes", True)):
        phrases = [fold(phrase) if said.isascii() else phrase for phrase in _words()[word]]
        if any(f"{said} ".startswith(f"{phrase} ") for phrase in phrases):
            return answer
    return None


def says(text: str, topic: str) -> bool:
    """Whether one of the phrases listed under `topic` in hearing.yml was said."""
    return _says(_plain(text), _words()[topic])


def part_of_visit(text: str) -> str | None:
    """Which part of a visit is spoken of: "ward", "phone", "procedure", "session" or "day"."""
    parts: dict[str, list[str]] = _words()["visit_parts"]
    return next((part for part, phrases in parts.items() if _says(_plain(text), phrases)), None)


def is_correction(text: str) -> bool:
    return _says(_plain(text), _words()["corrections"])


def corrected(text: str) -> str:
    """What is meant instead: the words after "không phải", "nhầm rồi" at the beginning."""
    words = text.split()
    folded = [_plain(word) for word in words]
    openings = [phrase.split() for phrase in (*_words()["corrections"], *_words()["openings"])]
    while opening := next((o for o in openings if folded[: len(o)] == o), None):
        words, folded = words[len(opening) :], folded[len(opening) :]
    return " ".join(words)


def _index(place: int, n: int) -> int | None:
    index = place - 1 if place > 0 else n + place
    return index if 0 <= index < n else None


def _says(said: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in f" {said} " for phrase in phrases)


def _plain(text: str) -> str:
    """Folded words alone, without the particles that close a polite sentence."""
    words = re.sub(r"\W+", " ", fold(text)).split()
    while words and words[-1] in {"a", "nhe", "nha", "chau", "em", "day"} and len(words) > 1:
        words.pop()
    while words and words[0] == "da" and len(words) > 1:
        words.pop(0)
    return " ".join(words)
