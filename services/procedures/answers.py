"""What the bot says about one aspect of a procedure: sentences made of the record's fields and of nothing else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.procedures.record import Procedure
from services.procedures.wording import has_remark, lower, paper, phrase, say, sentences

LIST_LENGTH = 3  # items of a list that a caller can keep in mind
OFFER = "Dạ, thông tin này cần cán bộ xác nhận lại. Bác có muốn em nối máy cho cán bộ không ạ?"


class Aspect(StrEnum):
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    WHERE = "where"
    STEPS = "steps"
    CONDITIONS = "conditions"
    RESULT = "result"
    LEGAL_BASIS = "legal_basis"
    ONLINE = "online"
    AMOUNT = "amount"
    OVERVIEW = "overview"


@dataclass(frozen=True)
class Answer:
    """`parts` are to be spoken one after another and shown as they are; each is short enough to be heard in one go.

    `known` is False when the record does not answer the question: parts then say what little there is, or are empty.
    With `offers_officer` the last part asks whether the caller wants to be put through (yes or no).
    """

    parts: tuple[str, ...]
    known: bool
    source: Mapping[str, Any]  # code, name, version, date, approved
    offers_officer: bool = False


@dataclass(frozen=True)
class _Draft:
    parts: Sequence[str] = ()
    known: bool = True
    certain: bool = True


_UNKNOWN = _Draft(known=False)


def compose(procedure: Procedure, aspect: Aspect, source: Mapping[str, Any]) -> Answer:
    draft = _COMPOSERS[aspect](procedure)
    if not draft.parts or draft.certain:
        return Answer(tuple(draft.parts), draft.known, source)
    return Answer((*draft.parts, OFFER), draft.known, source, offers_officer=True)


def _documents(procedure: Procedure) -> _Draft:
    required = [_paper(each) for each in procedure.papers if each.required]
    optional = [_paper(each) for each in procedure.papers if not each.required]
    if not required and not optional:
        return _UNKNOWN
    parts = _numbered(f"{_subject(procedure)} cần", "loại giấy tờ", "Thứ", required)
    lead = "tùy trường hợp, bác cần thêm" if required else f"{_subject(procedure)} thì tùy trường hợp, bác cần"
    parts += _numbered(lead, "loại giấy tờ", "Thứ", optional)
    return _Draft(parts, certain=procedure.confidence("thanh_phan_ho_so") == "high")


def _paper(each: Any) -> str:
    name = paper(each.name)
    if each.copies and not each.originals and not re.search("bản sao|phô tô", name):
        return f"{name}, bản sao"
    return name


def _fee(procedure: Procedure) -> _Draft:
    subject, confidence = _subject(procedure), procedure.confidence("phi")
    if not procedure.fee or "Không quy định" in procedure.fee:
        return _UNKNOWN
    if confidence == "low":
        return _Draft([say(f"lệ phí {subject} thì em chưa có mức chắc chắn")], known=False, certain=False)
    first, *rest = (_then(clause) for clause in sentences(procedure.fee))
    elsewhere = _FEE_SET_ELSEWHERE.match(first)
    if elsewhere:
        rule = elsewhere["rule"] or _COUNCIL
        said = say(f"lệ phí {subject} theo {rule}, em chưa có con số chính xác", *rest)
        return _Draft([said], known=False, certain=False)
    rest = [re.sub(r"theo mức HĐND(?: thành phố)?", f"theo {_COUNCIL}", clause) for clause in rest]
    certain = confidence == "high" and not has_remark(procedure.fee)
    free = re.match(r"(?P<how>không thu|không|miễn)\b(?! cho)", first, re.IGNORECASE)
    if free:
        how = {"không": "không mất lệ phí", "miễn": "được miễn lệ phí", "không thu": "không thu lệ phí"}
        said = say(f"{subject} {how[free['how'].lower()]}{first[free.end() :]}", *rest)
        return _Draft([said], certain=certain)
    return _Draft([_sentence(f"lệ phí {subject}", [first, *rest])], certain=certain)


_COUNCIL = "mức của Hội đồng nhân dân thành phố"
_FEE_SET_ELSEWHERE = re.compile(r"(?:.*\bHĐND|[Tt]heo (?P<rule>(?:TT|Thông tư) \d[\w/-]*))")


def _time(procedure: Procedure) -> _Draft:
    if not procedure.time:
        return _UNKNOWN
    lead = f"thời gian giải quyết {_subject(procedure)}"
    confidence = procedure.confidence("thoi_han")
    text = procedure.time
    if len(_TIME_OF_CASE.findall(text)) > 1:
        text = _TIME_OF_CASE.sub(r"\1 với trường hợp \2", text)
    spoken = [_then(clause) for clause in sentences(text)]
    if confidence == "low" or not spoken:
        return _Draft([say(f"{lead} thì em chưa có con số chắc chắn")], known=False, certain=False)
    return _Draft([_sentence(lead, spoken)], certain=confidence == "high")


_TIME_OF_CASE = re.compile(r"(\d ngày(?: làm việc)?) \(([^()]*)\)")


def _amount(procedure: Procedure) -> _Draft:
    if not procedure.amount:
        return _UNKNOWN
    lead = f"mức {procedure.spoken_name}"
    confidence = procedure.confidence("muc_huong")
    if confidence == "low":
        return _Draft([say(f"{lead} thì em chưa có con số chắc chắn")], known=False, certain=False)
    spoken = [_then(clause) for clause in sentences(procedure.amount)]
    return _Draft([_sentence(lead, spoken)], certain=confidence == "high" and not has_remark(procedure.amount))


def _where(procedure: Procedure) -> _Draft:
    if not procedure.where:
        return _UNKNOWN
    place, *rest = sentences(re.sub(r"; trực tuyến$", " hoặc trực tuyến", procedure.where))
    place = lower(place) if place.startswith("Nộp") else f"nộp hồ sơ tại {lower(place)}"
    certain = procedure.confidence("noi_nop") == "high"
    return _Draft([say(f"{_subject(procedure)} thì bác {place}", *rest)], certain=certain)


def _online(procedure: Procedure) -> _Draft:
    spoken = [_then(clause) for clause in sentences(procedure.online)]
    if not spoken:
        return _UNKNOWN
    first = lower(spoken[0])
    certain = True
    if re.match(r"không\b", first):
        how = f"chưa làm trực tuyến được{first.removeprefix('không')}"
    elif first == "có":
        how = "làm trực tuyến được"
    elif first == "một phần":
        how = "làm trực tuyến được một phần"
    elif first.startswith("bưu chính"):
        how = f"nhận hồ sơ qua {first.replace('hoặc trực tiếp', 'hoặc nhận trực tiếp')}"
    elif re.match(r"Cổng|VNeID", first):
        certain = procedure.online_in_portal.startswith("có")
        how = f"làm trực tuyến được, qua {first}"
    else:
        return _Draft([say(f"về việc làm trực tuyến {_subject(procedure)}, {first}", *spoken[1:])])
    return _Draft([say(f"{_subject(procedure)} {how}", *spoken[1:])], certain=certain)


def _steps(procedure: Procedure) -> _Draft:
    if not procedure.steps:
        return _UNKNOWN
    steps = [_BARE_STEPS.get(step, step) for step in map(phrase, procedure.steps)]
    if len(steps) == 1:
        return _Draft([say(f"{_subject(procedure)} thì bác {steps[0]}")])
    return _Draft(_numbered(f"{_subject(procedure)} có", "bước", "Bước", steps))


_BARE_STEPS = {"nộp": "nộp hồ sơ", "nhận": "nhận kết quả", "khai": "khai thông tin"}


def _conditions(procedure: Procedure) -> _Draft:
    clauses = sentences(procedure.conditions)
    if not clauses:
        return _UNKNOWN
    return _Draft([say(f"điều kiện {procedure.spoken_name} là {lower(clauses[0])}", *clauses[1:])])


def _result(procedure: Procedure) -> _Draft:
    if not procedure.result:
        return _UNKNOWN
    said = say(f"kết quả của {_subject(procedure, always=True)} là {phrase(procedure.result)}")
    certain = all(procedure.confidence(field) == "high" for field in ("ket_qua", "gia_tri_6_thang"))
    return _Draft([said], certain=certain)


def _legal_basis(procedure: Procedure) -> _Draft:
    texts = sorted(dict.fromkeys(procedure.legal_basis), key=_rank)
    if not texts:
        return _UNKNOWN
    named = ", ".join(_legal_text(text) for text in texts[:LIST_LENGTH])
    more = f"Ngoài ra còn {len(texts) - LIST_LENGTH} văn bản khác" if len(texts) > LIST_LENGTH else ""
    said = say(f"{_subject(procedure)} căn cứ vào {named}", more)
    return _Draft([said], certain=procedure.confidence("can_cu_phap_ly") == "high")


_LEGAL_KINDS = (  # by what their numbers end in; the weightiest first
    (re.compile(r"/QH\d+$"), "văn bản của Quốc hội số"),
    (re.compile(r"/UBTVQH\d+$"), "văn bản của Ủy ban Thường vụ Quốc hội số"),
    (re.compile(r"/NQ-\w+$"), "Nghị quyết số"),
    (re.compile(r"/NĐ-CP$"), "Nghị định số"),
    (re.compile(r"/QĐ-\w+$"), "Quyết định số"),
    (re.compile(r"/TTLT"), "Thông tư liên tịch số"),
    (re.compile(r"/TT-\w+$"), "Thông tư số"),
)


def _rank(text: str) -> int:
    return next((i for i, (number, _) in enumerate(_LEGAL_KINDS) if number.search(text)), len(_LEGAL_KINDS))


def _legal_text(text: str) -> str:
    if not text[0].isdigit():
        return text.replace(" số:", " số")
    rank = _rank(text)
    return f"{_LEGAL_KINDS[rank][1]} {text}" if rank < len(_LEGAL_KINDS) else f"văn bản số {text}"


def _overview(procedure: Procedure) -> _Draft:
    drafts = [draft for draft in (_where(procedure), _time(procedure), _fee(procedure)) if draft.known and draft.parts]
    return _Draft(
        [part for draft in drafts for part in draft.parts],
        known=bool(drafts),
        certain=all(draft.certain for draft in drafts),
    )


_COMPOSERS: dict[Aspect, Callable[[Procedure], _Draft]] = {
    Aspect.DOCUMENTS: _documents,
    Aspect.FEE: _fee,
    Aspect.TIME: _time,
    Aspect.WHERE: _where,
    Aspect.STEPS: _steps,
    Aspect.CONDITIONS: _conditions,
    Aspect.RESULT: _result,
    Aspect.LEGAL_BASIS: _legal_basis,
    Aspect.ONLINE: _online,
    Aspect.AMOUNT: _amount,
    Aspect.OVERVIEW: _overview,
}


def _subject(procedure: Procedure, always: bool = False) -> str:
    """Its name as the subject of a sentence; names that are no action need the word "thủ tục" before them."""
    name = re.sub("[()]", "", procedure.spoken_name)
    return f"thủ tục {name}" if always or re.match(r"trợ cấp|mai táng phí|liên thông", name) else name


def _sentence(lead: str, clauses: Sequence[str]) -> str:
    """ "Lệ phí … là 8.000 đồng", or "về lệ phí …, đúng hạn thì được miễn"."""
    first = lower(clauses[0])
    is_value = re.match(r"\d|trong|khoảng|tối đa|không quá|ngay", first)
    return say(f"{lead} là {first}" if is_value else f"về {lead}, {first}", *clauses[1:])


def _then(clause: str) -> str:
    return clause.replace(": ", " thì ", 1)


_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")


def _numbered(lead: str, noun: str, word: str, items: Sequence[str]) -> list[str]:
    """A list in parts of about the same length, at most LIST_LENGTH items each, the lead before the first."""
    if not items:
        return []
    if len(items) == 1:
        return [say(f"{lead}{':' if lead.endswith('thêm') else ''} {items[0]}")]
    ordinals = _ORDINALS if word == "Thứ" else [str(i) for i in range(1, len(items) + 1)]
    named = [f"{word} {ordinals[i] if i < len(ordinals) else i + 1}, {item}" for i, item in enumerate(items)]
    size = math.ceil(len(named) / math.ceil(len(named) / LIST_LENGTH))
    groups = [named[i : i + size] for i in range(0, len(named), size)]
    return [say(f"{lead} {len(items)} {noun}", *groups[0]), *(say(*group) for group in groups[1:])]
