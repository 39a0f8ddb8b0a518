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
from language.vi.turns import is_question

_MARKS = {"1": 1, "mot": 1, "2": 2, "hai": 2, "3": 3, "ba": 3, "4": 4, "bon": 4, "5": 5, "nam": 5}
_VALUE = f"({'|'.join(_MARKS)})"
_MARK = re.compile(rf"\b{_VALUE} (?:diem|sao)\b|\b(?:diem|muc|la|so) {_VALUE}\b(?! muoi| long)")

SHORT = 6  # syllables; longer sentences that begin with "có" ask something
GIVING_UP = 9  # words; within a longer sentence they may be somebody else's


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


def channel(text: str) -> str | None:
    """Through what a message is to come, when the caller says so: "sms", "zalo", "email"."""
    said = _plain(text)
    return next((name for name, phrases in _words()["channels"].items() if _says(said, phrases)), None)


def flow(text: str) -> str | None:
    """What is filled in by another flow than that of the forms: "queue", "complaint", "dossier"."""
    flows: dict[str, list[str]] = _words()["flows"]
    return next((name for name, phrases in flows.items() if _has_any(text, phrases)), None)


def for_somebody_else(text: str) -> bool:
    """Whether what is to be sent goes to another telephone than the caller's."""
    return _says(_plain(text), _words()["somebody_else"])


def when_ready(text: str) -> bool:
    """Whether a message is wanted once a dossier is done, rather than now."""
    return _says(_plain(text), _words()["when_ready"])


def rating(text: str) -> int | None:
    """From 1 to 5, said as a mark ("bốn điểm", "mức 3"), in words ("rất hài lòng") or as a number alone."""
    said = _without(_plain(text), _words()["about_rating"])
    mark = _MARK.search(said)
    if mark:
        return _MARKS[mark[1] or mark[2]]
    for value, phrases in (entry for row in _words()["ratings"] for entry in row.items()):
        if _says(said, phrases):
            return int(value)
    return _MARKS.get(said)


def about_what(text: str) -> str:
    """Of the wish for a message, the words that may name a procedure."""
    return _without(" ".join(syllables(text)), _words()["about_messages"])


def understood(text: str) -> bool | None:
    """Whether the caller says to have understood; None when it is not spoken of."""
    said = _plain(text)
    answers = {False: "not_understood", True: "understood"}
    return next((answer for answer, key in answers.items() if _says(said, _words()[key])), None)


def keyed(text: str) -> bool | None:
    """A yes (1) or a no (2) by key."""
    return {"1": True, "2": False}.get(text.strip())


def gives_up(text: str, said_no: bool = False) -> bool:
    """Whether what was begun is not wanted any more; whoever has `said_no` says so with less."""
    phrases = ("gives_up", "gives_up_with_no") if said_no else ("gives_up",)
    return len(text.split()) <= GIVING_UP and any(_has(text, name) for name in phrases)


def pauses(text: str) -> bool:
    """Whether what was begun is to be gone on with at another time."""
    return _has(text, "pauses")


def breaks_off(text: str) -> bool:
    """Either, where nothing is kept for another call."""
    return len(text.split()) <= GIVING_UP and (gives_up(text) or pauses(text))


def does_not_know(text: str) -> bool:
    return _has(text, "unknown")


def lacks(text: str) -> bool:
    """Whether the caller does not know what was asked for, or has not got it at hand."""
    return does_not_know(text) or _has(text, "missing")


def saves(text: str) -> bool:
    """Whether what was written down is to be kept as it is: "lưu đi em", and not for another day."""
    return _plain(text).split()[:1] == ["luu"] and not pauses(text)


def withdraws_consent(text: str) -> bool:
    return _says(_plain(text), _words()["withdrawals"])


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


def firmly(text: str) -> bool | None:
    """A yes or a no by first words that can hardly be anything else, in a sentence of any length that asks nothing."""
    said = " ".join(syllables(text))
    if is_question(text) or _says(said, _words()["waits"]):
        return None
    for name, answer in (("firm_no", False), ("firm_yes", True)):
        if any(f"{said} ".startswith(f"{phrase} ") for phrase in _words()[name]):
            return answer
    return None


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


def any_time(text: str) -> bool:
    """Whether the next time that is free will do."""
    return _says(_plain(text), _words()["soonest"])


def asks(text: str) -> bool:
    """Whether a word that asks is said anywhere."""
    return _has(text, "question_words")


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


def beyond_announcing(text: str) -> int:
    """Syllables that say more than that something is to be reported."""
    said = syllables(_without(" ".join(syllables(text)), _words()["nameless"]))
    plain = " ".join(said).isascii()
    announcing = {fold(word) if plain else word for word in _words()["announcing"]}
    return sum(word not in announcing for word in said)


def wants_no_name(text: str) -> bool:
    return _has(text, "nameless")


def bereaved(text: str) -> bool:
    """Whether the death of somebody near is told of, and not one long ago."""
    words = _words()
    said = " ".join(syllables(text))
    kin, between, after = ("|".join(words[name]) for name in ("kin", "between", "after"))
    told = rf"\b(?:{kin})(?: (?:{between}))*(?: (?:qua đời|tạ thế|từ trần)\b| (?:mất|chết)(?=$| (?:{after})\b))"
    found = re.search(told, said)
    if not found or _has(text, "long_ago"):
        return False
    return not _says(said[: found.start()], words["things"]) or _has(text, "funerals")


def _has(text: str, name: str) -> bool:
    """Whether a phrase of the list `name` is said."""
    return _has_any(text, _words()[name])


def _has_any(text: str, phrases: Iterable[str]) -> bool:
    """Their diacritics count where the words have any."""
    said = " ".join(syllables(text))
    return _says(said, map(fold, phrases) if said.isascii() else phrases)


def _index(place: int, n: int) -> int | None:
    index = place - 1 if place > 0 else n + place
    return index if 0 <= index < n else None


def _says(said: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in f" {said} " for phrase in phrases)


def _without(said: str, phrases: Iterable[str]) -> str:
    longest_first = "|".join(sorted(map(re.escape, phrases), key=len, reverse=True))
    return " ".join(re.sub(rf"\b(?:{longest_first})\b", " ", said).split())


def _plain(text: str) -> str:
    """Folded words alone, without the particles that close a polite sentence."""
    words = re.sub(r"\W+", " ", fold(text)).split()
    while words and words[-1] in {"a", "nhe", "nha", "chau", "em", "day"} and len(words) > 1:
        words.pop()
    while words and words[0] == "da" and len(words) > 1:
        words.pop(0)
    return " ".join(words)
