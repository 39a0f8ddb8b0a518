"""Strings of digits: telephone and identity numbers, heard and read back one digit at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .number_words import AFTER_TENS, DIGIT_VALUES, after_repair, is_number_token, is_ordinary, scan, words_of
from .numbers import DIGITS

_REPEATABLE = {"số", "con", "chữ"}
PHONE = re.compile(r"0[35789]\d{8}|02\d{9}|1[89]00\d{4,6}")
IDENTITY = re.compile(r"0\d{11}")


def digits_said(words: list[str], at: int) -> tuple[str, int] | None:
    """The next group of digits in an identifier: "chín", "mười lăm" (15), "ba số không" (000), "linh năm" (05)."""
    word = words[at]
    if is_number_token(word):
        return word, at + 1
    if word in ("linh", "lẻ") and at + 1 < len(words) and words[at + 1] in DIGIT_VALUES:
        return f"0{DIGIT_VALUES[words[at + 1]]}", at + 2
    if word in AFTER_TENS and word != "dăm":
        return str(AFTER_TENS[word]), at + 1
    count = DIGIT_VALUES.get(word, 0)
    if count > 1 and at + 2 < len(words) and words[at + 1] in _REPEATABLE and words[at + 2] in DIGIT_VALUES:
        return str(DIGIT_VALUES[words[at + 2]]) * count, at + 3
    found = scan(words, at)
    return (str(found.value), found.end) if found else None


def _is_digit(words: list[str], at: int, first: bool) -> bool:
    """Is the digit word at `at` one? "không" is zero only beside other digits."""
    if words[at] != "không":
        return not (first and is_ordinary(words, at))
    around = [_neighbour(words, at, step) for step in (-1, 1)]
    return any(w in DIGIT_VALUES or w in ("mười", "số") or is_number_token(w) for w in around)


def _neighbour(words: list[str], at: int, step: int) -> str:
    at += step
    while 0 <= at < len(words) and words[at] in ",.-":
        at += step
    return words[at] if 0 <= at < len(words) else ""


def _collect(text: str) -> str:
    words, collected, at = words_of(text), "", 0
    while at < len(words):
        group = digits_said(words, at)
        alone = group is not None and group[1] == at + 1 and words[at] in DIGIT_VALUES
        if group is None or (alone and not _is_digit(words, at, first=not collected)):
            at += 1
        else:
            collected, at = collected + group[0], group[1]
    return collected


def parse_digits(text: str, length: int | None = None) -> str:
    """All digits in what was said, in order; "" when there are none.

    Groups count as their digits ("mười lăm" is 15). After a self-repair the correction replaces as many digits as
    it has, or as many as make `length`.
    """
    before, after = (_collect(part) for part in after_repair(text))
    if not before or not after:
        return before or after
    dropped = len(before) + len(after) - length if length else len(after)
    return before[: len(before) - dropped] + after if 0 <= dropped <= len(before) else after


def parse_phone(text: str) -> str | None:
    """A Vietnamese telephone number as digits ("0912345678"), from words or writing; None when it is not one."""
    digits = re.sub(r"^(?:00)?84(?=[2-9]\d{8,9}$)", "0", parse_digits(text, 10))
    return digits if PHONE.fullmatch(digits) else None


def parse_identity(text: str) -> str | None:
    """A personal identity number (12 digits), from words or writing; None when it is not one."""
    digits = parse_digits(text, 12)
    return digits if IDENTITY.fullmatch(digits) else None


def default_groups(length: int) -> tuple[int, ...]:
    """Up to four digits in one breath, else threes, the last one up to four."""
    if length <= 4:
        return (length,)
    full, rest = divmod(length, 3)
    return (3,) * (full - 1) + ((4,) if rest == 1 else (3, rest) if rest else (3,))


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
    said, at = [], 0
    for length in lengths:
        said.append(" ".join(DIGITS[int(d)] for d in only[at : at + length]))
        at += length
    return ", ".join(said)


def read_phone(number: str) -> str:
    """A telephone number digit by digit: mobile 4-3-3, landline 3-4-4, hotline in one breath."""
    digits = re.sub(r"\D", "", number)
    if number.strip().startswith("+84"):
        digits = "0" + digits[2:]
    if re.fullmatch(r"1[89]00\d{4}", digits):
        return read_digits(digits, (8,))
    groups = {10: (4, 3, 3), 11: (3, 4, 4)}.get(len(digits))
    return read_digits(digits, groups)


def read_identity(number: str) -> str:
    """An identity number digit by digit in threes."""
    return read_digits(number, (3,) * (len(re.sub(r"\D", "", number)) // 3))
