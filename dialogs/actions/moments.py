"""When something happened, as callers say it within a story: "sáng hôm qua", "mấy tuần nay", "lúc chín giờ"."""

from __future__ import annotations

import re
from datetime import date

from language.vi.dates import parse_date
from language.vi.letters import fold, syllables

NO_TIMES = {"tôi", "thu"}  # neither "tối" nor "thứ"
_NUMBER = r"(?:\d{1,2}|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|muoi \w+)"
_UNIT = r"(?:hom|ngay|bua|tuan|thang|nam)"
_PART = r"(?:sang|trua|chieu|toi|dem)"
_CLOCK = rf"(?:(?:luc|khoang|tam|hoi) )*{_NUMBER} (?:gio|h)(?: ruoi| {_NUMBER})?(?: (?:sang|trua|chieu|toi|dem))?"
_DAY = "|".join(
    (
        r"hom (?:nay|qua|kia|kia|truoc|no|rom|bua|noi)",
        rf"{_PART} (?:nay|qua|kia)",
        rf"(?:hoi|luc|dau gio|cuoi gio) {_PART}",
        r"(?:ban|luc|hoi) nay",
        r"bua (?:nay|qua|kia|truoc|ni|hom|tre)",
        r"(?:tuan|thang) (?:nay|truoc|roi|vua roi|vua qua)",
        r"nam (?:ngoai|nay|truoc)",
        r"(?:hom )?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)(?: tuan (?:truoc|roi|nay|vua roi))?",
        rf"(?:may|vai) {_UNIT}(?: (?:nay|roi|qua|truoc|lien|troi))?",
        rf"(?:ca|hang|suot|{_NUMBER}) {_UNIT} (?:nay|roi|qua|truoc|lien|troi)",
        r"(?:ca|suot) (?:tuan|thang|nam|dem|ngay)",
        r"(?:ngay|dem|hom|toi|sang) nao(?= cung)",
        r"hang (?:ngay|dem|tuan|toi)",
        r"(?:tu |hoi |tu hoi )?(?:dau|giua|cuoi) (?:tuan|thang|nam)(?: (?:nay|truoc|roi))?",
        rf"(?:ngay|hom|mung) {_NUMBER}(?: thang {_NUMBER})?(?: nam \d{{4}})?(?: (?:vua roi|vua qua|am))?",
        r"thang (?:\d{1,2}|gieng|chap|hai|ba|tu|nam|sau|bay|tam|chin|muoi)(?: vua roi| nam ngoai)?",
        r"(?:hoi |truoc |sau |dip )tet",
        r"vua xong|moi day|gan day|lau roi",
    )
)
_TIME = re.compile(rf"\b(?:(?:{_CLOCK} )?(?:{_PART} )?(?:{_DAY})(?: {_CLOCK})?|{_CLOCK})\b")


def find_time(said: str, today: date) -> tuple[str, date | None] | None:
    """The words that tell the time and, where they tell it, the day; never a day after `today`."""
    words = syllables(said)
    marked = not said.isascii()
    folded = " ".join("-" if marked and word in NO_TIMES else fold(word) for word in words)
    found = _TIME.search(folded)
    if found is None:
        return None
    start = folded[: found.start()].count(" ")
    time = " ".join(words[start : start + found.group().count(" ") + 1])
    day = parse_date(time, today)
    return time, day if day and day <= today else None
