"""Dates in English: read aloud, and understood from speech or writing (day before month, as they are written here)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from language.vi.dates import DatePart, nearest, written_date

from .digits import after_repair, digits_said
from .number_words import Number, read_number, read_ordinal, scan, scan_ordinal, words_of

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"day after tomorrow": 2, "tomorrow": 1, "today": 0, "tonight": 0, "day before yesterday": -2, "yesterday": -1}


def read_date(day: date) -> str:
    """ "the second of March, twenty twenty six"."""
    return f"the {read_ordinal(day.day)} of {MONTHS[day.month - 1].title()}, {read_year(day.year)}"


def read_year(year: int) -> str:
    """In pairs, as years are said; the first years of a thousand as one number."""
    century, rest = divmod(year, 100)
    if not rest or (century % 10 == 0 and rest < 10):
        return f"{read_number(century)} hundred" if not rest and century % 10 else read_number(year)
    return f"{read_number(century)} {'oh ' if rest < 10 else ''}{read_number(rest)}"


def parse_date_part(text: str, today: date) -> DatePart | None:
    """What was said of a date, as said: nothing is filled in but the century of a year of two digits."""
    _, said = after_repair(text)
    found = written_date(said) or _spoken(words_of(said), today.year % 100)
    if found is None or not 1 <= (found.day or 1) <= 31 or not 1 <= (found.month or 1) <= 12:
        return None
    return found


def parse_date(text: str, today: date) -> date | None:
    """The day meant; None when there is none or it does not exist. A missing year or month is the nearest one."""
    part = parse_date_part(text, today)
    if part and part.day:
        return part.as_date() if part.complete else nearest(part, today)
    return _relative(words_of(after_repair(text)[1]), today)


def _spoken(words: list[str], newest_short: int) -> DatePart | None:
    for at, word in enumerate(words):
        month = next((n for n, name in enumerate(MONTHS, 1) if word in (name, name[:3])), None)
        if month is None or (word == "may" and not _near_number(words, at)):
            continue
        day, after = _day_before(words, at), at + 1
        found = scan_ordinal(words, after) or (None if _whole_year(words, after) else _short(words, after))
        if day is None and found:
            day, after = found.value, found.end
        year = _year(words, after, newest_short)
        return DatePart(day, month, year)
    for at in range(len(words)):  # "the twelfth"
        if (
            (found := scan_ordinal(words, at))
            and found.value <= 31
            and words[max(0, at - 1)] in ("the", "on", words[at])
        ):
            return DatePart(day=found.value)
    return None


def _day_before(words: list[str], month_at: int) -> int | None:
    """ "the third of March", "3 March", "twenty one march"."""
    end = month_at - (words[month_at - 1 : month_at] == ["of"])
    for at in range(max(0, end - 3), end):
        found = scan_ordinal(words, at) or scan(words, at)
        if found and found.end == end and 1 <= found.value <= 31:
            return found.value
    return None


def _short(words: list[str], at: int) -> Number | None:
    found = scan(words, at)
    return found if found and 1 <= found.value <= 31 and found.end <= at + 2 else None


def _near_number(words: list[str], at: int) -> bool:
    """Whether the "may" at `at` is a month."""
    around = [*words[max(0, at - 2) : at], *words[at + 1 : at + 2]]
    return any(scan([word], 0) or scan_ordinal([word], 0) or word.isdecimal() for word in around)


def _year(words: list[str], at: int, newest_short: int) -> int | None:
    """ "nineteen fifty eight", "two thousand and five", "1958", "fifty eight"."""
    while at < len(words) and words[at] in (",", "in", "of", "year", "the"):
        at += 1
    if year := _whole_year(words, at):
        return year
    digits = _digits(words, at, 2)
    if len(digits) != 2:
        return None
    return (1900 if int(digits) > newest_short else 2000) + int(digits)


def _whole_year(words: list[str], at: int) -> int | None:
    """A year said with its century."""
    number = scan(words, at)
    if number and 1800 <= number.value < 2100:
        return number.value
    digits = _digits(words, at, 4)
    return int(digits) if len(digits) == 4 and digits[:2] in ("18", "19", "20") else None


def _digits(words: list[str], at: int, length: int) -> str:
    digits = ""
    while at < len(words) and len(digits) < length and (group := digits_said(words, at)):
        digits, at = digits + group[0], group[1]
    return digits


def _relative(words: list[str], today: date) -> date | None:
    text = f" {' '.join(words)} "
    if counted := re.search(r" in (\w+(?: \w+)?) days ", text) or re.search(r" (\w+) days from now ", text):
        number = scan(counted[1].split(), 0)
        return today + timedelta(days=number.value) if number and number.value < 1000 else None
    for number_of_day, name in enumerate(WEEKDAYS):
        if f" {name} " in text:
            if " next week " in text or f" next {name} " in text:
                return today - timedelta(days=today.weekday()) + timedelta(days=7 + number_of_day)
            return today + timedelta(days=(number_of_day - today.weekday()) % 7)
    return next((today + timedelta(days=days) for phrase, days in _NEAR.items() if f" {phrase} " in text), None)
