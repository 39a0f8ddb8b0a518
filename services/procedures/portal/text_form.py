"""The text form of a portal record: twenty labels at the start of a line, always all of them, always in this order.

Free text may repeat a label at the start of a line, so labels are recognised by their order, and where labels of one
line follow each other, by that row of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.procedures.portal.normalise import clean, one_line, value
from services.procedures.portal.record import (
    Fee,
    Item,
    ItemCase,
    LegalEntry,
    MalformedRecord,
    PortalRecord,
    Stage,
    Way,
)
from services.procedures.record import Level, Method

LABELS = (
    "Mã thủ tục", "Số quyết định", "Tên thủ tục", "Cấp thực hiện", "Loại thủ tục", "Lĩnh vực",
    "Trình tự thực hiện", "Cách thức thực hiện", "Thành phần hồ sơ", "Đối tượng thực hiện",
    "Cơ quan thực hiện", "Cơ quan có thẩm quyền", "Địa chỉ tiếp nhận HS", "Cơ quan được ủy quyền",
    "Cơ quan phối hợp", "Kết quả thực hiện", "Căn cứ pháp lý", "Yêu cầu, điều kiện thực hiện", "Từ khóa", "Mô tả",
)  # fmt: skip
_RUNS_OVER_LINES = {3, 7, 8, 9, 13, 16, 17, 18, 20}  # numbers of the labels whose values may
_BEGINS = {8: r"(?=\n  \* Hình thức nộp: |\s*Không có)", 9: r"(?=\n  \[ |\n    - |\s*Không có)"}  # how a value does
LEVELS = {"Cấp Xã": Level.WARD, "Cấp Tỉnh": Level.CITY, "Cấp Bộ/Trung ương": Level.MINISTRY}


def _record_pattern() -> re.Pattern[str]:
    pattern = r"\s*Chi tiết thủ tục hành chính[^\n]*"
    for number, label in enumerate(LABELS, 1):
        content = ".*?" if number in _RUNS_OVER_LINES else r"[^\n]*"
        pattern += rf"\n+{re.escape(label)}:{_BEGINS.get(number, '[ ]?')}(?P<v{number}>{content})"
    return re.compile(pattern, re.DOTALL)


_RECORD = _record_pattern()
_WAY = re.compile(
    r"(?P<method>\w+)[^\n]*\n    Thời hạn giải quyết:[ ]?(?P<time>.*?)"
    r"\n    Phí, lệ phí:[ ]?(?P<fees>.*?)(?:\n    Mô tả:[ ]?(?P<note>.*))?\Z",
    re.DOTALL,
)
_TIME = re.compile(r"(?P<time>.*?)\s*\b(?P<unit>WORKING_DAY|ngày|HOUR|MONTH|YEAR|OTHER)", re.DOTALL)
_FEE = re.compile(r"(?P<value>\d+) VNĐ \((?P<note>.*?)\)?", re.DOTALL)
_ITEM = re.compile(
    r"^    - (?P<name>.*?)^      Số lượng: Bản chính: (?P<originals>\S+), Bản sao: (?P<copies>\S+)",
    re.DOTALL | re.MULTILINE,
)
_CASE = re.compile(r"^  \[ (?P<title>.*) \][ ]*$", re.MULTILINE)
_LEGAL = re.compile(r"(?P<title>.*)\((?P<number>(?:[^()]|\([^()]*\))*)\)[\s.;]*", re.DOTALL)


def parse(text: str) -> PortalRecord:
    """Raises MalformedRecord."""
    text = clean(text.replace("\r\n", "\n"))
    found = _RECORD.fullmatch(text)
    if found is None:
        raise MalformedRecord(_what_is_missing(text))
    raw = {label: found[f"v{number}"] for number, label in enumerate(LABELS, 1)}
    code, name = one_line(raw["Mã thủ tục"]), one_line(value(raw["Tên thủ tục"]))
    if not code or not name:
        raise MalformedRecord("it has no code or no name")
    level = LEVELS.get(value(raw["Cấp thực hiện"]))
    return PortalRecord(
        code=code,
        name=name,
        decision=value(raw["Số quyết định"]),
        levels=(level,) if level else (),
        kind=value(raw["Loại thủ tục"]),
        field=value(raw["Lĩnh vực"]),
        stages=tuple(_stages(raw["Trình tự thực hiện"])),
        ways=tuple(_ways(raw["Cách thức thực hiện"])),
        cases=tuple(_cases(raw["Thành phần hồ sơ"])),
        agency=value(raw["Cơ quan thực hiện"]),
        authority=value(raw["Cơ quan có thẩm quyền"]),
        address=value(raw["Địa chỉ tiếp nhận HS"]),
        delegate=value(raw["Cơ quan được ủy quyền"]),
        results=value(raw["Kết quả thực hiện"]),
        legal=tuple(_legal(raw["Căn cứ pháp lý"])),
        conditions=value(raw["Yêu cầu, điều kiện thực hiện"]),
        keywords=value(raw["Từ khóa"]),
    )


def _what_is_missing(text: str) -> str:
    at = 0
    for label in LABELS:
        found = re.compile(rf"^{re.escape(label)}:", re.MULTILINE).search(text, at)
        if found is None:
            return f"the label {label!r} is missing or out of order"
        at = found.end()
    return "its labels are not in rows"


def _stages(body: str) -> Iterator[Stage]:
    """Named stages start with "  * "; text without them is one stage without a name."""
    for part in re.split(r"^(?=  \* )", body, flags=re.MULTILINE):
        head, _, rest = part.partition("\n") if part.startswith("  * ") else ("", "", part)
        name, text = value(head.removeprefix("  * ")), value(rest)
        if name or text:
            yield Stage(name, text)


def _ways(body: str) -> Iterator[Way]:
    for part in re.split(r"^  \* Hình thức nộp: ", body, flags=re.MULTILINE)[1:]:
        found = _WAY.fullmatch(part)
        if found is None or found["method"] not in Method.__members__:
            raise MalformedRecord(f"a way to file cannot be read: {part[:40]!r}")
        time = _TIME.fullmatch(found["time"].strip())
        yield Way(
            method=Method[found["method"]],
            time=value(time["time"] if time else found["time"]),
            unit=(time["unit"] if time else "").replace("ngày", "DAY"),
            fees=tuple(_fees(found["fees"])),
            note=value(found["note"] or ""),
        )


def _fees(text: str) -> Iterator[Fee]:
    parts: list[str] = []
    for part in text.strip().split(" | "):
        if parts and not _FEE.match(part) and parts[-1].count("(") > parts[-1].count(")"):
            parts[-1] += f" | {part}"  # the bar stands inside a note
        else:
            parts.append(part)
    for part in parts:
        found = _FEE.fullmatch(part.strip())
        fee = Fee(int(found["value"]), value(_closed(found["note"]))) if found else Fee(None, value(part))
        if fee.value is not None or re.search(r"\w", fee.note):
            yield fee


def _closed(note: str) -> str:
    """With the bracket that was taken for the one after the note, where that is missing."""
    return note + ")" * (note.count("(") - note.count(")"))


def _cases(body: str) -> Iterator[ItemCase]:
    titles = ["", *(found["title"] for found in _CASE.finditer(body))]
    for title, part in zip(titles, _CASE.sub("\x00", body).split("\x00"), strict=True):
        items = tuple(
            Item(value(found["name"]), _count(found["originals"]), _count(found["copies"]), None)
            for found in _ITEM.finditer(part)
        )
        if title or items:
            yield ItemCase(value(title), items)


def _count(printed: str) -> int:
    return int(printed) if printed.isdecimal() else 0


def _legal(body: str) -> Iterator[LegalEntry]:
    for part in re.split(r"^  \* ", body, flags=re.MULTILINE):
        text = value(part)
        found = _LEGAL.fullmatch(text)
        if text:
            yield (
                LegalEntry(one_line(found["title"]), one_line(found["number"]))
                if found
                else LegalEntry(one_line(text), "")
            )
