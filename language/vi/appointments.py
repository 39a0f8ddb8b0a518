"""When a caller wants to come: the day, the half of it, the hour. Pure functions on speech or writing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from .dates import parse_date
from .letters import normalise
from .number_words import after_repair
from .writing import write


class Session(StrEnum):
    """Half of a working day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


@dataclass(frozen=True)
class When:
    """What a caller said of a time to come; None for what was left out."""

    day: date | None = None
    session: Session | None = None
    time: time | None = None


_SESSIONS = {"sáng": Session.MORNING, "chiều": Session.AFTERNOON}
# Days by their nearness that `parse_date` does not know; the longest phrase counts.
_NEAR = {
    "ngay bây giờ": 0, "ngay hôm nay": 0, "hôm ni": 0, "bữa ni": 0, "sáng ni": 0, "chiều ni": 0,
    "sớm mai": 1, "ngày mối": 2, "bữa mốt": 2, "sáng mốt": 2, "chiều mốt": 2, "sáng kia": 2, "chiều kia": 2,
    "ngày tê": 2, "hôm kìa": 3, "bữa kia": 2,
}  # fmt: skip
_HALF_PAST = re.compile(
    r"\b(một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|mười một|mười hai|\d{1,2}) (?=rưỡi\b)"  # the hour left unsaid
)
_TIME = re.compile(
    r"(?<![\d/])(\d{1,2}) ?(?:giờ|h|g|:)(?: ?kém (\d{1,2})| ?(\d{1,2})(?! ?(?:phường|xã|tháng|/)))?( rưỡi)?\b"
)
# Syllables that these phrases are made of, with their diacritics; for text that has none at all.
_MARKED = {
    "sang": "sáng", "chieu": "chiều", "trua": "trưa", "ngay": "ngày", "hom": "hôm", "bua": "bữa", "thu": "thứ",
    "tuan": "tuần", "toi": "tới", "nua": "nữa", "thang": "tháng", "mung": "mùng", "mong": "mồng", "gio": "giờ",
    "ruoi": "rưỡi", "kem": "kém", "mot": "một", "bon": "bốn", "tu": "tư", "nam": "năm", "bay": "bảy", "tam": "tám",
    "chin": "chín", "muoi": "mười", "chu": "chủ", "nhat": "nhật", "ram": "rằm", "lam": "lăm", "buoi": "buổi",
    "som": "sớm",
}  # fmt: skip


def parse_when(text: str, today: date) -> When:
    """Day, half of the day and hour in what was said: "sáng thứ hai tầm chín giờ rưỡi", "mùng ba tháng mười hai".

    A day that is only named by its weekday or date is the nearest one from `today` on that it can be. Hours without
    "sáng" or "chiều" are those of a working day: "hai giờ" is 14:00. Days that do not exist are None.
    """
    said = _with_marks(after_repair(text)[1])
    hour = parse_time(said)
    session = _session(said) or (hour and (Session.MORNING if hour.hour < 12 else Session.AFTERNOON))
    return When(parse_day(said, today), session or None, hour)


def parse_day(text: str, today: date) -> date | None:
    """The day that is meant, never one that is over; None when none is named.

    "Mai" is taken for tomorrow: names of people and places are better left out of `text`.
    """
    said = f" {_with_marks(after_repair(text)[1])} "
    near = max((phrase for phrase in _NEAR if f" {phrase} " in said), key=len, default=None)
    if near:
        return today + timedelta(days=_NEAR[near])
    said = re.sub(r"(?<=\d) giờ(?: \d{1,2})?", " ", write(said))
    found = parse_date(said, today)
    if found and found < today:
        return _next_of(said, found, today)
    return found


def parse_time(text: str) -> time | None:
    """The hour of a working day, from words or writing: "9h30", "hai rưỡi chiều", "mười giờ kém mười lăm"."""
    said = normalise(write(_HALF_PAST.sub(r"\1 giờ ", _with_marks(after_repair(text)[1]))))
    found = _TIME.search(said)
    if found is None:
        return None
    hour, less, minutes, half = found.groups()
    minute = 30 if half else int(minutes or 0)
    total = int(hour) * 60 + (-int(less) if less else minute)
    if 1 <= int(hour) <= 6 or (_session(said) is Session.AFTERNOON and int(hour) < 12):
        total += 12 * 60
    return time(total // 60, total % 60) if 0 <= total < 24 * 60 and minute < 60 else None


def _session(said: str) -> Session | None:
    """The half that is named last: "không phải sáng, chiều cơ"."""
    named = [_SESSIONS[word] for word in re.findall(r"\w+", said) if word in _SESSIONS]
    return named[-1] if named else None


def _next_of(said: str, found: date, today: date) -> date | None:
    """A day of the month that is over, without its month or year: the one to come. None when the year was told."""
    if re.search(r"\b\d{4}\b|năm|tháng|\d/\d|trước|qua|rồi", said):
        return None
    following = date(found.year + found.month // 12, found.month % 12 + 1, 1)
    try:
        return following.replace(day=found.day)
    except ValueError:
        return None


def _with_marks(text: str) -> str:
    """Text without any diacritics gets those of the words that days and hours are told with."""
    words = normalise(text).split()
    if not text.isascii():
        return " ".join(words)
    marked = [_MARKED.get(word, word) for word in words]
    for at, word in enumerate(words):
        before, after = words[at - 1 : at], words[at + 1 : at + 2]
        if word == "sau" and (before == ["thu"] or after == ["gio"]):
            marked[at] = "sáu"
        elif word == "mot" and before and before[0] in ("ngay", "sang", "chieu", "bua"):
            marked[at] = "mốt"
        elif word == "toi" and before != ["tuan"]:
            marked[at] = "toi"
    return " ".join(marked)
