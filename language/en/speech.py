"""From text as it is shown to text as an English voice reads it well."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from language.vi.codes import DOSSIER

from .codes import read_code
from .dates import read_date
from .digits import read_digits, read_identity, read_phone
from .number_words import read_number

_ABBREVIATIONS = {
    "VND": "dong", "VNĐ": "dong", "đ": "dong", "ID": "I D", "km": "kilometres", "m2": "square metres", "No.": "number",
    "e.g.": "for example", "i.e.": "that is", "a.m.": "A M", "p.m.": "P M", "&": "and", "%": "percent",
}  # fmt: skip
_ABBREVIATION = re.compile("|".join(rf"(?<![^\W\d]){re.escape(a)}(?!\w)" for a in _ABBREVIATIONS))
_DOSSIER = re.compile(rf"(?<![\w.]){DOSSIER.pattern}(?!\w)")
_LEGAL = re.compile(r"(?<![\w/])(\d+)/(\d{4})/([A-ZĐ][A-ZĐ0-9-]+)(?!\w)")
_PHONE = re.compile(r"(?<![\w.])(?:(?:\+84|0)[ .-]?[235789](?:[ .-]?\d){8,9}|1[89]00[ .]?\d{4})(?!\w)")
_IDENTITY = re.compile(r"(?<!\w)0\d{2}(?: ?\d{3}){3}(?!\w)")
_PROCEDURE = re.compile(r"(?<![\w.])(\d)\.(\d{6})(?!\w)")
_DATE = re.compile(r"(?<![\w/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\w/])")
_CLOCK = re.compile(r"(?<![\w:])([01]?\d|2[0-4]):([0-5]\d)(?![\w:])")
_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?!\w)")
_RANGE = re.compile(r"(?<=\d)\s?[-–—]\s?(?=\d)")


def speak(text: str) -> str:
    """Speech form of a shown text: NFC, words and the marks . , ? only; capitals where letters are spelt.

    Vietnamese names stay as they are written.
    """
    text = " ".join(unicodedata.normalize("NFKC", text.replace("…", ",")).split())
    text = _DOSSIER.sub(lambda m: f" {read_code(m.group())} ", text)
    text = _LEGAL.sub(lambda m: f"{read_digits(m[1])} of {read_digits(m[2])}, {' '.join(m[3].replace('-', ' '))}", text)
    text = _PHONE.sub(lambda m: read_phone(m.group()), text)
    text = _IDENTITY.sub(lambda m: read_identity(m.group()), text)
    text = _PROCEDURE.sub(lambda m: f"{read_digits(m[1])} dot {read_digits(m[2])}", text)
    text = _DATE.sub(_date, text)
    text = _CLOCK.sub(_clock, text)
    text = _RANGE.sub(" to ", text)
    text = _ABBREVIATION.sub(lambda m: f" {_ABBREVIATIONS[m.group()]} ", text)
    text = _NUMBER.sub(_number, text)
    return _finish(text)


def _date(match: re.Match[str]) -> str:
    try:
        return read_date(date(int(match[3]), int(match[2]), int(match[1])))
    except ValueError:
        return match.group()


def _clock(match: re.Match[str]) -> str:
    hour, minutes = int(match[1]), int(match[2])
    said = read_number(hour % 12 or 12)
    if minutes:
        said += f" {'oh ' if minutes < 10 else ''}{read_number(minutes)}"
    return f"{said} {'A M' if hour % 24 < 12 else 'P M'}"


def _number(match: re.Match[str]) -> str:
    digits = match[1].replace(",", "")
    identifier = "," not in match[1] and (len(digits) > 6 or (len(digits) > 1 and digits[0] == "0"))
    whole = read_digits(digits) if identifier or len(digits) > 12 else read_number(int(digits))
    return whole + (f" point {' '.join(read_digits(digit) for digit in match[2][1:])}" if match[2] else "")


def _finish(text: str) -> str:
    text = re.sub(r"[()\[\]{};:|–—•]|\s-\s", ", ", text.replace("!", ".").replace("/", " or "))
    kept = "".join(c if c.isalpha() or c in " .,?'" or unicodedata.combining(c) else " " for c in text)
    kept = re.sub(r"\s+([.,?])", r"\1", " ".join(kept.split()))
    return re.sub(r"[.,?]{2,}", lambda m: next(c for c in "?.," if c in m.group()), kept).strip(", ")
