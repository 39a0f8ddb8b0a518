"""From text as it is shown to text as a Vietnamese voice reads it well."""

from __future__ import annotations

import re
import unicodedata

from .codes import DOSSIER, read_code
from .legal import replace_legal_numbers
from .letters import is_syllable, spell, without_tones
from .lexicon import ABBREVIATIONS, DOTTED, FOREIGN, LOWER_ABBREVIATIONS, SYMBOLS
from .quantities import replace_bare_digits, replace_quantities
from .web import replace_addresses

_SQUARE = str.maketrans({"²": "2", "³": "3"})
_DOSSIER = re.compile(rf"(?<![\w.]){DOSSIER.pattern}(?!\w)")
_CAPITAL = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_UPPER_WORD = re.compile(rf"(?<!\w)[{_CAPITAL}]\w*(?:[.&-][{_CAPITAL}]\w*)*(?!\w)")
_VOWELS = set("aăâeêioôơuưy")


def _clean(text: str) -> str:
    """Composed letters, ASCII digits, plain quotes and spaces; the dots of an ellipsis become a pause."""
    text = unicodedata.normalize("NFC", text).translate(_SQUARE)
    text = re.sub(r"\.{2,}|…", ", ", unicodedata.normalize("NFKC", text.replace("…", ",")))
    text = "".join(_ascii_digit(c) for c in text)
    return re.sub(r"\s*\n\s*", ". ", text.strip())


def _ascii_digit(c: str) -> str:
    digit = unicodedata.digit(c, None)
    return c if digit is None else str(digit)


def _abbreviation(match: re.Match[str]) -> str:
    """A word with capitals: an abbreviation in full, an unknown one by its letters, a plain word as it is."""
    word = match.group()
    if word in ABBREVIATIONS:
        return f" {ABBREVIATIONS[word]} "
    if re.search(r"[.&-]", word):
        parts = re.split(r"[.&-]", word)
        dotted = word.count(".") == 1 and len(parts) == 2 and len(parts[1]) > 1 and parts[0] in DOTTED
        read = [DOTTED[parts[0]] if dotted and i == 0 else _word(part) for i, part in enumerate(parts)]
        known = any(part in ABBREVIATIONS for part in parts)
        return " ".join(read) if dotted or known or "-" not in word else ", ".join(read)
    return _word(word)


def _word(word: str) -> str:
    if word in ABBREVIATIONS:
        return ABBREVIATIONS[word]
    if not word.isupper() or len(word) == 1 or not word.isalpha() or word.lower() in FOREIGN:
        return word
    accented = without_tones(word) != word or set(word.lower()) & set("ăâêôơư")
    if accented or (len(word) > 2 and is_syllable(word)):
        return word
    return spell(word)


def _slash_chain(match: re.Match[str]) -> str:
    """ "Căn cước/CCCD/hộ chiếu": a list whose last member comes after "hoặc"."""
    members = re.split(r"\s*/\s*", match.group())
    return ", ".join(members[:-1]) + " hoặc " + members[-1]


def _slashes(text: str) -> str:
    text = re.sub(r"(?i)\bvà\s*/\s*hoặc\b", "và hoặc", text)
    text = re.sub(r"\s+/\s*|\s*/\s+", " hoặc ", text)
    text = re.sub(r"[^\s/(),;]+(?:/[^\s/(),;]+)+", _slash_chain, text)
    return text.replace("/", " ")


def _dotted_abbreviations(text: str) -> str:
    names = "|".join(sorted(DOTTED, key=len, reverse=True))
    text = re.sub(rf"(?<![\w.])({names})\.\s?(?=[{_CAPITAL}]\w|[0-9])", lambda m: f"{DOTTED[m[1]]} ", text)
    lower = "|".join(re.escape(a) for a in sorted(LOWER_ABBREVIATIONS, key=len, reverse=True))
    return re.sub(rf"(?<![\w.])({lower})(?:\.(?=\s*[a-zđ,;)]))?(?!\w)", lambda m: LOWER_ABBREVIATIONS[m[1]], text)


def _punctuation(text: str) -> str:
    """Brackets, colons, semicolons and dashes become pauses; what no voice can say is dropped."""
    text = re.sub(r"\s+[-–—•*]+\s+|^\s*[-–—•*]\s*", ", ", text)
    text = re.sub(r"[()\[\]{};:|–—•]", ", ", text)
    text = re.sub(rf"(?<=\w)-(?=[{_CAPITAL}])", ", ", text)
    for symbol, said in SYMBOLS.items():
        text = text.replace(symbol, said)
    return text.replace("!", ".")


def _say_word(match: re.Match[str]) -> str:
    """Foreign words as they are pronounced; words without a vowel letter by letter."""
    word = match.group()
    if word in FOREIGN:
        return FOREIGN[word]
    if not set(without_tones(word)) & _VOWELS:
        return spell(word)
    return word


def _finish(text: str) -> str:
    kept = "".join(c if _sayable(c) else " " for c in unicodedata.normalize("NFC", text.lower()))
    text = re.sub(r"[^\W\d_]+", _say_word, kept)
    text = re.sub(r"\s+([.,?])", r"\1", text)
    text = re.sub(r"[.,?]{2,}", _strongest, re.sub(r"([.,?])\s+(?=[.,?])", r"\1", text))
    text = re.sub(r"([.,?])(?=\w)", r"\1 ", text)
    return " ".join(text.split()).lstrip(",. ?").rstrip(", ")


def _strongest(match: re.Match[str]) -> str:
    return next(mark for mark in "?.," if mark in match.group())


def _sayable(c: str) -> bool:
    return c in " .,?" or (c.isalpha() and unicodedata.name(c, "").startswith("LATIN SMALL LETTER"))


def speak(text: str) -> str:
    """Speech form of a shown text: lower case, NFC, words and the marks . , ? only.

    Numbers, dates, codes, abbreviations, units and addresses are written out the way they are said.
    """
    text = _clean(text)
    text = _DOSSIER.sub(lambda m: f" {read_code(m.group())} ", text)  # first: 000.VN.01.H26-… is no domain
    text = replace_addresses(text)
    text = replace_legal_numbers(text)
    text = _dotted_abbreviations(text)
    text = replace_quantities(text)
    text = _UPPER_WORD.sub(_abbreviation, _slashes(text))
    text = replace_bare_digits(text)
    text = re.sub(r"(?<=\w) x (?=\w)", " nhân ", text)
    return _finish(_punctuation(text))
