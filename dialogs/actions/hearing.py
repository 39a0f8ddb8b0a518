"""Small things heard in the caller's own words, where the intent does not say enough."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from language.vi.digits import parse_digits
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


def keyed(text: str) -> bool | None:
    """A yes (1) or a no (2) by key."""
    return {"1": True, "2": False}.get(text.strip())


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


def lacks(text: str) -> bool:
    """Whether the caller has not got, or does not know, what was asked for."""
    return _says(_plain(text), _words()["lacks"])


def means_another(text: str) -> bool:
    return _says(_plain(text), _words()["others"])


def stops_reminding(text: str) -> bool:
    return _says(_plain(text), _words()["stops_reminding"])


def code_ending(text: str) -> str | None:
    """Last digits of a code that are called so: "mã đuôi không ba một bảy", "số cuối 0317"."""
    said = " ".join(text.split())
    for mark in re.finditer(_words()["endings"], said, re.IGNORECASE):
        digits = parse_digits(re.split(r"\b(?:nộp|ngày|hôm|tháng)\b", said[mark.end() :])[0])
        if len(digits) >= 4:
            return digits
    return None


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
