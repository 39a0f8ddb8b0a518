"""Words around the value: courtesies, yes and no, declining, taking back."""

from __future__ import annotations

import re
from collections.abc import Iterable

from language.vi import fold, is_backchannel, is_command, normalise, sound_key, strip_fillers
from language.vi.phrases import BACKCHANNEL_WORDS, NO, YES

_LEADS = BACKCHANNEL_WORDS | {"thưa", "này", "alo", "thì", "là", "rằng"}
# "Anh" and "Em" end names of people and places, too: such words go only with a particle beside them.
_TAIL = re.compile(
    r"[\s,]+(?:(?:đây|đấy|đó|nhé|nhá|nha|ạ|nhỉ|thôi|rồi|cơ|mà|giúp|giùm|vậy)(?: (?:cháu|em|con|cô|chú|bác|anh|chị))?"
    r"|(?:cháu|em|con) (?:ơi|à|ạ|nhé))$"
)
_SKIPS = ("bỏ qua", "bỏ trống", "để trống")  # in sentences of any length
_DECLINES = (
    "không có", "không ai", "chưa có", "không nhớ", "không biết", "quên rồi", "quên mất", *_SKIPS,
    "để sau", "không cần", "không khai", "giấu tên", "không mang", "mất rồi", "chưa biết", "không rõ", "chưa rõ",
    "chưa xác định", "không xác định", "hổng có", "không muốn",
)  # fmt: skip
_DECLINES_FIRST = ("không", "thôi", "khỏi", "chưa", "hông", "hổng")
_TAKES_BACK = re.compile(
    r"^(?:à quên|à nhầm|quên|nhầm rồi|nhầm|à không phải|không phải là|không phải|à không|không đúng|không|sai rồi|sai"
    r"|chưa đúng|sửa lại là|sửa lại|sửa giúp|sửa giùm|sửa cho tôi|sửa|đổi lại là|đổi lại|đổi|nói lại là|đính chính"
    r"|khoan đã|khoan)\b[\s,.]*"
)
_SHORT = 6  # words; in longer sentences the first one answers nothing


# Number and calendar words as they are typed without diacritics.
_ACCENTED = {
    "khong": "không", "mot": "một", "bon": "bốn", "nam": "năm", "sau": "sáu", "bay": "bảy", "tam": "tám",
    "chin": "chín", "muoi": "mười", "lam": "lăm", "tram": "trăm", "nghin": "nghìn", "ngan": "ngàn", "trieu": "triệu",
    "ty": "tỷ", "ruoi": "rưỡi", "dong": "đồng", "ngay": "ngày", "thang": "tháng", "mung": "mùng", "ram": "rằm",
    "gieng": "giêng", "hom": "hôm", "tuan": "tuần", "thu": "thứ", "nua": "nữa", "toi": "tới", "truoc": "trước",
    "sang": "sáng", "chieu": "chiều", "gio": "giờ", "tuoi": "tuổi", "hat": "hát", "gach": "gạch", "cham": "chấm",
    "am": "âm", "lich": "lịch", "chu": "chủ", "nhat": "nhật",
}  # fmt: skip


def accented(text: str) -> str:
    """The number and calendar words of a text without diacritics, with them: "tuan sau" stays next week."""
    words = text.lower().split()
    week = [at for at, word in enumerate(words) if word == "sau" and words[at - 1 : at] == ["tuan"]]
    return " ".join(word if at in week else _ACCENTED.get(word, word) for at, word in enumerate(words))


def plain(text: str) -> str:
    """Normalised, without fillers, without the courtesies before and after."""
    return _without_courtesies(strip_fillers(text))


def without_leads(text: str) -> str:
    """Normalised words, a comma alone where there was one, without "dạ", "vâng", "a lô" in front."""
    words = re.findall(r"[^\s,.;:?!…\"“”]+(?:[.:]\w+)*|,", normalise(text))
    while words and (words[0] in _LEADS or words[0] == "," or words[:2] == ["a", "lô"]):
        words = words[2 if words[0] == "a" else 1 :]
    return re.sub(r" ,", ",", " ".join(words)).strip(" ,")


def _without_courtesies(text: str) -> str:
    said = without_leads(text)
    while (shorter := _TAIL.sub("", said)) != said:
        said = shorter
    return said.strip(" ,")


def yes_no(text: str) -> bool | None:
    """Whether a short answer begins with a yes or a no; None for anything else."""
    words = re.findall(r"\w+", normalise(text))
    while len(words) > 1 and words[0] in ("dạ", "à", "ờ", "ừm", "thưa", "vâng") and words[1:2] != ["vâng"]:
        if words[0] == "vâng" and words[1] not in ("không", "chưa"):
            return True
        words.pop(0)
    if not 0 < len(words) <= _SHORT:
        return None
    for length in (4, 3, 2, 1):
        said = " ".join(words[:length])
        if said in NO or (length == 1 and said in ("hông", "hổng", "sai", "chưa", "thôi")):
            return False
        if said in YES:
            return True
    return _undiacritised(words)


def _undiacritised(words: list[str]) -> bool | None:
    """The same for what is typed without diacritics."""
    if not " ".join(words).isascii():
        return None
    first = " ".join(words[:2])
    if words[0] in ("khong", "ko", "k", "chua", "sai", "thoi"):
        return False
    return True if words[0] in ("co", "dung", "vang", "phai", "u", "ok", "duoc") or first == "dong y" else None


def declines(text: str) -> bool:
    """Whether the caller has nothing to say here: "không có", "tôi không nhớ", "bỏ qua"."""
    said = plain(text)
    if says_any(said, _SKIPS):
        return True
    if len(said.split()) > _SHORT:
        return False
    return has_none(said) or says_any(said.split(maxsplit=1)[0] if said else "", _DECLINES_FIRST)


def has_none(text: str) -> bool:
    """Whether a short answer says that there is nothing to say, so that its "không" takes nothing back."""
    said = plain(text)
    return len(said.split()) <= _SHORT and says_any(said, _DECLINES)


def take_back(text: str) -> str | None:
    """What follows a "no", "I forgot", "change …" at the beginning; None when nothing is taken back."""
    said = _without_courtesies(text)
    rest, found = said, False
    while match := _TAKES_BACK.match(rest):
        if found and match.group().startswith("không ") and not match.group().startswith("không phải"):
            break  # one "không" is a no; the next may be a zero
        rest, found = rest[match.end() :], True
    return rest if found else None


def is_talk(text: str) -> bool:
    """Whether the words are about the conversation: a yes, a no, "nhắc lại", "đợi tí"."""
    return plain(text) in YES | NO or is_backchannel(text) or is_command(text)


def says(text: str, phrase: str) -> bool:
    """Whether normalised `text` holds the phrase; without diacritics where the text has none."""
    if text.isascii():
        phrase = fold(phrase)
    return f" {phrase} " in f" {text.replace(',', ' ')} "


def says_any(text: str, phrases: Iterable[str]) -> bool:
    return any(says(text, phrase) for phrase in phrases)


def alike(text: str, phrase: str) -> bool:
    """Whether the text holds the phrase as some dialect may say it."""
    return f" {sound_key(phrase)} " in f" {sound_key(text)} "
