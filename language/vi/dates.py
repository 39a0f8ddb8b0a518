"""Dates: read aloud, and understood from speech or writing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from .lunar import lunar_to_solar
from .number_words import AFTER_TENS, DIGIT_VALUES, after_repair, is_number_token, scan, words_of
from .numbers import read_number

WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "bốn": 2, "năm": 3, "sáu": 4, "bảy": 5, "bẩy": 5}
_LUNAR_MONTHS = {"giêng": 1, "chạp": 12}
_DAY_HEADS = {"ngày", "mùng", "mồng", "hôm", "bữa"}
_NEAR = {
    "hôm nay": 0, "bữa nay": 0, "sáng nay": 0, "chiều nay": 0, "trưa nay": 0, "tối nay": 0, "hôm qua": -1,
    "bữa qua": -1, "chiều qua": -1, "sáng qua": -1, "tối qua": -1, "hôm kia": -2, "ngày kìa": 3, "ngày kia": 2,
    "ngày mốt": 2, "mốt": 2, "ngày mai": 1, "sáng mai": 1, "chiều mai": 1, "trưa mai": 1, "mai": 1,
}  # fmt: skip


@dataclass(frozen=True)
class DatePart:
    """What a caller said of a date; None for what was left out. Lunar dates keep their lunar day and month."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    lunar: bool = False

    @property
    def complete(self) -> bool:
        return None not in (self.day, self.month, self.year)

    def as_date(self) -> date | None:
        """The day in the solar calendar, or None when a part is missing or no such day exists."""
        if self.day is None or self.month is None or self.year is None:
            return None
        if self.lunar:
            return lunar_to_solar(self.day, self.month, self.year)
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


def read_month(month: int) -> str:
    return "tháng tư" if month == 4 else f"tháng {read_number(month)}"


def read_date(day: date) -> str:
    """ "ngày một tháng mười năm hai nghìn không trăm hai mươi lăm"."""
    return f"ngày {read_number(day.day)} {read_month(day.month)} năm {read_number(day.year)}"


def scan_year(words: list[str], at: int, newest_short: int = 30) -> tuple[int, int] | None:
    """A year that starts at `at` and where it ends; two digits mean 19xx when above `newest_short`, else 20xx."""
    number = scan(words, at)
    if number and number.value > 2000 and (unit := _left_over(words, number.end)):
        tens = (number.value - 2000) // (1 if number.value < 2100 else 10)
        return 2000 + tens + unit, number.end + 1
    if number and 1000 <= number.value < 2100:
        return number.value, number.end
    if number and 2100 <= number.value < 3000 and number.value % 100 == 0:  # "hai nghìn ba"
        return 2000 + (number.value - 2000) // 100, number.end
    digits, end = "", at
    while end < len(words) and len(digits) < 4:
        word = words[end]
        group = scan(words, end)
        if group and group.value < 100:
            text, end = (word, end + 1) if is_number_token(word) else (str(group.value), group.end)
        elif word in AFTER_TENS:
            text, end = str(AFTER_TENS[word]), end + 1
        else:
            break
        digits += text
    if len(digits) == 4 and digits[:2] in ("18", "19", "20"):
        return int(digits), end
    if len(digits) == 2:
        return (1900 if int(digits) > newest_short else 2000) + int(digits), end
    return None


def _left_over(words: list[str], end: int) -> int:
    """The last digit where the one before it stands for tens: "hai nghìn hai sáu", "hai nghìn không trăm hai sáu"."""
    if end >= len(words) or words[end - 1] not in DIGIT_VALUES or words[end - 2] in ("linh", "lẻ", "lẽ", "mươi"):
        return 0
    return DIGIT_VALUES.get(words[end], 0)


def scan_month(words: list[str], at: int) -> tuple[int, int] | None:
    """The month after the word "tháng", lunar names included."""
    if at < len(words) and words[at] in _LUNAR_MONTHS:
        return _LUNAR_MONTHS[words[at]], at + 1
    found = scan(words, at)
    if not found or not 1 <= found.value <= 12:
        return None
    if found.end == at + 1 or is_number_token(words[at]) or words[at] == "mười":
        return found.value, found.end
    return None


def scan_day(words: list[str], at: int) -> tuple[int, int] | None:
    """A day of the month at `at`: "mười lăm", "rằm", "hai mốt"."""
    if at < len(words) and words[at] == "rằm":
        return 15, at + 1
    found = scan(words, at)
    if found is None:
        return None
    day, end = found
    if end == at + 1 and day in (2, 3) and end < len(words):  # "hai mốt", "hai tám" for 21, 28
        unit = AFTER_TENS.get(words[end], DIGIT_VALUES.get(words[end], 0) if words[end] != "năm" else 0)
        if unit and not is_number_token(words[at]):
            day, end = day * 10 + unit, end + 1
    return (day, end) if 1 <= day <= 31 else None


