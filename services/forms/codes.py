"""Codes of saved forms: nine digits, said in threes, random, with a check digit that finds slips of the ear.

The check digit is Damm's: every single wrong digit and every swap of neighbours is found.
"""

from __future__ import annotations

import secrets

from language.vi import parse_digits, read_digits

LENGTH = 9
_TABLE = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def new_code() -> str:
    """One of 90 million; never begins with a zero."""
    body = str(10 ** (LENGTH - 2) + secrets.randbelow(9 * 10 ** (LENGTH - 2)))
    return body + check_digit(body)


def check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = int(_TABLE[interim][int(digit)])
    return str(interim)


def parse_code(text: str) -> str | None:
    """The code in what was said, written or keyed; None when it is none, or was misheard."""
    digits = parse_digits(text[:200], LENGTH)
    return digits if is_code(digits) else None


def is_code(digits: str) -> bool:
    whole = len(digits) == LENGTH and digits.isascii() and digits.isdigit()
    return whole and digits[0] != "0" and check_digit(digits) == "0"


def read_code(code: str) -> str:
    return read_digits(code, (3, 3, 3))
