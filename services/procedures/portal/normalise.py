"""Letters, spaces and capitals of the portal's texts as the rest of the system expects them."""

from __future__ import annotations

import re

from language.vi import letters

NOTHING = "Không có thông tin"  # the portal's word for null: neither "free" nor "not needed"

# Control, formatting and private characters (bullets of some word processor); blanks of other widths.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff\ufffe]"
)
_BLANKS = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_WORD = re.compile(r"[^\W\d_]+")
_PROPER = ("Việt Nam", "Hà Nội", "Nhà nước", "Chính phủ", "Quốc hội")
_PROPER_NAME = re.compile("|".join(_PROPER), re.IGNORECASE)
_AS_WRITTEN = {name.lower(): name for name in _PROPER}
_CAPITALS = 0.7  # share of capitals above which a name was typed with the shift lock on


def clean(text: str) -> str:
    """NFC, one place for tone marks (uỷ, ủy), plain spaces, no invisible characters; spaces and lines stay."""
    return letters.place_tones(_BLANKS.sub(" ", _INVISIBLE.sub("", text)))


def squeeze(text: str) -> str:
    """Single spaces, no empty lines."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    return " ".join(text.split())


def value(text: str) -> str:
    """Squeezed; empty when the portal says that there is no information."""
    told = squeeze(text)
    return "" if told.startswith(NOTHING) and len(told) < len(NOTHING) + 25 else told


def sentence_case(name: str) -> str:
    """A name in capitals as one writes it; abbreviations keep theirs. Other names stay as they are."""
    written = [char for char in name if char.isalpha()]
    if not written or sum(map(str.isupper, written)) < _CAPITALS * len(written):
        return name
    lowered = _WORD.sub(lambda word: _lower(word.group()), name)
    return _PROPER_NAME.sub(lambda proper: _AS_WRITTEN[proper.group().lower()], lowered[:1].upper() + lowered[1:])


def _lower(word: str) -> str:
    return word.lower() if len(word) == 1 or letters.is_syllable(word) else word
