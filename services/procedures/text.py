"""Text as the search compares it: without diacritics, and without what dialects and recognisers confuse."""

from __future__ import annotations

from functools import lru_cache

from language.vi import letters

_ONSETS = (
    ("tr", "c"),
    ("ch", "c"),
    ("x", "s"),
    ("gi", "z"),
    ("d", "z"),
    ("r", "z"),
    ("n", "l"),
    ("v", "z"),
    ("q", "k"),
)
_FINALS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"), ("p", "t"), ("m", "n"))
_VOWELS = str.maketrans({"y": "i", "u": "o"})
_SYLLABLES = 1 << 15  # more than the language has


def fold(text: str) -> str:
    """Lower-case syllables without diacritics and punctuation, one space between them."""
    return " ".join(letters.syllables(letters.fold(text)))


fold_syllable = lru_cache(_SYLLABLES)(fold)


@lru_cache(_SYLLABLES)
def sound(syllable: str) -> str:
    """A key that folded syllables share which sound alike in some dialect: l/n, tr/ch, s/x, d/gi/r/v; -n/-ng, -t/-c."""
    if syllable in ("ng", "nh") or syllable.isdigit():
        return syllable
    head, tail = "", syllable
    for onset, key in _ONSETS:
        if tail.startswith(onset) and len(tail) > len(onset) and not tail.startswith(("ng", "nh", "ngh")):
            head, tail = key, tail[len(onset) :]
            break
    for final, key in _FINALS:
        if tail.endswith(final) and len(tail) > len(final):
            tail = tail[: -len(final)] + key
            break
    return head + tail.translate(_VOWELS)
