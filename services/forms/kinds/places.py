"""Addresses in Hanoi, service points, and where something happened."""

from __future__ import annotations

import re
from collections.abc import Sequence

from language.vi import normalise, write
from language.vi.number_words import after_repair
from services.forms.definitions import Slot
from services.forms.kinds import wards
from services.forms.kinds.texts import parse_text
from services.forms.values import LONGEST_VALUE, Context, Found, Parsed, Reason, Refused, Value
from services.forms.words import declines, plain

CITY = "Thành phố Hà Nội"
_LEAD = re.compile(
    r"^(?:(?:tôi|bác|em|cháu|nhà tôi|nhà bác|nhà|mình|gia đình|cửa hàng|quán|hiện|hiện tại|bây giờ)\s+)*"
    r"(?:đang )?(?:địa chỉ(?: mới)?(?: là| ở)?|sống ở|sống tại|sinh sống ở|chuyển về|chuyển đến|nhập khẩu về|nhập vào"
    r"|ở tại|ở|tại|thường trú(?: ở| tại)?)\s+(?=\S)"
)
_CITY = re.compile(r"[,\s]*(?:thành phố\s+|tp\.?\s*)?hà nội$")
_DISTRICT = re.compile(r"[,\s]*\b(?:quận|huyện|thị xã)\s+(?:\w+\s*){1,2}$")
_UNIT = re.compile(r"\b(?:phường|xã)\s+\w+")
_HEADS = {
    "số", "nhà", "ngõ", "ngách", "hẻm", "kiệt", "phố", "đường", "thôn", "xóm", "làng", "khu", "tổ", "dân", "đô", "thị",
    "chung", "cư", "tòa", "tầng", "căn", "hộ", "phòng", "cụm", "đội", "lô", "trên", "cạnh", "gần", "sau", "trước",
    "đối", "diện",
}  # fmt: skip


def parse_address(text: str, slot: Slot, context: Context) -> Parsed:
    """House and street, and the ward: {"detail", "ward", "code"}. What is missing is asked for, the rest is kept."""
    if declines(text):
        return None
    said = _CITY.sub("", _LEAD.sub("", plain(after_repair(text[:LONGEST_VALUE])[1])))
    district = _DISTRICT.search(said)
    words = (said[: district.start()] if district and not _ends_in_ward(said, district.start()) else said).split()
    named = wards.mention([word.strip(",") for word in words])
    part = dict(context.part or context.old or {})
    if named and len(named.wards) > 1:
        return Refused(Reason.WARD_AMBIGUOUS, {"choices": " hay ".join(w.name for w in named.wards)}, part=part or None)
    detail = _detail(words[: named.start] if named else words)
    if named:
        part |= {"ward": named.wards[0].name, "code": named.wards[0].code}
    if detail and (named is None or not _UNIT.search(detail)):
        part |= {"detail": detail}
    return _whole(part, sure=named is None or named.certain, unknown=named is None, said=said, district=bool(district))


def _whole(part: dict[str, str], sure: bool, unknown: bool, said: str, district: bool) -> Parsed:
    if part.get("ward") and part.get("detail"):
        return Found(part, sure=sure)
    if part.get("ward"):
        return Refused(Reason.ADDRESS_DETAIL, {"ward": part["ward"]}, part=part)
    if unknown and _UNIT.search(said):
        return Refused(Reason.WARD_UNKNOWN)
    if not part.get("detail") or not (set(normalise(part["detail"]).split()) & _HEADS or re.search(r"\d", said)):
        return Refused(Reason.DISTRICT_GONE) if district else None
    return Refused(Reason.DISTRICT_GONE if district else Reason.WARD_MISSING, part=part)


def parse_service_point(text: str, slot: Slot, context: Context) -> Parsed:
    """The ward whose service point is meant: {"code", "name"}."""
    words = re.findall(r"\w+", plain(text[:LONGEST_VALUE]))
    named = wards.mention(words)
    if named is None:
        return Refused(Reason.WARD_UNKNOWN) if {"phường", "xã"} & set(words) else None
    if len(named.wards) > 1:
        return Refused(Reason.WARD_AMBIGUOUS, {"choices": " hay ".join(each.name for each in named.wards)})
    return Found({"code": named.wards[0].code, "name": named.wards[0].name}, sure=named.certain)


def parse_scene(text: str, slot: Slot, context: Context) -> Parsed:
    """A service point or any other place, in the caller's words: {"detail", "ward", "code"}, the last two if known."""
    found = parse_text(text, slot, context)
    if not isinstance(found, Found):
        return found
    named = wards.mention(re.findall(r"\w+", normalise(found.value)))
    if named is None or len(named.wards) > 1:
        return Found({"detail": found.value})
    return Found({"detail": found.value, "ward": named.wards[0].name, "code": named.wards[0].code})


def say_address(value: Value) -> str:
    return ", ".join(filter(None, (value.get("detail"), value.get("ward"))))


def show_address(value: Value) -> str:
    return ", ".join(filter(None, (value.get("detail"), value.get("ward"), CITY)))


def say_scene(value: Value) -> str:
    return str(value["detail"])


def say_service_point(value: Value) -> str:
    return str(value["name"])


def _ends_in_ward(said: str, at: int) -> bool:
    """ "thị xã Sơn Tây" is a district, "xã Sơn Đồng" within it is none."""
    return bool(_UNIT.search(said[at:].replace("thị xã", "")))


def _detail(words: Sequence[str]) -> str:
    """House, lane and street as they are written: numbers in digits, names in capitals."""
    said = re.sub(r"(?:[,\s]+(?:thuộc|ở|của|tại))?[,\s]*$", "", " ".join(words)).strip(" ,")
    written = write(said).split()
    return " ".join(_capital(word, written[at - 1] if at else "") for at, word in enumerate(written)).strip(" ,")


def _capital(word: str, before: str) -> str:
    street = before in ("phố", "đường") and word != "số"  # "phố Đội Cấn", "phố Nhà Thờ"
    if (word in _HEADS and not street) or word[:1].isdigit():
        return word[:1].upper() + word[1:] if not before else word
    return word[:1].upper() + word[1:]
