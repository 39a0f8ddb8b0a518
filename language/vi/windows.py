"""Stretches of time, as callers say when they can be reached: "chiều mai", "sau năm giờ", "thứ hai, 9 đến 10 giờ"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from .dates import parse_date
from .number_words import after_repair, scan, words_of

_PARTS = {"sáng": (6, 12), "trưa": (11, 14), "chiều": (12, 18), "tối": (18, 22), "đêm": (18, 22)}
_DAY = (6, 22)
_EDGE = 2  # hours that "đầu giờ" and "cuối giờ" mean
_SOON = timedelta(hours=2)
_HOUR = ("giờ", "h")
_MINUTES = {"phút": 1, "giờ": 60, "tiếng": 60}
_LONGEST = 1000  # of such units, in "… nữa"
_WEEK = timedelta(days=7)
_ANY_TIME = re.compile(
    r"\b(?:lúc nào|khi nào|giờ nào|hôm nào|bao giờ|ngày nào) (?:cũng|mà)? ?(?:được|tiện|rảnh)"
    r"|bất (?:cứ|kỳ|kể) (?:lúc|khi|giờ)|giờ hành chính|giờ làm việc|sao cũng được"
    r"|tùy (?:em|cháu|con|cô|chú|cán bộ|bên|các)"
)
_NOW = re.compile(r"\b(?:bây giờ|bi giờ|ngay|luôn|lát|tí nữa|chút nữa|sớm)\b")
_CLOCK = re.compile(r"(\d{1,2})\s*(?:h|:)\s*(\d{2})?(?!\d)")


def parse_window(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    """When from and until when, in the time zone of `now` (aware); None when no time is spoken of.

    What was left out is the next that is not over: "chiều" said in the evening is tomorrow's. Hours without a part of
    the day are those of a working day: "hai giờ" is 14:00, "tám giờ" 8:00.
    """
    _, said = after_repair(text)
    said = _CLOCK.sub(r"\1 giờ \2 ", said)
    words = words_of(said)
    if soon := _from_now(words, now):
        return soon
    day, whole_week = parse_date(said, now.date()), _week(said, now.date())
    part = next((word for word in words if word in _PARTS), None)
    clocks = _clocks(words, part)
    if day is None and whole_week and not clocks and part is None:
        return _at(whole_week, 0, now), _at(whole_week + timedelta(days=6), 24, now)
    if day is None and part is None and not clocks:
        if _ANY_TIME.search(said):
            return now, now + _WEEK
        return (now, now + _SOON) if _NOW.search(said) else None
    start, end = _hours(said, part, clocks)
    chosen = day or whole_week or now.date()
    if day is None and _at(chosen, end, now) <= now:
        chosen += timedelta(days=1)
    return _at(chosen, start, now), _at(chosen, end, now)


def read_window(start: datetime, end: datetime, today: date) -> str:
    """ "ngày mai, từ 1 giờ chiều đến 5 giờ 30 chiều"; both on the day of `start`."""
    near = {0: "hôm nay", 1: "ngày mai"}.get((start.date() - today).days)
    names = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
    day = near or f"{names[start.weekday()]} ngày {start.day}/{start.month}"
    return f"{day}, từ {_read_clock(start)} đến {_read_clock(end)}"


def _read_clock(at: datetime) -> str:
    part = "sáng" if at.hour < 11 else "trưa" if at.hour < 13 else "chiều" if at.hour < 18 else "tối"
    hour = at.hour if at.hour <= 12 else at.hour - 12
    return f"{hour} giờ {f'{at.minute} ' if at.minute else ''}{part}"


def _hours(said: str, part: str | None, clocks: list[float]) -> tuple[float, float]:
    first, last = _PARTS[part] if part else _DAY
    if len(clocks) > 1 and clocks[0] < clocks[1]:
        return clocks[0], clocks[1]
    if clocks:
        before, after = re.search(r"\btrước\b", said), re.search(r"\b(?:sau|từ|ngoài|hơn)\b", said)
        if before:
            return min(first, clocks[0] - 1), clocks[0]
        return (clocks[0], max(last, clocks[0] + 1)) if after else (clocks[0], clocks[0] + 1)
    if re.search(r"\b(?:đầu giờ|đầu buổi|sớm)\b", said):
        return first + (part == "chiều"), first + _EDGE + (part == "chiều")
    if re.search(r"\b(?:cuối giờ|cuối buổi|muộn|gần)\b", said):
        return last - _EDGE, last
    return first, last


def _clocks(words: list[str], part: str | None) -> list[float]:
    """Times of the day, in hours: "chín giờ rưỡi", "2 đến 4 giờ chiều", "mười giờ kém năm".

    Each goes by the part of the day right after it, or else by `part`.
    """
    found: list[float] = []
    at = 0
    while at < len(words):
        number = scan(words, at)
        at = number.end if number else at + 1
        if number is None or number.value > 24:
            continue
        following = words[number.end] if number.end < len(words) else ""
        if following in _HOUR:
            minutes, end = _minutes(words, number.end + 1)
            own = words[end] if end < len(words) and words[end] in _PARTS else part
            found.append(_hour(number.value, own) + minutes / 60)
        elif following in ("đến", "tới", "-") and _hour_follows(words, number.end + 1):
            found.append(_hour(number.value, part))
    if len(found) > 1 and found[0] >= found[1] and found[0] >= 12:  # "từ 9 giờ đến 1 giờ chiều"
        found[0] -= 12
    return found


def _hour_follows(words: list[str], at: int) -> bool:
    number = scan(words, at)
    return number is not None and number.end < len(words) and words[number.end] in _HOUR


def _minutes(words: list[str], at: int) -> tuple[int, int]:
    """After "giờ": the minutes, and where they end."""
    word = words[at] if at < len(words) else ""
    if word in ("rưỡi", "rưởi"):
        return 30, at + 1
    number = scan(words, at + (word == "kém"))
    if number is None or not 0 < number.value < 60 or _hour_follows(words, at):
        return 0, at
    return (-number.value if word == "kém" else number.value), number.end


def _hour(value: int, part: str | None) -> int:
    if value > 12 or part == "sáng":
        return value
    if part in ("chiều", "tối", "đêm"):
        return value + 12 if value < 12 else value
    return value + 12 if value < 7 else value  # "trưa", or nothing


def _from_now(words: list[str], now: datetime) -> tuple[datetime, datetime] | None:
    """ "hai tiếng nữa", "một tiếng rưỡi nữa", "30 phút nữa", "nửa tiếng nữa"."""
    for at, word in enumerate(words):
        number = scan(words, at)
        value, end = number or (0.5 * (word == "nửa"), at + 1)
        unit, *rest = words[end : end + 3] or [""]
        half = rest[:1] == ["rưỡi"]
        if 0 < value < _LONGEST and unit in _MINUTES and rest[half : half + 1] == ["nữa"]:
            start = now + timedelta(minutes=(value + half / 2) * _MINUTES[unit])
            return start, start + _SOON / 2
    return None


def _week(said: str, today: date) -> date | None:
    """Monday of the week that is spoken of."""
    monday = today - timedelta(days=today.weekday())
    if re.search(r"\btuần (?:sau|tới)\b", said):
        return monday + _WEEK
    return monday if re.search(r"\btuần này\b", said) else None


def _at(day: date, hours: float, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo) + timedelta(hours=hours)
