"""Dates, parts of dates, and the time of a visit. Values are ISO, of reduced precision where a part is unknown."""

from __future__ import annotations

import re
from datetime import date, timedelta

from language.vi import DatePart, normalise, parse_date, parse_date_part, read_date, read_number
from language.vi.dates import read_month
from language.vi.number_words import scan, words_of
from services.forms.definitions import Days, Slot
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused, Value
from services.forms.words import says_any

WEEK = 6  # days after today for which a visit can be booked
OLDEST = 125  # years
FUTURE = 366 * 3  # days ahead
_WRITTEN = re.compile(r"(?<!\d)(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*\d{4}(?!\d)")
OPENING, CLOSING, NOON = "07:30", "17:30", 12


def parse_day(text: str, slot: Slot, context: Context) -> Parsed:
    """A whole date. A missing year is the nearest that makes sense; what corrects an old date may be a part of it."""
    said = text[:LONGEST_VALUE]
    part = parse_date_part(said, context.today)
    if part and context.old and not part.complete:
        part = _corrected(part, str(context.old))
    if part is None:
        return _relative(said, slot.days, context.today)
    if part.day is None:
        return Refused(Reason.DATE_WITHOUT_DAY)
    day = _complete(part, slot.days, context.today)
    return Refused(Reason.DATE_IMPOSSIBLE) if day is None else _within(day, slot.days, context.today)


def parse_partial(text: str, slot: Slot, context: Context) -> Parsed:
    """A birth date of which the year alone may be known: "1958", "1958-03" or "1958-03-15"."""
    said = text[:LONGEST_VALUE]
    part = parse_date_part(said, context.today)
    if part and context.old and not part.complete:
        part = _corrected(part, str(context.old))
    if part is None:
        return _aged(said, context.today) or (Refused(Reason.DATE_IMPOSSIBLE) if _no_such_day(said) else None)
    if part.year is None:
        return Refused(Reason.DATE_WITHOUT_YEAR)
    if part.complete:
        day = part.as_date()
        return Refused(Reason.DATE_IMPOSSIBLE) if day is None else _within(day, slot.days, context.today)
    if part.year > context.today.year:
        return Refused(Reason.DATE_FUTURE)
    if part.year < context.today.year - OLDEST:
        return Refused(Reason.DATE_IMPOSSIBLE)
    if part.month is None or part.lunar:
        return Found(str(part.year), sure=part.day is None)
    return Found(f"{part.year}-{part.month:02d}", sure=part.day is None)


def parse_time(text: str, slot: Slot, context: Context) -> Parsed:
    """ "sang", "chieu", or a time of day as HH:MM within opening hours."""
    said = normalise(text[:LONGEST_VALUE])
    afternoon = says_any(said, ("chiều", "tối", "đầu giờ chiều", "cuối giờ"))
    if time := _clock(said, afternoon):
        return Found(time) if OPENING <= time < CLOSING else Refused(Reason.TIME_CLOSED)
    if says_any(said, ("tối", "đêm", "trưa")):
        return Refused(Reason.TIME_CLOSED)
    if afternoon:
        return Found("chieu")
    return Found("sang") if says_any(said, ("sáng", "sớm")) else None


def say_day(value: Value) -> str:
    """ "ngày mười lăm tháng ba năm …", "tháng ba năm …" or "năm …"."""
    year, month, day = _parts(value)
    if day:
        return read_date(date(year, month, day))
    if month:
        return f"{read_month(month)} năm {read_number(year)}"
    return f"năm {read_number(year)}"


def show_day(value: Value) -> str:
    """15/03/1958, 03/1958 or 1958."""
    return "/".join(reversed(str(value).split("-")))


def say_time(value: Value) -> str:
    if value in ("sang", "chieu"):
        return "buổi sáng" if value == "sang" else "buổi chiều"
    hour, minute = (int(part) for part in str(value).split(":"))
    said = f"{read_number(hour - NOON if hour > NOON else hour)} giờ" + (f" {read_number(minute)}" if minute else "")
    return said if hour <= NOON else f"{said} chiều"


