"""Vietnamese syllables: their sounds (initial, rhyme, tone), the units of the CTC head; and which are legal.

A toneless (level) syllable has no tone unit and one without an initial consonant no initial unit:
"khai sinh" is kh- ai s- inh, "nghiệp" is ng- iêp =nặng.
"""

from __future__ import annotations

import re
import unicodedata

INITIALS = [
    "b", "ch", "d", "g", "gi", "h", "k", "kh", "l", "m", "n", "ng", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr",
    "v", "x", "đ",
]  # fmt: skip
FREE_RHYMES = [
    "a", "ai", "ao", "au", "ay", "am", "an", "ang", "anh", "ăm", "ăn", "ăng", "âm", "ân", "âng", "âu", "ây", "e",
    "em", "en", "eng", "eo", "ê", "êm", "ên", "ênh", "êu", "i", "im", "in", "inh", "iu", "ia", "iêm", "iên", "iêng",
    "iêu", "yêm", "yên", "yêu", "o", "oi", "om", "on", "ong", "ô", "ôi", "ôm", "ôn", "ông", "ơ", "ơi", "ơm", "ơn",
    "u", "ui", "um", "un", "ung", "ua", "uôi", "uôm", "uôn", "uông", "ư", "ưi", "ưm", "ưng", "ưu", "ưa", "ươi", "ươm",
    "ươn", "ương", "ươu",
]  # fmt: skip
STOPPED_RHYMES = [
    "ac", "ach", "ap", "at", "ăc", "ăp", "ăt", "âc", "âp", "ât", "ec", "ep", "et", "êch", "êp", "êt", "ich", "ip",
    "it", "iêc", "iêp", "iêt", "yêt", "oc", "op", "ot", "ôc", "ôp", "ôt", "ơp", "ơt", "uc", "up", "ut", "uôc", "uôt",
    "ưc", "ưt", "ươc", "ươp", "ươt",
]  # fmt: skip
ROUNDED_RHYMES = [
    "oa", "oai", "oan", "oang", "oanh", "oao", "oay", "oam", "oe", "oen", "oeo", "oăm", "oăn", "oăng", "uê", "uơ",
    "uy", "uya", "uyên", "uynh", "uyu", "uân", "uây", "uâng",
]  # fmt: skip
ROUNDED_STOPPED_RHYMES = ["oac", "oach", "oat", "oap", "oăc", "oăt", "oet", "uât", "uêch", "uych", "uyt", "uyêt"]
TONES = ["huyền", "sắc", "ngã", "hỏi", "nặng"]

_MARKS = dict(zip("\u0300\u0301\u0303\u0309\u0323", TONES, strict=True))
_SPELLINGS = {"k": "c k", "ng": "ng ngh", "g": "g gh"}  # the second stands before e, ê, i
_SAME_SOUND = {"ngh": "ng", "gh": "g", "c": "k"}
_UNROUNDED = frozenset(["b", "m", "ph", "v", "n", "r", "g", "gi", "qu", "p"])  # hardly ever before a rounded rhyme
_SPLIT = re.compile(r"(gi(?=.)|ngh|ng|nh|gh|kh|ch|th|tr|ph|qu|[bcdđghklmnpqrstvxfjwz])?(.*)")
_VOWEL = re.compile("[aăâeêioôơuưy]")


def sound_units(syllable: str) -> list[str]:
    """Units of one lower-case syllable, in the order initial, rhyme, tone."""
    letters = unicodedata.normalize("NFD", syllable)
    tones = [_MARKS[mark] for mark in letters if mark in _MARKS]
    base = unicodedata.normalize("NFC", "".join(mark for mark in letters if mark not in _MARKS))
    match = _SPLIT.fullmatch(base)
    initial, rhyme = (match[1] or "", match[2]) if match else ("", base)
    if initial == "gi" and (rhyme[0] == "ê" or not _VOWEL.match(rhyme)):  # giêng, gìn: the i serves twice
        rhyme = f"i{rhyme}"
    elif rhyme.startswith("y") and not rhyme.startswith("yê"):
        rhyme = f"i{rhyme[1:]}"
    units = [f"{_SAME_SOUND.get(initial, initial)}-"] if initial else []
    return units + [rhyme] * bool(rhyme) + [f"={tone}" for tone in tones[:1]]


