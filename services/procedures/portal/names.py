"""A short name to speak for an official one, which may run to hundreds of words.

A name is cut from its end, clause by clause, where its grammar allows: what stays is the act and what it is about.
What was cut tells it from procedures with the same short name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from language.vi import letters
from services.procedures.portal.normalise import one_line, sentence_case
from services.procedures.wording import lower

LONGEST = 12  # words that can be kept in mind when heard once
_SLACK = 2  # words more that are better than a cut
_MARKS = ",.;:\"“”'"
_JOINTS = " ,;:-–/"
_ANYWHERE = 4.0  # words that a place between any two words must keep more
_SHORTEST = 3  # words below which a cut would leave nothing to know it by


@dataclass(frozen=True, slots=True)
class ShortName:
    spoken: str
    distinction: str  # what the official name says besides, at most LONGEST words; may be empty
    plain: str  # the official name without its level and remarks
    family: str  # folded; the same for names that differ by level or in letters only


_LIST_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*[.)]|[IVX]+\.|\d+(?:\.\d+)+)\s*(?=\D)")
_PREFIX = re.compile(
    r"^(?:nhóm |quy trình )?(?:thủ tục|tthc)(?: hành chính)?(?: về việc| về)?\s*:?\s+(?!hải quan)", re.I
)
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_OPEN_BRACKET = re.compile(r"\s*[(\[](?P<rest>.*)$")
_ENDING = re.compile(r"[\s.,;:/\-–+_]+$")
_REPEATED = re.compile(r"^(.{12,}?)[\s.:;]+\1$")

_LEVEL = r"(?:xã|phường|tỉnh|tinh|thành phố|huyện|trung ương|tw|bộ)"
_COMMITTEE = r"(?:chủ tịch )?(?:ubnd|ủy ban nhân dân)(?: (?:cấp )?(?:tỉnh|xã|thành phố|phường|huyện))*"
_LEVEL_PHRASE = re.compile(
    rf",?\s*[-–]?\s*(?:\b(?:(?:được )?thực hiện )?(?:tại|ở) (?:công an )?cấp {_LEVEL}(?:, cấp {_LEVEL})*"
    rf"|\btại (?:cục|phòng) quản lý xuất nhập cảnh\b.*$"
    rf"|\bở (?:cấp )?(?:xã|tỉnh|trung ương)$"
    rf"|\bthuộc (?:thẩm quyền|phạm vi)(?: \w+){{0,4}}? (?:của )?(?:{_COMMITTEE}|cấp {_LEVEL}|bộ(?: trưởng bộ)? .*"
    rf"|sở .*|các bộ.*)"
    rf"(?: (?:phê duyệt|quyết định|quản lý|giải quyết|cấp))?"
    rf"|\bdo {_COMMITTEE} (?:cấp(?! phép)|quản lý|phê duyệt|quyết định)"
    rf"|\b(?:ở )?cấp {_LEVEL}(?:, cấp {_LEVEL})*(?=$| thực hiện$| giải quyết$)(?: thực hiện| giải quyết)?)",
    re.IGNORECASE,
)
_ONLY_LEVEL = re.compile(
    rf"^(?:thực hiện |áp dụng )?(?:tại |ở |của )?(?:thẩm quyền (?:của )?)?"
    rf"(?:(?:công an |ubnd )?(?:cấp )?{_LEVEL}|địa phương)$",
    re.IGNORECASE,
)
_ITS_CODE = re.compile(r"^[\d.\s]+$")
_BY_RULE = re.compile(
    r",?\s+(?:(?:theo|như) )?(?:được )?(?:quy định|nêu|nói) (?:tại|ở|trong) .*$"
    r"|,?\s+theo (?:quy định|nghị định|quyết định|luật|thông tư|nghị quyết|khoản|điều|điểm)\b.*$"
    r"|,?\s+ban hành kèm theo .*$",
    re.IGNORECASE,
)
_LAND_PAPER = re.compile(
    r"(?<=quyền sử dụng đất),? (?:và )?quyền sở hữu (?:nhà ở và )?tài sản (?:khác )?gắn liền với đất", re.IGNORECASE
)
_ACT = (
    r"(?:cấp lại|cấp đổi|cấp mới|cấp điều chỉnh|cấp sửa đổi|cấp bổ sung|cấp gia hạn|cấp|gia hạn|sửa đổi|bổ sung"
    r"|điều chỉnh"
    r"|thu hồi|chấm dứt|tạm dừng|tạm ngừng|phục hồi|thay đổi|đăng ký|công nhận|phê duyệt|thẩm định|công bố|thành lập"
    r"|giải thể|sáp nhập|hợp nhất|chia|tách|mở rộng|thu hẹp|di chuyển|chuyển đổi|xác nhận|hủy bỏ|hủy|kéo dài"
    r"|chuyển giao)"
)
_AND = r"(?:, | và | hoặc |/)"
_ACTS = re.compile(rf"^(?P<two>{_ACT}{_AND}{_ACT})(?:{_AND}{_ACT})+(?= )", re.IGNORECASE)

_CUTS = (  # where a name may end: words that a worse place must keep more, words over the longest, the place
    (
        3.0,
        _SLACK,
        r";|\s?/\s?|\s[-–]\s|:\s|,?\s(?=(?:đối với|trong trường hợp|trường hợp|nhằm|phục vụ|thuộc|để|khi|nếu|mà"
        r"|gồm|bao gồm|giữa|kèm|thực hiện bằng)\b)",
    ),
    (
        1.5,
        0,
        r"(?<!gắn liền),?\s(?=(?:do|bị|được|có|theo|tại|trên|trong|của|cho|bằng|từ|với"
        r"|không|nhưng|đang|ra|vào|ở|liên quan)\b)",
    ),
    (0.0, 0, r",\s|\s(?=(?:và|hoặc|về|là)\b)"),
)
_ENDS = tuple((bonus, slack, re.compile(places, re.IGNORECASE)) for bonus, slack, places in _CUTS)
_DANGLING = re.compile(
    r"và|hoặc|của|cho|đối|với|về|tại|trên|trong|theo|để|do|bị|được|có|là|các|những|từ|không|việc|thuộc|đến|sang|ra"
    r"|vào|bằng|cấp|số|trường|hợp|sự|chưa|gồm|khi|nếu|mà|giữa|ở|thì|cần|phải|còn|kiểm|đang|đã",
    re.IGNORECASE,
)


def shorten(official: str) -> ShortName:
    name = _PREFIX.sub("", without_number(sentence_case(one_line(official))))
    name, remarks = _without_remarks(name)
    name = _REPEATED.sub(r"\1", _ENDING.sub("", name).strip(" \"“”'.,;-–"))
    plain = name = one_line(_ENDING.sub("", _LEVEL_PHRASE.sub("", name))) or name
    name = one_line(_ENDING.sub("", _LAND_PAPER.sub("", _without_rule(name)))) or name
    spoken = clip(name if len(name.split()) <= LONGEST + _SLACK else _ACTS.sub(r"\g<two>", name))
    left = name[len(spoken) :] if name.startswith(spoken) else ""
    family = " ".join(letters.syllables(letters.fold(" ".join((plain, *remarks)))))
    return ShortName(lower(spoken), _distinction(remarks, left), plain, family)


def without_number(name: str) -> str:
    """Without the number that it had in a list."""
    return _LIST_NUMBER.sub("", name)


def clip(text: str, longest: int = LONGEST) -> str:
    """`text`, cut where its grammar allows so that it has about `longest` words at most."""
    words = text.split()
    if len(words) <= longest + _SLACK:
        return text
    end = next(end for end in range(longest, 0, -1) if is_apart(words[end - 1], words[end]))
    best, kept = end - _ANYWHERE, " ".join(words[:end])
    for bonus, slack, places in _ENDS:
        for found in places.finditer(text):
            before = text[: found.start()].split()
            score = len(before) + bonus
            fits = _SHORTEST <= len(before) <= longest + slack
            if fits and score > best and is_apart(before[-1], words[len(before)]):
                best, kept = score, text[: found.start()]
    return without_dangling(kept)


def without_dangling(text: str) -> str:
    """Without the words at its end that call for more, unless they are half of a compound."""
    words = text.strip(_JOINTS).split()
    while len(words) > 1 and is_dangling(words[-1]) and is_apart(words[-2], words[-1]):
        words.pop()
    return " ".join(words).strip(_JOINTS)


def is_dangling(word: str) -> bool:
    """Whether it calls for another word after it."""
    return bool(_DANGLING.fullmatch(word))


def is_apart(word: str, following: str) -> bool:
    """Whether a text may be cut between these words: they are no compound."""
    return f"{word} {following.strip(_MARKS)}".casefold() not in _compounds()


@cache
def _compounds() -> frozenset[str]:
    text = Path(__file__).with_name("compounds.txt").read_text(encoding="utf-8")
    return frozenset(" ".join(pair.split()) for pair in text.partition("\n")[2].split(","))


def _without_remarks(name: str) -> tuple[str, list[str]]:
    """The name, and what stood in brackets besides its level and code."""
    remarks: list[str] = []
    while (inner := _BRACKETS.search(name)) or (inner := _OPEN_BRACKET.search(name)):
        remarks.append(inner[1].strip())
        name = f"{name[: inner.start()]} {name[inner.end() :]}"
    told = [remark for remark in remarks if remark and not _ONLY_LEVEL.match(remark) and not _ITS_CODE.match(remark)]
    return one_line(name).replace(" ,", ","), told


def _without_rule(name: str) -> str:
    """Without the article that it is ruled by, unless too little would stay."""
    ruled = _BY_RULE.sub("", name)
    return ruled if len(ruled.split()) > _SHORTEST else name


def _distinction(remarks: list[str], left: str) -> str:
    if remarks:
        return clip(lower(remarks[0]) if remarks[0][1:2].islower() else remarks[0])
    return clip(re.sub(r"^[\s,;:/\-–]*(?:và |hoặc |là )?", "", left))
