"""English number words."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}

UNITS = {word: value for value, word in enumerate(DIGITS)} | {"oh": 0, "o": 0, "nought": 0, "nil": 0}
SMALL = {**{word: value for value, word in enumerate(_TEENS, 10)}}
TENS = {word: 10 * value for value, word in enumerate(_TENS, 2)}
_ORDINALS = _IRREGULAR | {
    (word[:-1] + "ieth" if word.endswith("y") else word + "th"): value
    for word, value in {**UNITS, **SMALL, **TENS}.items()
    if value > 0 and value not in _IRREGULAR.values() and len(word) > 2
}


@dataclass(frozen=True)
class Number:
    value: int
    end: int  # index after its last word


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers; hyphens part them ("twenty-one"), other marks stand alone."""
    return re.findall(r"[^\W\d_]+(?:'[a-z]+)?|[0-9]+|[^\w\s-]", text.lower())


def read_number(value: int) -> str:
    """ "one hundred and five". Raises ValueError below zero and from a trillion on."""
    if not 0 <= value < 10**12:
        raise ValueError(f"{value} is out of range")
    if value < 100:
        return _below_hundred(value)
    if value < 1000:
        rest = f" and {_below_hundred(value % 100)}" if value % 100 else ""
        return f"{DIGITS[value // 100]} hundred{rest}"
    word, scale = next((word, scale) for word, scale in reversed(_SCALES.items()) if value >= scale)
    following = value % scale
    joined = "" if not following else f"{' and' if following < 100 else ''} {read_number(following)}"
    return f"{read_number(value // scale)} {word}{joined}"


def _below_hundred(value: int) -> str:
    if value < 10:
        return DIGITS[value]
    if value < 20:
        return _TEENS[value - 10]
    return _TENS[value // 10 - 2] + (f" {DIGITS[value % 10]}" if value % 10 else "")


def read_ordinal(value: int) -> str:
    """ "twenty first", for the days of a month (1 to 31)."""
    by_value = {number: word for word, number in _ORDINALS.items()}
    if value in by_value:
        return by_value[value]
    return f"{_TENS[value // 10 - 2]} {by_value[value % 10]}"


def scan(words: list[str], at: int) -> Number | None:
    """The cardinal number that starts at `at`; a "oh" alone or digits one after the other are no such number."""
    if at < len(words) and words[at].isdecimal():
        return Number(int(words[at]), at + 1)
    total, group, end, small = 0, 0, at, False
    while at < len(words):
        word = words[at]
        if word in UNITS and not small and word not in ("oh", "o"):
            group, small = group + UNITS[word], True
        elif word in SMALL and not small and group % 100 == 0:
            group, small = group + SMALL[word], True
        elif word in TENS and not small and group % 100 == 0:
            group += TENS[word]
        elif word == "hundred" and 0 < group < 100:
            group, small = group * 100, False
        elif word in _SCALES and group:
            total, group, small = total + group * _SCALES[word], 0, False
        elif not (word == "and" and group + total and at + 1 < len(words) and _is_small(words[at + 1])):
            break
        at += 1
        end = at
    return Number(total + group, end) if end > 0 and (group or total or words[end - 1] == "zero") else None


def scan_ordinal(words: list[str], at: int) -> Number | None:
    """ "third", "twenty first", "2nd" (split into "2", "nd")."""
    if at >= len(words):
        return None
    if words[at].isdecimal():
        suffixed = at + 1 < len(words) and words[at + 1] in ("st", "nd", "rd", "th")
        return Number(int(words[at]), at + 2) if suffixed else None
    if words[at] in _ORDINALS:
        return Number(_ORDINALS[words[at]], at + 1)
    if words[at] in TENS and at + 1 < len(words) and 0 < _ORDINALS.get(words[at + 1], 0) < 10:
        return Number(TENS[words[at]] + _ORDINALS[words[at + 1]], at + 2)
    return None


def parse_number(text: str) -> int | None:
    """The first number in what was said or written; None when there is none."""
    words = words_of(re.sub(r"(?<=\d)[,.](?=\d{3}\b)", "", text))
    return next((found.value for at in range(len(words)) if (found := scan(words, at))), None)


def _is_small(word: str) -> bool:
    return word in UNITS or word in SMALL or word in TENS
