"""What the bot says about one aspect of a procedure: sentences made of the record's fields and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.procedures.record import Case, Channel, Method, Paper, Procedure, Trust
from services.procedures.wording import LIST_LENGTH, WAYS, has_remark, lower, numbered, paper, phrase, say, sentences

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
    What nobody has reviewed tells its date, and advises to ask again, at the end of the first part.
    """

    parts: tuple[str, ...]
    known: bool
    source: Mapping[str, Any]  # code, name, version, date, since, origin, trust, approved
    offers_officer: bool = False


@dataclass(frozen=True)
class _Draft:
    parts: Sequence[str] = ()
    known: bool = True
    certain: bool = True


_UNKNOWN = _Draft(known=False)


def compose(
    procedure: Procedure,
    aspect: Aspect,
    source: Mapping[str, Any],
    channel: Method | None = None,
    case: int | None = None,
) -> Answer:
    """For one way to file, or with the papers of one of its cases (from 0), where the record tells them apart."""
    if procedure.withdrawn or procedure.trust in _NAMED_ONLY:
        return Answer((say(_no_facts(procedure)), OFFER), False, source, offers_officer=True)
    draft = _of_case(procedure, case) if case is not None and aspect is Aspect.DOCUMENTS else None
    draft = draft or _of_channel(procedure, aspect, channel) or _COMPOSERS[aspect](procedure)
    parts = tuple(draft.parts)
    if parts and draft.known and procedure.trust is Trust.IMPORTED:
        parts = (f"{parts[0]} {caution(source['date'])}", *parts[1:])
    if not parts or draft.certain:
        return Answer(parts, draft.known, source)
    return Answer((*parts, OFFER), draft.known, source, offers_officer=True)


def caution(day: str) -> str:
    """Said with what comes from the portal and nobody has reviewed; `day` (ISO) is that of the portal's record."""
    return (
        f"Thông tin này theo Cổng dịch vụ công quốc gia ngày {date.fromisoformat(day):%d/%m/%Y}, "
        "bác nhớ hỏi lại nơi nộp cho chắc ạ."
    )


_NAMED_ONLY = (Trust.WEAK, Trust.OUT_OF_AREA)


def _no_facts(procedure: Procedure) -> str:
    if procedure.withdrawn:
        return f"{_subject(procedure, always=True)} không còn trong danh mục của Cổng dịch vụ công"
    if procedure.trust is Trust.OUT_OF_AREA:
        return f"{_subject(procedure, always=True)} là của địa phương khác, em không có thông tin cho Hà Nội"
    return f"{_subject(procedure, always=True)} thì em chưa có thông tin chắc chắn để trả lời bác"


def _of_channel(procedure: Procedure, aspect: Aspect, channel: Method | None) -> _Draft | None:
    """Time or fee by this way to file, where the record has one for it."""
    if channel is None or aspect not in _BY_CHANNEL:
        return None
    lead, pick = _BY_CHANNEL[aspect]
    values = list(dict.fromkeys(pick(each) for each in procedure.channels if each.method is channel and pick(each)))
    if not values:
        return None
    clauses = sentences(" hoặc ".join(values) + (", tùy trường hợp" if len(values) > 1 else ""))
    return _Draft([_sentence(f"{lead} {_subject(procedure)} khi {WAYS[channel]}", clauses)])


_BY_CHANNEL: dict[Aspect, tuple[str, Callable[[Channel], str]]] = {
    Aspect.TIME: ("thời gian giải quyết", lambda channel: channel.time),
    Aspect.FEE: ("lệ phí", lambda channel: channel.fee),
}


def _documents(procedure: Procedure) -> _Draft:
    parts = _papers(_subject(procedure), procedure.papers)
    titled = [case for case in procedure.cases if case.title]
    parts += [part for case in procedure.cases if not case.title for part in _papers(_subject(procedure), case.papers)]
    if len(titled) > 1:
        lead = f"giấy tờ {'thêm ' if parts else ''}của {_subject(procedure, always=True)} tùy"
        parts += numbered(lead, "trường hợp", "Thứ", [case.title for case in titled])
    parts += [part for case in titled for part in _papers(_in_case(case), case.papers)]
    if not parts:
        return _UNKNOWN
    return _Draft(parts, certain=procedure.confidence("thanh_phan_ho_so") == "high")


def _of_case(procedure: Procedure, number: int) -> _Draft | None:
    if number >= len(procedure.cases):
        return None
    case = procedure.cases[number]
    return _Draft(_papers(_in_case(case) if case.title else _subject(procedure), case.papers))


def _in_case(case: Case) -> str:
    return f"{'' if case.title.startswith('trường hợp') else 'trường hợp '}{case.title} thì"


def _papers(subject: str, papers: Sequence[Paper]) -> list[str]:
    required = [_paper(each) for each in papers if each.required]
    optional = [_paper(each) for each in papers if not each.required]
    lead = "tùy trường hợp, bác cần thêm" if required else f"{subject} thì tùy trường hợp, bác cần"
    lead = lead.replace(" thì thì ", " thì ")
    return numbered(f"{subject} cần", "loại giấy tờ", "Thứ", required) + numbered(lead, "loại giấy tờ", "Thứ", optional)


def _paper(each: Paper) -> str:
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
    return _Draft(numbered(f"{_subject(procedure)} có", "bước", "Bước", steps))


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
    texts = [document.spoken for document in procedure.legal] or list(dict.fromkeys(procedure.legal_basis))
    if not texts:
        return _UNKNOWN
    named = ", ".join(texts[:LIST_LENGTH])
    more = f"Ngoài ra còn {len(texts) - LIST_LENGTH} văn bản khác" if len(texts) > LIST_LENGTH else ""
    said = say(f"{_subject(procedure)} căn cứ vào {named}", more)
    return _Draft([said], certain=procedure.confidence("can_cu_phap_ly") == "high")


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
    is_value = re.match(r"\d|từ \d|trong|khoảng|tối đa|không quá|ngay", first)
    return say(f"{lead} là {first}" if is_value else f"về {lead}, {first}", *clauses[1:])


def _then(clause: str) -> str:
    return clause.replace(": ", " thì ", 1)
