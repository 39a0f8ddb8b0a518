"""The steps of a procedure, a short phrase each; none when they cannot be told in few words, or run in several ways."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.procedures.portal.record import Stage
from services.procedures.wording import lower

_LONGEST = 45  # words of a step; a longer one is not cut, since its verb may stand at the end
_MOST = 10
_STEP = re.compile(
    r"^[\s\-–+*•]*(?:[a-zđ][).]\s*)?Bước\s*(?P<number>\d{1,2})\s*[:.)\-–]*\s*(?P<text>.*)$", re.IGNORECASE
)
_BULLET = re.compile(r"^\s*(?:[-–*•]|[a-zđ]\)|\d{1,2}[.)])\s*(?P<text>\S.*)$")
_REMARKS = re.compile(r"\s*\([^()]*\)")
_LEADING = re.compile(r"^[\s\-–+*•.,;:]*(?:[a-zđ]\)\s*)?")
_FIRST = re.compile(r";|\.\s|\.$|:\s*$|\n|\s[-–+]\s")
_DEADLINE = re.compile(
    r"(?:trong (?:thời hạn|thời gian|vòng)|chậm nhất|sau) (?:không quá )?(?P<days>\d{1,3} ngày(?: làm việc)?),?"
    r" (?:kể )?(?:từ|sau) (?:ngày|khi) [^,;.]{0,20}nhận[^,;.]{0,80},",
    re.IGNORECASE,
)
_BY_RULE = re.compile(
    r",?\s+(?:theo (?:quy định|mẫu)|quy định tại|ban hành kèm theo)\b[^,;.]*(?:$|(?=[,;.]))", re.IGNORECASE
)
_ACTS = re.compile(
    r"\s(?:(?:có trách nhiệm|tổ chức) )?thực hiện(?: các (?:công việc|nội dung|bước))?(?: như)?(?: sau)?(?: đây)?$"
)
_AGENCY_ALONE = re.compile(
    r"^(?:sở|bộ|cục|cơ quan|văn phòng|chi nhánh|UBND|ủy ban|trung tâm|phòng|chủ tịch)\b"
    r"(?!.*\b(?:nộp|gửi|xem|kiểm|thẩm|cấp (?!xã|tỉnh)|ban hành|trình|quyết|thông báo|nhận|xử|ký|trả|chuyển|lập"
    r"|tổ chức|công bố|ra)\b)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\b(?:sau|sau đây|thực hiện|bao gồm|gồm|cụ thể|và|hoặc|của|tại|có nhu cầu)$", re.IGNORECASE)
_FILES = re.compile(r"nộp|gửi|lập|chuẩn bị|khai|đến|thông báo", re.IGNORECASE)
_ASIDE = re.compile(r"(?:\*?\s*)?(?:lưu ý|ghi chú|trường hợp|nếu|đối với|thời gian)\b", re.IGNORECASE)


def steps(stages: Sequence[Stage]) -> tuple[str, ...]:
    lines = [line for stage in stages for line in (stage.name, *stage.text.split("\n")) if line]
    brief = [_brief(text) for text in _numbered(lines) or _listed(lines)]
    return tuple(brief) if 1 < len(brief) <= _MOST and all(brief) else ()


def _numbered(lines: Sequence[str]) -> list[str]:
    """ "Bước 1: …": what follows, or the next line when that is empty; none unless they count 1, 2, 3 once."""
    texts: list[str] = []
    numbers: list[int] = []
    for line in lines:
        step = _STEP.match(line)
        if step:
            numbers.append(int(step["number"]))
            texts.append(step["text"])
        elif texts and not texts[-1].strip(" .:"):
            texts[-1] = line
    return texts if numbers == list(range(1, len(numbers) + 1)) else []


def _listed(lines: Sequence[str]) -> list[str]:
    """Without such numbers: every line a step, as long as it starts with filing and none of them is an aside."""
    if any(_STEP.match(line) for line in lines):
        return []
    items = [found["text"] if (found := _BULLET.match(line)) else line for line in lines]
    return items if items and _FILES.search(items[0]) and not any(map(_ASIDE.match, items)) else []


def _brief(text: str) -> str:
    plain = _LEADING.sub("", _REMARKS.sub("", text))
    end = _FIRST.search(plain)
    first = _DEADLINE.sub(r"trong \g<days>,", plain[: end.start()] if end else plain)
    first = _ACTS.sub(" xử lý hồ sơ", _BY_RULE.sub("", first).strip(" .,;:)"))
    if _AGENCY_ALONE.match(first):
        first += " xử lý hồ sơ"
    told = 1 < len(first.split()) <= _LONGEST and not _UNFINISHED.search(first)
    return lower(first) if told else ""
