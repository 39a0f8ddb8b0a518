"""What callers report: of which category it is and how soon somebody must see to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from language.vi.letters import fold, syllables

STORY = 4000  # characters that are kept of one story
_SECRET = re.compile(
    r"""(?P<head> \b (?: otp | ô\stê\spê | pin | cvv | m[ậa]t\skh[ẩa]u
            | m[ãa]\s (?: otp | pin | x[áa]c\snh[ậa]n | x[áa]c\sth[ựu]c | b[ảa]o\sm[ậa]t | giao\sd[ịi]ch
                | đ[ăa]ng\snh[ậa]p | k[íi]ch\sho[ạa]t | s[áa]u\ss[ốo] | 6\ss[ốo] ) )
        (?: \s[^\W\d]+ ){0,4}? [\s:]* )
    (?P<code> \d (?: [\s.-]?\d ){3,7} ) (?! [\s.-]?\d )""",
    re.IGNORECASE | re.VERBOSE,
)


class Kind(StrEnum):
    """Kinds of tickets with rules of their own. Others may be opened: a service that the machine cannot do."""

    COMPLAINT = "complaint"
    SCAM = "scam"
    HAND_OVER = "hand_over"
    CALLBACK = "callback"


class Category(StrEnum):
    SLOW = "slow"
    ATTITUDE = "attitude"
    FEE = "fee"
    ENVIRONMENT = "environment"
    ORDER = "order"
    INFRASTRUCTURE = "infrastructure"
    OTHER = "other"


class Priority(StrEnum):
    URGENT = "urgent"  # life or limb, or money that the bank may still stop
    HIGH = "high"
    NORMAL = "normal"


@dataclass(frozen=True)
class Report:
    """In the caller's own words, and what was made of them. Codes and passwords in the words are blanked out."""

    story: str
    category: Category | None = None
    ward: str | None = None  # official name
    place: str | None = None  # as it was said
    time: str | None = None  # as it was said
    day: date | None = None
    suspect: str | None = None  # telephone number of a swindler
    loss: bool = False  # money or codes have gone out


@dataclass(frozen=True)
class Consent:
    """To be contacted. Provable: what was asked, what was answered, and when."""

    at: datetime
    asked: str
    answered: str


def find_category(story: str) -> Category | None:
    """By the words of the story; None when they do not tell."""
    said = _Said(story)
    scores = {name: said.weight(phrases) for name, phrases in _words()["categories"].items()}
    best = max(scores, key=lambda name: scores[name])
    return Category(best) if scores[best] else None


def tells_of_danger(story: str) -> bool:
    return _Said(story).weight(_words()["danger"]) > 0


def tells_of_loss(story: str) -> bool:
    """Whether money, or a code that opens an account, has already gone out."""
    return _Said(story).weight(_words()["loss"]) > 0


def priority_of(kind: str, report: Report | None) -> Priority:
    if report is None:
        return Priority.NORMAL
    if tells_of_danger(report.story) or (kind == Kind.SCAM and (report.loss or tells_of_loss(report.story))):
        return Priority.URGENT
    return Priority.HIGH if kind == Kind.SCAM or report.category is Category.FEE else Priority.NORMAL


def tells_secrets(text: str) -> bool:
    """Whether a one-time code, a PIN or a password of digits is read aloud."""
    return _SECRET.search(text) is not None


def without_secrets(text: str) -> str:
    """Codes and passwords blanked out: nobody may keep them."""
    return _SECRET.sub(lambda found: f"{found['head']}***", text)


def keepable(text: str) -> str:
    """NFC without control characters (PostgreSQL takes no NUL) and secrets, at most `STORY` characters."""
    plain = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text))
    return without_secrets(" ".join(plain.split()))[:STORY].rstrip()


def all_keepable(value: Any) -> Any:
    """JSON with every text in it `keepable`."""
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, Mapping):
        return {name: all_keepable(inner) for name, inner in value.items()}
    return [all_keepable(inner) for inner in value] if isinstance(value, list | tuple) else value


class _Said:
    def __init__(self, text: str) -> None:
        self._words = f" {' '.join(syllables(text))} "
        self._plain = self._words.isascii()

    def weight(self, phrases: Iterable[str]) -> int:
        """Syllables of the phrases that occur; a phrase within a longer one that occurs adds to it."""
        forms = phrases if not self._plain else (fold(phrase) for phrase in phrases if _tells_without_marks(phrase))
        return sum(len(form.split()) for form in set(forms) if f" {form} " in self._words)


def _tells_without_marks(phrase: str) -> bool:
    return " " in phrase or phrase in _words()["alone"]


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))
    return loaded