def show_time(value: Value) -> str:
    return {"sang": "Buổi sáng", "chieu": "Buổi chiều"}.get(value, str(value))


def _relative(said: str, days: Days, today: date) -> Parsed:
    if _no_such_day(said):
        return Refused(Reason.DATE_IMPOSSIBLE)
    day = parse_date(said, today)
    if day is None:
        return None
    if days == "past" and today < day <= today + timedelta(days=7) and "thứ" in normalise(said):
        day -= timedelta(days=7)  # the day of the week that has been
    return _within(day, days, today)


def _no_such_day(said: str) -> bool:
    written = _WRITTEN.search(said)
    return written is not None and not (1 <= int(written[1]) <= 31 and 1 <= int(written[2]) <= 12)


def _complete(part: DatePart, days: Days, today: date) -> date | None:
    """The day meant: without year or month the last one, the next one or the nearest, as the question has it."""
    if part.complete:
        return part.as_date()
    years = (part.year,) if part.year else (today.year - 1, today.year, today.year + 1)
    months = (part.month,) if part.month else tuple(range(1, 13))
    possible = [d for y in years for m in months if (d := DatePart(part.day, m, y, part.lunar).as_date())]
    if days == "past" and any(d <= today for d in possible):
        return max(d for d in possible if d <= today)
    if days in ("future", "week") and any(d >= today for d in possible):
        return min(d for d in possible if d >= today)
    return min(possible, key=lambda d: abs(d - today), default=None)


def _within(day: date, days: Days, today: date) -> Parsed:
    if days == "past":
        if day > today:
            return Refused(Reason.DATE_FUTURE)
        if day.year < today.year - OLDEST:
            return Refused(Reason.DATE_IMPOSSIBLE)
    if days in ("future", "week") and day < today:
        return Refused(Reason.DATE_PAST)
    if days == "week" and day > today + timedelta(days=WEEK):
        return Refused(Reason.DATE_TOO_FAR)
    if days == "future" and day > today + timedelta(days=FUTURE):
        return Refused(Reason.DATE_TOO_FAR)
    if days == "week" and day.weekday() > 4:
        return Refused(Reason.DATE_CLOSED)
    return Found(day.isoformat())


def _corrected(part: DatePart, old: str) -> DatePart:
    year, month, day = _parts(old)
    return DatePart(part.day or day, part.month or month or None, part.year or year, part.lunar)


def _aged(said: str, today: date) -> Parsed:
    """ "bảy mươi sáu tuổi": the year is nearly known, and is said back."""
    words = words_of(said)
    for at in range(len(words)):
        number = scan(words, at)
        if number and words[number.end : number.end + 1] == ["tuổi"] and 0 < number.value <= OLDEST:
            return Found(str(today.year - number.value), sure=False)
    return None


def _clock(said: str, afternoon: bool) -> str | None:
    if written := re.search(r"(?<!\d)(\d{1,2})\s*(?:h|:|giờ)\s*(\d{1,2})?(?!\d)", said):
        hour, minute = int(written[1]), int(written[2] or 0)
    else:
        words = words_of(said)
        at = next((i for i in range(len(words)) if (n := scan(words, i)) and words[n.end : n.end + 1] == ["giờ"]), None)
        if at is None or (number := scan(words, at)) is None:
            return None
        hour, minute = number.value, 30 if words[number.end + 1 : number.end + 2] in (["rưỡi"], ["rưởi"]) else 0
        if not minute and (minutes := scan(words, number.end + 1)) and minutes.value < 60:
            minute = minutes.value
    if hour < NOON and (afternoon or hour < 6):
        hour += NOON  # nobody comes at two in the morning
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _parts(value: Value) -> tuple[int, int, int]:
    numbers = [int(part) for part in str(value).split("-")]
    year, month, day = (*numbers, 0, 0)[:3]
    return year, month, day
