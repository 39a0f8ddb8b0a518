"""Where to file and who decides, and what one gets, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.procedures.portal.area import other_provinces
from services.procedures.portal.normalise import one_line
from services.procedures.portal.record import PortalRecord
from services.procedures.record import Level
from services.procedures.wording import WAYS, lower

_MOST_AGENCIES = 3
_LONGEST_AGENCY = 14  # words
_LONGEST_ADDRESS = 25
_LONGEST_RESULT = 22

_AGENCY = (
    r"(?:Bộ|Sở|Cục|Ủy ban|Ủy Ban|ủy ban|UBND|Chi cục|Chi nhánh|Công an|Phòng|Văn phòng|Trung tâm|Ban|Bộ phận"
    r"|Cơ quan|Ngân hàng|Thuế"
    r"|Bảo hiểm|Vụ|Tổng cục|Chủ tịch|Đội|Tòa án|Hội|Trường|Quỹ|Kho bạc|Viện|Cảng|Đài|Quân khu|Tập đoàn|Đơn vị|Đại sứ"
    r"|Bệnh viện|Cơ sở|Thanh tra|Tổ chức|Trạm|Điểm|Tổng|Học viện|Đồn|Công ty|Hải quan|Lãnh đạo|Bưu điện|Kiểm)"
)
_BETWEEN = re.compile(rf"\s*(?:[;\n]|,\s+(?={_AGENCY}\b))\s*")
_ABOLISHED = re.compile(
    r"\bcấp huyện|\b(?:UBND|ủy ban nhân dân|công an|bảo hiểm xã hội|phòng [^,;.\n]{0,40}) (?:cấp )?(?:quận|huyện"
    r"|thị xã)\b"
    r"|\bquận, huyện\b|\bhuyện, (?:quận|thị xã|thành phố)\b|\bcác huyện\b",
    re.IGNORECASE,
)
_FORMER_DEPARTMENT = re.compile(r"lao động\s*[-–,]?\s*thương binh", re.IGNORECASE)
_BY_LEVEL = {Level.WARD: "xã, phường", Level.CITY: "cơ quan cấp thành phố", Level.MINISTRY: "bộ, ngành ở trung ương"}
_REFUSAL = re.compile(
    r"^thông báo|^văn bản (?:trả lời|yêu cầu|thông báo)|^công văn|từ chối|không (?:chấp thuận|đồng ý|có kết quả|cấp)",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\s*(?:[;\n]|,\s+(?=(?:Giấy|Quyết|Văn bản|Thẻ|Chứng|Bằng|Phiếu|Sổ|Thông báo|Công văn|Biên bản|Báo cáo|Kết quả|Bản"
    r"|Nghị quyết|Tờ|Hồ sơ|Xác nhận|Danh sách|Hợp đồng|Tem|Lệnh|Trích lục|Mã|Biển|Đơn|Cấp)\b))\s*"
)


def names_a_district(text: str) -> bool:
    """Districts ended on 01/07/2025; the level, not a place of that name."""
    return bool(_ABOLISHED.search(text))


def names_the_former_department(text: str) -> bool:
    return bool(_FORMER_DEPARTMENT.search(text))


def agencies(record: PortalRecord) -> tuple[list[str], list[str]]:
    """Those that callers may be sent to, and those of other provinces."""
    here: list[str] = []
    elsewhere: list[str] = []
    for each in _BETWEEN.split(record.agency):
        name = _agency(each)
        if name and other_provinces(each):
            elsewhere.append(name)
        elif name and name.casefold() not in map(str.casefold, here) and len(name.split()) <= _LONGEST_AGENCY:
            here.append(name)
    return here, elsewhere


def where(record: PortalRecord, here: Sequence[str]) -> str:
    ways = [said for method, said in WAYS.items() if any(way.method == method for way in record.ways)]
    clauses = [_either([ways[0], *(way.removeprefix("nộp ") for way in ways[1:])])] if ways else []
    if record.anywhere:
        clauses.append("nộp ở tỉnh, thành phố nào cũng được")
    address = _address(record.address)
    if address:
        clauses.append(f"nơi nhận hồ sơ là {address}")
    decides = _either(list(here[:_MOST_AGENCIES])) or _BY_LEVEL.get(next(iter(record.levels), Level.UNKNOWN), "")
    if decides and decides.casefold() not in address.casefold():
        clauses.append(f"cơ quan giải quyết là {decides}")
    return "; ".join([clauses[0][:1].upper() + clauses[0][1:], *clauses[1:]]) if clauses else ""


def online(record: PortalRecord) -> str:
    if not record.ways:
        return ""
    if "nộp trực tuyến" not in {WAYS[way.method] for way in record.ways}:
        return "Không"
    return "Một phần" if record.wholly_online is False else "Có"


def result(record: PortalRecord) -> str:
    """What one gets; letters of refusal are left out."""
    plain = re.sub(r"\s*\([^()]*\)", "", record.results)
    each = [re.sub(r"\s*\(.*$", "", one_line(part)).strip(" .,;-–+*/)") for part in _RESULTS.split(plain)]
    good = [part for part in each if part and not _REFUSAL.search(part)]
    told = [part for part in good if len(part.split()) <= _LONGEST_RESULT][:2]
    return _either([lower(part) for part in dict.fromkeys(told)])


def _agency(name: str) -> str:
    name = one_line(name).strip(" .,;")
    name = re.sub(r"\s+-\s+.*$", "", name)  # "Cục X - Bộ Y": the agency itself is enough
    name = re.sub(r",?\s*thị trấn", "", name)
    name = re.sub(r"(?i)\bcấp xã, phường\b", "cấp xã", name)
    name = re.sub(r"(?i)^chủ tịch (?=ubnd|ủy ban)", "", name)
    return re.sub(r"(?<=cấp )[XTH](?=\w)", lambda letter: letter.group().lower(), name)


def _address(text: str) -> str:
    line = one_line(text).strip(' .;"-')
    short = "\n" not in text and len(line.split()) <= _LONGEST_ADDRESS and not re.search(r"https?:|www\.|@|[:;]", line)
    if not short or other_provinces(text) or names_a_district(text) or not re.match(rf"{_AGENCY}|Số|\d", line):
        return ""
    return re.sub(r"\s+-\s+", ", ", line)


def _either(parts: Sequence[str]) -> str:
    *before, last = parts or [""]
    return f"{', '.join(before)} hoặc {last}" if before else last
