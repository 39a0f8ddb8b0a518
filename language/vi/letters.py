"""Letters, syllables and the forms in which Vietnamese text is compared."""

from __future__ import annotations

import re
import unicodedata

# Names as they are said over the telephone: the two-syllable ones are told apart more easily than "lờ, mờ, nờ".
LETTER_NAMES = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép", "g": "giê",
    "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "e lờ", "m": "em mờ", "n": "en nờ", "o": "o", "ô": "ô", "ơ": "ơ",
    "p": "pê", "q": "quy", "r": "e rờ", "s": "ét sì", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép",
    "x": "ích xì", "y": "i dài", "z": "dét",
}  # fmt: skip

# Other ways callers say a letter, and how recognisers write them.
_SPOKEN_LETTERS = {
    "bờ": "b", "bi": "b", "cờ": "c", "dờ": "d", "đờ": "d", "đê": "d", "gờ": "g", "ghê": "g", "rê": "g", "hờ": "h",
    "hắt": "h", "hạt": "h", "hát": "h", "lờ": "l", "elờ": "l", "mờ": "m", "em": "m", "nờ": "n", "en": "n", "pờ": "p",
    "cu": "q", "rờ": "r", "sờ": "s", "ét": "s", "tờ": "t", "vờ": "v", "vi": "v", "xờ": "x", "ích": "x", "ít": "x",
    "zét": "z",
}  # fmt: skip

_TONED = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)

# One syllable without tone marks; enough to tell a word from a run of initials.
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ch|th|tr|ph|qu|[bcdđghklmnpqrstvx])?(?:[aăâeêioôơuưy]{1,3})(?:ng|nh|ch|[cmnpt])?"
)


def _carry(match: re.Match[str]) -> str:
    glide, vowel = tuple(match.group())
    plain, tone = tuple(unicodedata.normalize("NFD", vowel))
    return unicodedata.normalize("NFC", glide + tone) + plain


def place_tones(text: str) -> str:
    """NFC, tone on the first vowel of oa, oe, uy ("hoà" and "hòa" both give "hòa"); letters keep their case."""
    return _TONED.sub(_carry, unicodedata.normalize("NFC", text))


def normalise(text: str) -> str:
    """As `place_tones`, in lower case, with single spaces."""
    return " ".join(place_tones(unicodedata.normalize("NFC", text).lower()).split())


def fold(text: str) -> str:
    """Lower case without diacritics (đ gives d), single spaces. Punctuation stays."""
    marks_off = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return " ".join(marks_off.replace("đ", "d").split())


def syllables(text: str) -> list[str]:
    """Words in lower case (NFC), without punctuation; Vietnamese is written one syllable a word."""
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text.lower()))


def without_tones(word: str) -> str:
    """Tone marks off, vowel quality kept: "đường" gives "đương"."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    return unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", word) if c not in tones))


def is_syllable(word: str) -> bool:
    """Could the word be read as one Vietnamese syllable?"""
    return SYLLABLE.fullmatch(without_tones(word.lower())) is not None


def spell(letters: str) -> str:
    """Names of the letters, one after the other; characters without a name are left out."""
    names = (LETTER_NAMES.get(c) or LETTER_NAMES.get(fold(c)) for c in letters.lower())
    return " ".join(name for name in names if name)


def letter_said(words: list[str], at: int) -> tuple[str, int] | None:
    """The letter (upper case, without diacritics) whose name starts at `at`, and where the name ends."""
    for length in (2, 1):
        said = " ".join(words[at : at + length])
        if letter := _BY_NAME.get(said):
            return letter, at + length
    return None


_BY_NAME = {name: fold(letter).upper() for letter, name in LETTER_NAMES.items() if letter not in "ăâêôơư"}
_BY_NAME |= {name: letter.upper() for name, letter in _SPOKEN_LETTERS.items()}
