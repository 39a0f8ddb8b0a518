"""From words as they were heard to text as it is written: codes, telephone numbers, dates and amounts in digits."""

from __future__ import annotations

import re

from .digits import digits_said
from .number_words import TENS, UNITS, scan

_TOKENS = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|[0-9]+|[^\w\s]", re.IGNORECASE)
IDENTIFIER = 4  # digits said one by one from here on are no amount


def write(spoken: str) -> str:
    """Careful on purpose: a number of one word ("one of them", "a second") stays a word."""
    tokens = _TOKENS.findall(spoken.replace("-", " "))
    words, out, at = [token.lower() for token in tokens], list[str](), 0
    while at < len(tokens):
        digits, end = _run(words, at)
        number = scan(words, at)
        if len(digits) >= IDENTIFIER and not (number and number.end >= end):
            out.append(digits)
        elif number and number.end > at + 1:
            out.append(f"{number.value:,}")
            end = number.end
        else:
            out.append(tokens[at])
            end = at + 1
        at = end
    return re.sub(r"\s+(?=[,.;?!…])", "", " ".join(out))


def _run(words: list[str], at: int) -> tuple[str, int]:
    """Digits said one by one or in pairs from `at` on, and where they end."""
    digits = ""
    while at < len(words):
        group = digits_said(words, at)
        if group is None or (not digits and words[at] not in UNITS | TENS and words[at] not in ("double", "triple")):
            break
        if words[group[1] : group[1] + 1] and words[group[1]] in ("hundred", "thousand", "million"):
            break
        digits, at = digits + group[0], group[1]
    return digits, at