def text_units(text: str) -> list[str]:
    return [unit for syllable in text.split() for unit in sound_units(syllable)]


def inventory() -> list[str]:
    """Every unit, in the order of the head's outputs after the blank."""
    rhymes = FREE_RHYMES + STOPPED_RHYMES + ROUNDED_RHYMES + ROUNDED_STOPPED_RHYMES
    return [f"={tone}" for tone in TONES] + [f"{initial}-" for initial in INITIALS] + rhymes


def legal_syllables() -> set[str]:
    """What the spelling rules allow, about 15,000; some 7,000 of them are in use."""
    made: set[str] = set()
    for initial in ["", *INITIALS]:
        rhymes = FREE_RHYMES + STOPPED_RHYMES
        if initial not in _UNROUNDED:
            rhymes = rhymes + ROUNDED_RHYMES + ROUNDED_STOPPED_RHYMES
        for base, rhyme in ((spelling, rhyme) for rhyme in rhymes if (spelling := _spell(initial, rhyme))):
            stopped = rhyme in STOPPED_RHYMES or rhyme in ROUNDED_STOPPED_RHYMES
            made.update(_with_tone(base, rhyme, tone) for tone in (["sắc", "nặng"] if stopped else ["", *TONES]))
    also_with_y = {y for syllable in made if (y := _with_y(syllable))}
    return made | also_with_y | {"gì", "gìn", "gỉ", "giễu", "góa", "noãn", "buýt", "vy", "vỹ"}


def _with_y(syllable: str) -> str | None:
    """ "lí" is mostly written "lý": the same sound after h, k, l, m, s, t or alone."""
    letters = unicodedata.normalize("NFD", syllable)
    match = re.fullmatch(r"([hklmst]?)i(.?)", letters)
    return unicodedata.normalize("NFC", f"{match[1]}y{match[2]}") if match else None


def _spell(initial: str, rhyme: str) -> str | None:
    """The syllable without its tone; None when the two don't go together."""
    front = rhyme[0] in "eêi"
    if rhyme.startswith("yê") and initial not in ("", "qu"):
        return None
    if initial == "":
        return None if rhyme.startswith("iê") else rhyme
    if initial == "qu":
        if rhyme[0] in "ouư" or (rhyme[0] == "ô" and rhyme != "ôc") or rhyme.startswith("i") or rhyme == "ơi":
            return {"i": "quy", "inh": "quynh", "it": "quyt"}.get(rhyme)
        return f"qu{rhyme}"
    if initial == "gi":
        if rhyme[0] in "iê":
            return f"g{rhyme}" if rhyme in ("iêng", "iêt", "iêc") else None
        return f"gi{rhyme}"
    plain, _, before_front = _SPELLINGS.get(initial, initial).partition(" ")
    return (before_front if front and before_front else plain) + rhyme


def _with_tone(base: str, rhyme: str, tone: str) -> str:
    """Marks the vowel that carries the tone: the one with a diacritic, else the last but one, or the last before a
    final consonant."""
    if not tone:
        return base
    start = len(base) - len(rhyme) if base.endswith(rhyme) else 2
    vowels = [at for at in range(start, len(base)) if _VOWEL.match(base[at])]
    marked = [at for at in vowels if base[at] in "ăâêôơư"]
    closed = vowels[-1] < len(base) - 1
    at = marked[-1] if marked else vowels[-1] if closed or len(vowels) == 1 else vowels[-2]
    mark = next(mark for mark, name in _MARKS.items() if name == tone)
    return unicodedata.normalize("NFC", f"{base[: at + 1]}{mark}{base[at + 1 :]}")
