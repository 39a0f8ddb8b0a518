"""Legal documents as they are asked for: "nghị định một hai ba năm hai nghìn không trăm mười lăm"."""

from __future__ import annotations

from dataclasses import dataclass

from .dates import scan_year
from .digits import digits_said
from .letters import fold
from .number_words import DIGIT_VALUES, is_number_token, is_ordinary, words_of

KINDS = (
    *("nghị định", "thông tư liên tịch", "thông tư", "nghị quyết", "quyết định", "chỉ thị", "pháp lệnh"),
    *("bộ luật", "luật"),
)
_LONGEST_NUMBER = 4  # digits
_BETWEEN = {"/", "-", "–", "trên", "xuyệt", "xẹt", "gạch", "chéo", "ngang", ",", "năm"}
_KIND_WORDS = sorted(((kind.split(), kind) for kind in KINDS), key=lambda each: -len(each[0]))


@dataclass(frozen=True)
class LegalReference:
    kind: str  # one of KINDS
    number: str  # "123", "04", "66.7"; empty when only the year was said
    year: int | None = None

    @property
    def written(self) -> str:
        """ "nghị định 123/2015"."""
        if not self.number:
            return f"{self.kind} năm {self.year}"
        return f"{self.kind} {self.number}/{self.year}" if self.year else f"{self.kind} {self.number}"


def scan_legal(words: list[str], at: int) -> tuple[LegalReference, int] | None:
    """A kind of document with its number, its year or both, from `at` on, and where it ends."""
    found = _kind(words, at)
    if found is None:
        return None
    kind, start = found
    if words[start : start + 1] == ["số"]:
        start += 1
    number, end = _number(words, start)
    year = _year(words, end, said_before=bool(number))
    if year:
        return LegalReference(kind, number, year[0]), year[1]
    return (LegalReference(kind, number), end) if number else None


def parse_legal_reference(text: str) -> LegalReference | None:
    """The first document in what was said or written that has a number or a year; None when there is none."""
    words = words_of(text)
    found = (scan_legal(words, at) for at in range(len(words)))
    return next((each[0] for each in found if each), None)


def _kind(words: list[str], at: int) -> tuple[str, int] | None:
    for parts, kind in _KIND_WORDS:
        said = words[at : at + len(parts)]
        if said == parts or (said == [fold(part) for part in parts] and kind != "luật"):
            return kind, at + len(parts)
    return None


def _number(words: list[str], at: int) -> tuple[str, int]:
    """Its digits, said one by one or as a number; a year and what may be a count of something are none."""
    digits = ""
    while at < len(words):
        if words[at] == "năm" and (is_ordinary(words, at) or _is_year(words, at + 1, alone=not digits)):
            break
        if digits and words[at] in (".", "chấm") and (part := _digits(words, at + 1)):
            return f"{digits}.{part[0]}", part[1]
        found = _digits(words, at)
        if found is None or len(digits) + len(found[0]) > _LONGEST_NUMBER:
            break
        digits, at = digits + found[0], found[1]
    return digits, at


def _is_year(words: list[str], at: int, alone: bool) -> bool:
    """Whether "năm" before `at` is "year" and not five: without a number before it, and when a year follows that is
    said in full ("không năm không năm hai nghìn mười"), only when it is said in full itself."""
    found = scan_year(words, at)
    if found is None or _in_full(words, at):
        return found is not None
    five = words[found[1] - 1] == "năm" and _in_full(words, found[1])
    return not (alone or five)


def _in_full(words: list[str], at: int) -> bool:
    found = scan_year(words, at)
    return found is not None and (found[1] - at > 2 or words[at] == str(found[0]))


def _digits(words: list[str], at: int) -> tuple[str, int] | None:
    if at >= len(words) or words[at] in ("lẻ", "linh"):
        return None
    if words[at] == "không" and not _is_digit(words, at + 1):
        return None
    if words[at] in DIGIT_VALUES and words[at + 1 : at + 2] == ["số"]:  # not "bốn số không": the number of a circular
        return str(DIGIT_VALUES[words[at]]), at + 1
    return digits_said(words, at)


def _is_digit(words: list[str], at: int) -> bool:
    return at < len(words) and (words[at] in DIGIT_VALUES or is_number_token(words[at]))


def _year(words: list[str], at: int, said_before: bool) -> tuple[int, int] | None:
    start = at
    while start < len(words) and words[start] in _BETWEEN:
        start += 1
    if start == at or (not said_before and words[at] != "năm"):
        return None
    return scan_year(words, start)
