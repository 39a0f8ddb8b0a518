"""The papers to bring, by case: named briefly, in order, without the headings and remarks that stand among them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.procedures.portal.findings import Reason
from services.procedures.portal.names import clip, without_dangling
from services.procedures.portal.normalise import one_line
from services.procedures.portal.record import Item, ItemCase
from services.procedures.record import Case, Paper
from services.procedures.wording import lower

_LONGEST = 28  # words of a paper's name that can still be followed when heard
_LONGEST_TITLE = 16

_BULLET = r"[\s\-–—+*•.,;:_/!“\"]*"
_MARK = re.compile(
    rf"^{_BULLET}(?:[(\[]?(?P<mark>\d{{1,2}}(?:\.\d{{1,2}})*|[a-zđ]\d?|[ivx]{{1,5}})[)\].,]+"
    rf"|(?P<plain>\d{{1,2}}\.\d{{1,2}}(?:\.\d+)*))?{_BULLET}[)\s]*",
    re.IGNORECASE,
)
_ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}

_REMARK = re.compile(
    r"(?:các )?(?:lưu ý|ghi chú|chú ý|chú thích|số lượng|không quy định|không có|hình thức nộp|thời hạn|cách thức)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:các )?(?:thành phần|bộ hồ sơ|hồ sơ|giấy tờ|tài liệu)[^,;]{0,60}(?:gồm|bao gồm|sau|sau đây|như sau"
    r"|phải nộp|phải xuất trình)"
    r"\s*(?:có)?\s*[:.]*",
    re.IGNORECASE,
)
_PAPER_NOUN = re.compile(
    r"(?:0?\d{1,2} )?(?:\([^)]*\) )?(?:bản|bảng|biên|báo cáo|biểu|bằng|chứng|công văn|dự thảo|danh sách|đơn|đề án"
    r"|đề nghị|đề cương|điều lệ"
    r"|giấy|hóa đơn|hồ sơ|hợp đồng|hộ chiếu|kế hoạch|lý lịch|mẫu|mảnh|nghị quyết|nội quy|ảnh|phiếu|phương án"
    r"|quyết định|quy"
    r"|sơ đồ|sơ yếu|sổ|tài liệu|thẻ|thông báo|thuyết minh|tờ|trích|văn bản|văn bằng|vận đơn|ý kiến|cam kết|xác nhận)\b",
    re.IGNORECASE,
)
_SHOWN_ONLY = re.compile(r"xuất trình", re.IGNORECASE)
_GROUP = re.compile(  # titles that name a part of the papers, not a case
    r"(?:(?:các |\d+ (?:\(\w+\) )?)?(?:giấy tờ|tài liệu|thành phần|bộ hồ sơ|hồ sơ)\b(?!.*\b(?:đối với|trường hợp"
    r"|đề nghị|đăng ký|xin|của)\b)"
    r"|theo quy định|bao gồm|gồm|nộp |gửi nộp|xuất trình|người yêu cầu|trong phiếu|văn bản|phiếu được)",
    re.IGNORECASE,
)
_CASE_OF = re.compile(
    r"^(?:(?:thành phần )?hồ sơ (?:phải nộp )?)?(?:trong )?(?:đối với|trường hợp)"
    r"(?: (?:các )?trường hợp)?(?: \(?\d+\)? ?[:.])?\s+",
    re.IGNORECASE,
)
_ITS_LIST = re.compile(
    r"[\s,:]+(?:thì )?(?:(?:thành phần )?hồ sơ|giấy tờ)?\s*(?:gồm|bao gồm|như sau|gồm có|cần có|phải kèm theo"
    r"|nộp)(?: .{0,45})?$",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(r"^[^;\n]*?(?:nếu |trường hợp |khi có yêu cầu)", re.IGNORECASE)  # in its first clause
_REMARKS = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_NO_NAME = re.compile(
    r"(?:trường hợp|các trường hợp|đối với|nếu|ngoài|tại|khi|trong|người|cơ quan|tổ chức|doanh nghiệp|theo|để"
    r"|việc|được|và|hoặc|phải"
    r"|có|từ|nội dung)\b|(?:bản (?:sao|gốc|chính)|hồ sơ|tài liệu|giấy tờ|một trong|các loại)(?: (?:sau|sau đây"
    r"|khác|có chứng thực))?$",
    re.IGNORECASE,
)
_FORM = re.compile(r"^(?:theo )?mẫu (?:số )?\S*\d\S*[.:,]?\s+(?=\w)", re.IGNORECASE)
_IN_CASE = re.compile(
    r"(?:trong )?(?:trường hợp|đối với) (?P<when>[^:;]{3,200}?)(?:,"
    r"| thì)?(?: (?:người [\w\s]{0,40}?)?(?:thì )?(?:còn )?(?:phải|cần) "
    r"(?:có|nộp|xuất trình|kèm theo|gửi kèm)(?: thêm)?| kèm theo|:)\s+(?P<paper>.+)",
    re.IGNORECASE | re.DOTALL,
)
_TAIL = re.compile(  # what follows the name of a paper
    r"[\s,]+(?:được )?(?:theo|tại|như) (?:các )?(?:mẫu|biểu mẫu|phụ lục|quy định|khoản|điều|điểm|nghị định"
    r"|thông tư|luật|quyết định|hướng dẫn)\b"
    r"|[\s,]+(?:ban hành|kèm theo|quy định|gửi kèm|bao gồm|gồm|trong đó|cụ thể|do .{0,60} ban hành)\b"
    r"|[\s,]*[(\[]|;|\.\s|\.(?=[A-ZĐ])|\n|:|\s[-–+]\s|\s(?:đối với|trong) trường hợp\b|[\s,]+(?:trừ|nếu)\b"
    r"|[\s,]+mẫu (?:số )?[\dA-Z]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Papers:
    cases: tuple[Case, ...]  # papers needed in every case have no title and come first
    problems: tuple[tuple[Reason, str], ...]


def papers(cases: Sequence[ItemCase]) -> Papers:
    found: dict[str, dict[str, Paper]] = {}
    problems: dict[Reason, list[str]] = {}
    titles: list[str] = []
    for case in cases:
        title = _title(case.title)
        if title and title in titles:
            problems.setdefault(Reason.SAME_CASE, []).append(title)
        titles.append(title)
        if _REMARK.match(_unmarked(case.title)):
            problems.setdefault(Reason.PAPERS_REMARKS, []).append(case.title)
            continue
        for paper in _papers(case, problems):
            found.setdefault(title, {}).setdefault(paper.name.casefold(), paper)
    ordered = sorted(found.items(), key=lambda each: bool(each[0]))
    kept = tuple(Case(title=title, papers=tuple(own.values())) for title, own in ordered)
    if not kept:
        problems[Reason.PAPERS_NONE] = []
    return Papers(
        kept, tuple((reason, " | ".join(clip(text) for text in texts[:5])) for reason, texts in problems.items())
    )


def _papers(case: ItemCase, problems: dict[Reason, list[str]]) -> Iterator[Paper]:
    suffix = " để xuất trình" if _SHOWN_ONLY.search(case.title) else ""
    for item in _sorted(case.items):
        text = _unmarked(item.name)
        if not _is_paper(item, text):
            problems.setdefault(Reason.PAPERS_REMARKS, []).append(one_line(item.name))
            continue
        name = brief(text)
        if not name:
            problems.setdefault(Reason.PAPERS_LONG, []).append(one_line(item.name))
            continue
        required = item.required if item.required is not None else not _CONDITIONAL.match(text)
        yield Paper(name=name + suffix, originals=item.originals, copies=item.copies, required=required)


def brief(text: str) -> str:
    """The name of a paper, without its form and the rest of the paragraph; empty if it has none."""
    when = _IN_CASE.match(text)
    paper = _REMARKS.sub("", _FORM.sub("", when["paper"] if when else text))
    tail = next((cut for cut in _TAIL.finditer(paper) if len(paper[: cut.start()].split()) > 1), None)
    name = one_line(paper[: tail.start()] if tail else paper).strip(" .,;:*/-–+)]")
    name = without_dangling(clip(name, _LONGEST) if len(name.split()) > _LONGEST else name)
    if not name or _NO_NAME.match(name) or (when and not _PAPER_NOUN.match(name)):
        return ""
    condition = clip(one_line(when["when"])) if when else ""
    return f"{lower(name)}, nếu {condition}" if condition else lower(name)


def _is_paper(item: Item, text: str) -> bool:
    """Headings and remarks have no copies, or say so; a form that nobody counted is still a paper."""
    if not text or _REMARK.match(text) or _HEADING.fullmatch(text):
        return False
    if item.originals or item.copies:
        return not text.rstrip().endswith(":")
    return bool(_PAPER_NOUN.match(text)) and not text.rstrip().endswith(":") and not _IN_CASE.match(text)


def _title(title: str) -> str:
    """Of a case; empty when it names a part of the papers that everybody needs."""
    text = _unmarked(title).rstrip(" :.;")
    if not text or _GROUP.match(text):
        return ""
    for _ in range(2):  # "(2) Trường hợp 2: đối với …"
        text = _unmarked(_CASE_OF.sub("", text))
    text = one_line(re.sub(r"\s*[(:].*$", "", _ITS_LIST.sub("", _REMARKS.sub("", text))))
    return f"trường hợp {text}" if text.isdigit() else lower(without_dangling(clip(text, _LONGEST_TITLE)))


def _unmarked(text: str) -> str:
    return _MARK.sub("", _MARK.sub("", text, count=1), count=1).strip()


def _sorted(items: Iterable[Item]) -> list[Item]:
    """Items that carry a letter or number of the same kind in that order, among the places that they stand in."""
    listed = list(items)
    keys = [_key(item.name) for item in listed]
    if sum(key is not None and key[0] == 1 for key in keys) and any(
        _mark(item.name) in ("ii", "iv") for item in listed
    ):
        keys = [_roman_key(item.name) or key for item, key in zip(listed, keys, strict=True)]
    places = [place for place, key in enumerate(keys) if key is not None]
    order = sorted(places, key=lambda place: keys[place] or ())
    result = list(listed)
    for place, source in zip(places, order, strict=True):
        result[place] = listed[source]
    return result


def _mark(name: str) -> str:
    found = _MARK.match(name)
    return (found["mark"] or found["plain"] or "").lower() if found else ""


def _key(name: str) -> tuple[int, ...] | None:
    mark = _mark(name)
    if not mark:
        return None
    if mark[0].isdigit():
        return (0, *map(int, mark.split(".")))
    return (
        (1, _ALPHABET.find(mark[0]), *map(int, mark[1:]))
        if len(mark) == 1 or mark[1:].isdigit()
        else (2, _ROMAN.get(mark, 99))
    )


def _roman_key(name: str) -> tuple[int, ...] | None:
    number = _ROMAN.get(_mark(name))
    return None if number is None else (2, number)
