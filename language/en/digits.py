"""Strings of digits in English: heard, and read back one at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.vi.digits import IDENTITY, PHONE, default_groups

from .number_words import DIGITS, SMALL, TENS, UNITS, words_of

_TIMES = {"double": 2, "triple": 3, "treble": 3}
_REPAIR = re.compile(r"\b(?:no wait|sorry|i mean|correction|no,)\b[\s,]*", re.IGNORECASE)


def after_repair(text: str) -> tuple[str, str]:
    """What was said before "sorry, I mean" and after it; the first is "" when nothing was taken back."""
    *before, last = _REPAIR.split(text)
    return " ".join(before), last


def parse_digits(text: str, length: int | None = None) -> str:
    """All digits in what was said, in order: "double five oh" is 550, "twenty one" is 21; "" when there are none.

    After "sorry, I mean" the correction replaces as many digits as it has, or as many as make `length`.
    """
    before, after = (_collect(part) for part in after_repair(text))
    if not before or not after:
        return before or after
    dropped = len(before) + len(after) - length if length else len(after)
    return before[: len(before) - dropped] + after if 0 <= dropped <= len(before) else after


def digits_said(words: list[str], at: int) -> tuple[str, int] | None:
    """The next group of digits and where it ends."""
    word = words[at]
    if word.isdecimal():
        return word, at + 1
    if word in _TIMES and at + 1 < len(words) and words[at + 1] in UNITS:
        return str(UNITS[words[at + 1]]) * _TIMES[word], at + 2
    if word in TENS:
        unit = UNITS.get(words[at + 1], 0) if at + 1 < len(words) else 0
        return str(TENS[word] + unit), at + 1 + bool(unit)
    value = UNITS.get(word, SMALL.get(word))
    return None if value is None else (str(value), at + 1)


def _collect(text: str) -> str:
    words, collected, at = words_of(text), "", 0
    while at < len(words):
        group = digits_said(words, at)
        lone_letter = words[at] == "o" and not collected
        if group is None or lone_letter:
            at += 1
        else:
            collected, at = collected + group[0], group[1]
    return collected


def parse_phone(text: str) -> str | None:
    """A Vietnamese telephone number as digits ("0912345678"), from words or writing; None when it is not one."""
    digits = re.sub(r"^(?:00)?84(?=[2-9]\d{8,9}$)", "0", parse_digits(text, 10))
    return digits if PHONE.fullmatch(digits) else None


def parse_identity(text: str) -> str | None:
    """A personal identity number (12 digits), from words or writing; None when it is not one."""
    digits = parse_digits(text, 12)
    return digits if IDENTITY.fullmatch(digits) else None


def read_digits(digits: str, groups: Sequence[int] | None = None) -> str:
    """Words of the digits one by one, a comma between groups; separators in `digits` are ignored.

    `groups` are lengths that add up to the number of digits; ValueError when they do not.
    """
    only = re.sub(r"[\s.\-()]", "", digits)
    if not re.fullmatch(r"[0-9]+", only):
        raise ValueError("expected digits only")
    lengths = default_groups(len(only)) if groups is None else tuple(groups)
    if sum(lengths) != len(only):
        raise ValueError(f"groups {lengths} do not add up to {len(only)} digits")
    ends = [sum(lengths[: n + 1]) for n in range(len(lengths))]
    parts = [only[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    return ", ".join(" ".join(DIGITS[int(digit)] for digit in part) for part in parts)


def read_phone(number: str) -> str:
    """A telephone number digit by digit: mobile 4-3-3, landline 3-4-4, hotline in one breath."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+84"):
        digits = "0" + digits[2:]
    if re.fullmatch(r"1[89]00\d{4}", digits):
        return read_digits(digits, (4, 4))
    return read_digits(digits, {10: (4, 3, 3), 11: (3, 4, 4)}.get(len(digits)))


def read_identity(number: str) -> str:
    """An identity number digit by digit in threes."""
    return read_digits(number, (3,) * (len(re.sub(r"\D", "", number)) // 3))
