"""What is kept in the caller's own words."""

from __future__ import annotations

import re
import unicodedata

from services.forms.definitions import Slot
from services.forms.values import LONGEST, LONGEST_VALUE, Context, Found, Parsed, Reason, Refused
from services.forms.words import declines, is_talk, plain

_LEAD = re.compile(
    r"^(?:(?:cháu |bé )?(?:sinh|đẻ) (?:ở|tại) |nơi sinh (?:là )?|ở (?!nhà)|tại (?!nhà)"
    r"|(?:lấy |đặt )?tên (?:quán |cửa hàng |hộ kinh doanh )?(?:là )?|là )"
)
_INSTITUTIONS = ("bệnh viện", "nhà hộ sinh", "trạm y tế", "trung tâm y tế", "phòng khám", "viện")


def parse_story(text: str, slot: Slot, context: Context) -> Parsed:
    """Everything that was said, as it was said."""
    story = clean(text)[:LONGEST]
    if declines(story) or is_talk(story):
        return None
    return Found(story) if len(story.split()) >= 3 else Refused(Reason.TEXT_SHORT)


def parse_text(text: str, slot: Slot, context: Context) -> Parsed:
    """A few words, without the courtesies around them."""
    said = _short(text)
    return Found(said[:1].upper() + said[1:]) if said else None


def parse_facility(text: str, slot: Slot, context: Context) -> Parsed:
    """A hospital by its name in capitals; "ở nhà" as it is."""
    said = _short(text)
    if not said or len(said.split()) > 15:
        return None
    for head in _INSTITUTIONS:
        if said.startswith(head):
            name = " ".join(word[:1].upper() + word[1:] for word in said[len(head) :].split())
            return Found(f"{head[:1].upper()}{head[1:]} {name}".strip(), sure=bool(name))
    return Found(said[:1].upper() + said[1:], sure=False)


def clean(text: str) -> str:
    """NFC, one line, without control characters."""
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def _short(text: str) -> str:
    if declines(text) or is_talk(text):
        return ""
    return _LEAD.sub("", plain(clean(text)[:LONGEST_VALUE]))
