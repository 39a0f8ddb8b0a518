"""What sounds alike somewhere in Vietnam, so that words heard by a stranger to the dialect can still be found.

Merged: n and l (Red River delta), s and x, tr and ch, d, gi and r (North), v and d (South), ngã and hỏi (Centre,
South), final n and ng, t and c, nh and n, ch and t (South), spellings of one sound (c/k/q, i/y, ngh/ng, gh/g).
"""

from __future__ import annotations

import re
import unicodedata

_INITIALS = [
    ("ngh", "ng"), ("gh", "g"), ("gi", "d"), ("qu", "ku"), ("tr", "ch"), ("ch", "ch"), ("th", "th"), ("nh", "nh"),
    ("ng", "ng"), ("ph", "ph"), ("kh", "kh"), ("c", "k"), ("r", "d"), ("v", "d"), ("x", "s"), ("n", "l"),
]  # fmt: skip
_FINALS = [("nh", "n"), ("ng", "n"), ("ch", "t"), ("c", "t")]
_HOOK, _TILDE = "\u0309", "\u0303"
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_VOWEL = re.compile("[aăâeêioôơuưy]")


def sound_key(text: str) -> str:
    """Syllables, each as a key that is the same for all that may sound like it; words that are no syllable as they
    are."""
    return " ".join(_key(word) for word in unicodedata.normalize("NFC", text.lower()).split())


def _key(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    tone = "".join(_TONES.findall(letters)).replace(_TILDE, _HOOK)
    base = unicodedata.normalize("NFC", _TONES.sub("", letters))
    if base.startswith("gi") and not _VOWEL.match(base[2:]):  # gì, gìn: the i is the vowel
        base = f"d{base[1:]}"
    for initial, sound in _INITIALS:
        if base.startswith(initial):
            base = sound + base[len(initial) :]
            break
    for final, sound in _FINALS:
        if base.endswith(final) and len(base) > len(final) and _VOWEL.match(base[-len(final) - 1]):
            base = base[: -len(final)] + sound
            break
    return base.replace("y", "i") + tone