def written_date(text: str) -> DatePart | None:
    if m := re.search(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", text):
        return DatePart(int(m[3]), int(m[2]), int(m[1]))
    if m := re.search(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})(?!\d)", text):
        return DatePart(int(m[1]), int(m[2]), int(m[3]))
    if m := re.search(r"(?<!\d)(\d{1,2})/(\d{4})(?!\d)", text):
        return DatePart(None, int(m[1]), int(m[2]))
    if m := re.search(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])", text):
        return DatePart(int(m[1]), int(m[2]))
    if m := re.fullmatch(r"(\d{2})(\d{2})(\d{4})", re.sub(r"\s", "", text)):  # keyed on the telephone
        return DatePart(int(m[1]), int(m[2]), int(m[3]))
    return None


def _after_month(words: list[str], at: int, pivot: int) -> int | None:
    while at < len(words) and words[at] in (",", "âm", "lịch", "ta", "dương", "tây"):
        at += 1
    if at < len(words) and words[at] == "năm" and (year := scan_year(words, at + 1, pivot)):
        return year[0]
    year = scan_year(words, at, pivot) if at < len(words) else None
    return year[0] if year else None


def _spoken(words: list[str], pivot: int) -> DatePart | None:
    lunar = any(w in words for w in ("rằm", "giêng", "chạp", "âm", "ta"))
    for at in range(len(words)):
        found = scan_day(words, at)
        if found is None:
            continue
        day, end = found
        if end < len(words) and words[end] == "tháng" and (month := scan_month(words, end + 1)):
            return DatePart(day, month[0], _after_month(words, month[1], pivot), lunar)
    for at, word in enumerate(words):
        if word == "tháng" and (month := scan_month(words, at + 1)):
            return DatePart(None, month[0], _after_month(words, month[1], pivot), lunar)
        if word == "năm" and (year := scan_year(words, at + 1, pivot)):
            return DatePart(year=year[0], lunar=lunar)
    for at, word in enumerate(words):
        if (word in _DAY_HEADS or word == "rằm") and (day_only := scan_day(words, at + (word != "rằm"))):
            return DatePart(day=day_only[0], lunar=lunar)
    year = scan_year(words, 0, pivot)
    return DatePart(year=year[0]) if year and year[1] == len(words) and len(words) > 1 else None


def parse_date_part(text: str, today: date) -> DatePart | None:
    """What was said of a date, as said: nothing is filled in but the century of a short year ("năm tám lăm")."""
    _, said = after_repair(text)
    found = written_date(said) or _spoken(words_of(said), today.year % 100)
    if found is None or not 1 <= (found.day or 1) <= 31 or not 1 <= (found.month or 1) <= 12:
        return None
    return found


def parse_date(text: str, today: date) -> date | None:
    """The day meant, in words or writing; None when there is none or it does not exist.

    Understands "mai", "thứ năm tuần sau", "ba ngày nữa". A missing year or month is the one that puts the day nearest
    to `today`: where that would be wrong (birthdays), ask `parse_date_part` what was said. Lunar dates are converted.
    """
    part = parse_date_part(text, today)
    if part and part.day:
        if part.complete:
            return part.as_date()
        return nearest(part, today)
    return _relative(words_of(after_repair(text)[1]), today)


def nearest(part: DatePart, today: date) -> date | None:
    years = (part.year,) if part.year else (today.year - 1, today.year, today.year + 1)
    months = (part.month,) if part.month else tuple(range(1, 13))
    days = (DatePart(part.day, m, y, part.lunar).as_date() for y in years for m in months)
    return min((d for d in days if d), key=lambda d: abs(d - today), default=None)


def _relative(words: list[str], today: date) -> date | None:
    text = f" {' '.join(words)} "
    if counted := _counted(words, today):
        return counted
    if weekday := _weekday(words, text, today):
        return weekday
    near = next((days for phrase, days in _NEAR.items() if f" {phrase} " in text), None)
    return None if near is None else today + timedelta(days=near)


def _counted(words: list[str], today: date) -> date | None:
    """ "ba ngày nữa", "hai hôm trước"."""
    for at in range(len(words)):
        number = scan(words, at)
        rest = words[number.end : number.end + 2] if number else []
        if number and len(rest) == 2 and rest[0] in ("ngày", "hôm", "bữa"):
            signs = {"nữa": 1, "tới": 1, "trước": -1}
            if rest[1] in signs and number.value < 1000:
                return today + timedelta(days=signs[rest[1]] * number.value)
    return None


def _weekday(words: list[str], text: str, today: date) -> date | None:
    wanted = 6 if " chủ nhật " in text else None
    for word, following in pairwise(words):
        if word == "thứ":
            wanted = int(following) - 2 if following in tuple("234567") else WEEKDAYS.get(following, wanted)
    if wanted is None:
        return None
    monday = today - timedelta(days=today.weekday())
    weeks = {" tuần sau ": 1, " tuần tới ": 1, " tuần trước ": -1, " tuần rồi ": -1, " tuần này ": 0}
    for phrase, shift in weeks.items():
        if phrase in text:
            return monday + timedelta(days=wanted + 7 * shift)
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead)


def is_day(day: str, month: str) -> bool:
    """Can the two written numbers be a day and a month?"""
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12
