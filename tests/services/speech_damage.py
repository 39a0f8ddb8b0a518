"""Damages transcripts the way recognisers and dialects do, repeatably."""

from __future__ import annotations

import random
import re
import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_CONFUSED = (
    ("l", "n"),
    ("tr", "ch"),
    ("s", "x"),
    ("d", "gi"),
    ("r", "d"),
    ("v", "d"),
    ("c", "t"),
    ("h", "kh"),
    ("b", "m"),
)
_FINALS = (("ng", "n"), ("c", "t"), ("nh", "n"), ("m", "n"), ("p", "t"))
_STRAYS = "à ừ mà thì là cái con lại đi vào cho nhà ba mới về xa"


def damage(text: str, rate: float, seed: int) -> str:
    """`text` with about `rate` of its syllables wrong: another tone, onset or final, left out, or another word."""
    chance = random.Random(f"{seed} {text}")
    words = [_wrong(word, chance) if chance.random() < rate else word for word in text.split()]
    return " ".join(word for word in words if word) or text


def _wrong(word: str, chance: random.Random) -> str:
    kind = chance.choice(("tone", "tone", "onset", "onset", "final", "drop", "stray"))
    if kind == "drop":
        return ""
    if kind == "tone":
        return _with_tone(word, chance.choice(("", *_TONES)))
    if kind == "onset":
        return next((re.sub(f"^{b}", a, word) for a, b in _either(_CONFUSED, chance) if word.startswith(b)), word)
    if kind == "final":
        return next((word.removesuffix(a) + b for a, b in _either(_FINALS, chance) if word.endswith(a)), word)
    return chance.choice(_STRAYS.split())


def _either(pairs: tuple[tuple[str, str], ...], chance: random.Random) -> list[tuple[str, str]]:
    both = [*pairs, *((b, a) for a, b in pairs)]
    chance.shuffle(both)
    return both


def _with_tone(word: str, tone: str) -> str:
    plain = [c for c in unicodedata.normalize("NFD", word) if c not in _TONES]
    at = max((i for i, c in enumerate(plain) if c.lower() in "aeiouy"), default=None)
    if at is not None:
        while at + 1 < len(plain) and unicodedata.combining(plain[at + 1]):
            at += 1
        plain.insert(at + 1, tone)
    return unicodedata.normalize("NFC", "".join(plain))
