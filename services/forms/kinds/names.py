"""Names of people: kept as they were heard, in capitals, with what may have been meant instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from language.vi import normalise, sound_key, spell
from language.vi.number_words import DIGIT_VALUES, after_repair
from language.vi.phrases import SURNAMES
from services.forms.definitions import Slot
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused
from services.forms.words import declines, is_talk, plain

LEAST, MOST = 2, 8  # syllables
OTHERS = 4

# Syllables that are names both, and that some dialect, line or spelling does not tell apart.
_ALIKE = (
    "vy vi", "ly li", "lý lí", "mỹ mĩ", "quý quí", "thy thi", "hy hi", "kỳ kì", "vỹ vĩ", "trang chang", "trung chung",
    "trinh chinh", "trí chí", "trúc chúc", "sinh xinh", "sương xương", "linh ninh", "lam nam", "lương nương",
    "quan quang", "hoàn hoàng", "khanh khang", "lan lang", "vân dân", "vinh dinh",
)  # fmt: skip
_TWINS = {word: [other for other in row.split() if other != word] for row in _ALIKE for word in row.split()}

_LEAD = re.compile(
    r"^(?:.*\b)?(?:họ và tên|họ tên|tên đầy đủ|tên|đứng tên|ghi|gọi)"
    r"(?: (?:của|tôi|bác|em|cháu|bé|con|mình|anh|chị|cô|chú|ông|bà|chủ hộ|đầy đủ|mẹ|bố))*(?: (?:là|thì|ghi là))?\s+"
    r"|^(?:tôi|bác|em|cháu|mình|chị|anh|cô|chú|ông|bà|chủ hộ) là\s+"
)
_STOPS = re.compile(
    r"(?:,| (?:sinh (?:ngày|năm|ở|tại|hôm|tháng)|con trai|con gái|bé trai|bé gái|số căn cước|căn cước|số điện thoại"
    r"|điện thoại|địa chỉ|ở phường|ở xã|ở số|hiện ở|quê ở|nha em|nhé em|em nhé|đấy em|đây em|nhé cháu|đấy cháu|cháu nhé"
    r"|viết hoa|là bố|là mẹ|năm nay))\b.*$"
)
# Of the peoples of the mountains and the highlands; those shared with the Kinh are in SURNAMES.
_MOUNTAIN_SURNAMES = {
    "lô", "lò", "vi", "quàng", "giàng", "vàng", "sùng", "thào", "lầu", "mùa", "bế", "nông", "ma", "mông", "âu", "tòng",
    "cầm", "điêu", "lường", "cà", "bạc", "chảo", "phàn", "tẩn", "vừ", "thền", "ksor", "siu", "y", "hà", "đèo", "sầm",
}  # fmt: skip
# Words that no name has; without a surname in front, one of them makes the words something else.
_NO_NAME = {
    "không", "có", "gì", "là", "thì", "mà", "và", "được", "cho", "của", "với", "cần", "muốn", "hỏi", "phải", "chưa",
    "rồi", "nào", "đâu", "sao", "bao", "giờ", "thế", "này", "kia", "ở", "đến", "từ", "trong", "ngày", "tháng",
    "tôi", "bác", "cháu", "nhé", "ạ", "hôm", "nay", "trời", "một", "bốn",
    "giấy", "tờ", "làm", "nhớ", "biết", "quên", "nghe", "nói", "lại", "chờ", "đợi", "tí", "người", "cán", "bộ",
    "phường", "xã", "thôn", "xóm", "ngõ", "phố", "quận", "huyện",
}  # fmt: skip


def parse(text: str, slot: Slot, context: Context) -> Parsed:
    """A name of two syllables and more; one syllable corrects the given name of an old one."""
    if declines(text) or is_talk(text):
        return None
    if strange := _strange(text):
        return strange
    words = _name_words(after_repair(text)[1])
    if not words:
        return None
    if len(words) == 1 and context.old and " " in str(context.old):
        return Found(title(f"{str(context.old).rsplit(' ', 1)[0]} {words[0]}"), sure=False)
    known = words[0] in SURNAMES | _MOUNTAIN_SURNAMES
    if words[0] in DIGIT_VALUES:
        return None
    if not known and (len(words) > 5 or _NO_NAME & set(words)):
        return None
    if len(words) < LEAST:
        return Refused(Reason.NAME_SHORT)
    if len(words) > MOST:
        return Refused(Reason.NAME_LONG)
    name = title(" ".join(words))
    return Found(name, sure=known, others=homophones(name))


def parse_people(text: str, slot: Slot, context: Context) -> Parsed:
    """Several names: "vợ tôi là … và con là …"; an empty list when there is nobody."""
    if declines(text):
        return Found([])
    if strange := _strange(text):
        return strange
    people, sure = [], True
    for part in re.split(r",| và (?!tên)| với | rồi đến | còn ", normalise(text)):
        found = parse(_KIN.sub("", plain(part)), slot, Context(context.today))
        if isinstance(found, Found):
            kin = _KIN.match(plain(part))
            people.append({"name": found.value, "relation": kin[1].capitalize() if kin else ""})
            sure = sure and found.sure
    return Found(people, sure) if people else None


_KIN = re.compile(
    r"^(?:có |gồm |cả )?(vợ|chồng|con trai|con gái|con dâu|con rể|con|mẹ|bố|cha|cháu|em trai|em gái|em|anh|chị|ông|bà)"
    r"(?: (?:tôi|bác|nhà tôi|của tôi|cháu|nó))?(?: (?:tên|tên là|là))?\s+"
)


def homophones(name: str) -> tuple[str, ...]:
    """The same name with one syllable written another way that sounds like it."""
    words = name.lower().split()
    found = []
    for at, word in enumerate(words):
        for twin in _TWINS.get(word, ()):
            if at or twin in SURNAMES:
                found.append(title(" ".join([*words[:at], twin, *words[at + 1 :]])))
    return tuple(found[-OTHERS:])  # the given name comes last and matters most


def others_heard(name: str, readings: Iterable[str]) -> tuple[str, ...]:
    """Of the names in other transcripts those that sound nearly like this one."""
    key = sound_key(name.lower()).split()
    near = []
    for reading in readings:
        other = sound_key(reading.lower()).split()
        same = sum(a == b for a, b in zip(key, other, strict=False))
        if reading != name and len(other) == len(key) and same >= len(key) - 1:
            near.append(reading)
    return tuple(dict.fromkeys(near))


def say_spelled(name: str) -> str:
    """The name, then its last syllable letter by letter."""
    return f"{name}, tên {name.rsplit(' ', 1)[-1]} đánh vần là {spell(name.rsplit(' ', 1)[-1])}"


def title(name: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in unicodedata.normalize("NFC", name.lower()).split())


def say_people(people: Iterable[dict[str, str]]) -> str:
    return show_people(people) or "không có ai"


def show_people(people: Iterable[dict[str, str]]) -> str:
    return "; ".join(f"{p['name']} ({p['relation'].lower()})" if p["relation"] else p["name"] for p in people)


def _name_words(text: str) -> list[str]:
    said = _STOPS.sub("", _LEAD.sub("", plain(text[:LONGEST_VALUE]), count=1))
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain(said))
    while len(words) > 1 and words[0] in ("tôi", "bác", "em", "cháu", "mình", "bé", "con", "chị", "cô", "chú", "tên"):
        words = words[1:]
    return words


def _strange(text: str) -> Refused | None:
    """Digits, markup or letters of another script: nobody says them, so they were typed."""
    for c in text[:LONGEST_VALUE]:
        letter = unicodedata.category(c)[0] in "LM"
        if (letter and not _latin(c)) or c.isdigit() or c in '<>{}[]=;@#$%^&*|\\~`\0/"':
            return Refused(Reason.NAME_SIGNS)
    return Refused(Reason.NAME_LONG) if len(text) > LONGEST_VALUE else None


def _latin(c: str) -> bool:
    return unicodedata.name(c, "").startswith(("LATIN", "COMBINING"))
