"""Addresses of the web and of e-mail, read aloud."""

from __future__ import annotations

import re

from .letters import SYLLABLE, spell
from .lexicon import FOREIGN
from .numbers import DIGITS

_TOP = r"(?:vn|com|net|org|gov|edu|info|io|asia)"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_URL = re.compile(
    rf"(?<![\w@])(?:https?://)?(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.{_TOP}(?![\w-])(?:/(?:[\w\-./?=&%#]*[\w/])?)?",
    re.IGNORECASE | re.ASCII,
)
_MARKS = {".": "chấm", "@": "a còng", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo", "+": "cộng"}


def _label(label: str) -> str:
    """One word of an address: a known word, Vietnamese syllables run together, or letter by letter."""
    if label in FOREIGN:
        return FOREIGN[label]
    if label.isdigit():
        return " ".join(DIGITS[int(d)] for d in label)
    pieces = SYLLABLE.findall(label)
    if "".join(pieces) == label and len(pieces[0]) > 1:
        return " ".join(pieces)
    return spell(label)


def read_address(address: str) -> str:
    """ "dichvucong.gov.vn" gives "dịch vụ công chấm gốp chấm vi en"."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.lower()).rstrip("/")
    parts = re.findall(r"[a-z]+|[0-9]+|[.@\-_/+]", bare)
    return " ".join(_MARKS.get(part) or _label(part) for part in parts)


def replace_addresses(text: str) -> str:
    for pattern in (_EMAIL, _URL):
        text = pattern.sub(lambda m: f" {read_address(m.group())} ", text)
    return text
