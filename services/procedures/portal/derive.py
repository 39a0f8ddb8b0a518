"""From a record of the portal to a procedure that can be told, how far it can be trusted, and what is wrong with it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.procedures.legal import LegalDocument, by_weight, read_document
from services.procedures.portal import area, places
from services.procedures.portal.fees import BY_COUNCIL, fees
from services.procedures.portal.findings import Finding, Outcome, Reason
from services.procedures.portal.names import clip, shorten, without_number
from services.procedures.portal.normalise import one_line, sentence_case
from services.procedures.portal.papers import papers
from services.procedures.portal.record import PortalRecord
from services.procedures.portal.steps import steps
from services.procedures.portal.times import times
from services.procedures.record import Case, Channel, Level, Procedure, Trust

_CODE = re.compile(r"\d\.\d{6}")
_USABLE_CODE = re.compile(r"\d\.\d{6,9}")
_CONSTANT = re.compile(r"[A-Z_]+")
_LEVELS = {Level.WARD: "Cấp Xã", Level.CITY: "Cấp Tỉnh", Level.MINISTRY: "Cấp Bộ/Trung ương"}
_LONGEST_TITLE = 30  # words of a legal document's title


@dataclass(frozen=True, slots=True)
class Derived:
    procedure: Procedure | None  # None: the record is dropped
    findings: tuple[Finding, ...]


def derive(record: PortalRecord, as_of: date) -> Derived:
    """`as_of` is the date of the record's source: discounts that ended before are not told."""
    if not _USABLE_CODE.fullmatch(record.code):
        reason = Reason.DELETED if "xoa" in record.code.lower() else Reason.ODD_CODE
        return Derived(None, (Finding(record.code, record.name, Outcome.DROPPED, reason, record.code),))
    length = times(record.ways)
    cited = [_cited(read_document(entry.title, entry.number)) for entry in record.legal]
    cost = fees(record.ways, as_of, [document.number for document in cited])
    bring = papers(record.cases)
    here, elsewhere = places.agencies(record)
    short = shorten(record.name)
    common = bring.cases[0].papers if len(bring.cases) == 1 and not bring.cases[0].title else ()
    facts = {
        "papers": common,
        "cases": () if common else bring.cases,
        "steps": steps(record.stages),
        "where": places.where(record, here),
        "online": places.online(record),
        "time": length.said,
        "fee": cost.said,
        "result": places.result(record),
        "channels": tuple(
            Channel(method=way.method, time=str(time or ""), fee=fee)
            for way, time, fee in zip(record.ways, length.by_way, cost.by_way, strict=True)
        ),
    }
    trust, why = _trust(record, facts)
    procedure = Procedure(
        code=record.code,
        name=sentence_case(without_number(one_line(record.name))),
        spoken_name=short.spoken,
        group=_group(record.field),
        other_names=tuple(part.strip() for part in re.split(r"[;,]", record.keywords) if part.strip()),
        version=record.decision or "không ghi số quyết định",
        level=", ".join(_LEVELS[level] for level in record.levels),
        field=record.field,
        online_in_portal="có" if facts["online"] == "Có" else "",
        conditions="",
        amount="",
        legal=tuple(by_weight(cited)),
        legal_basis=(),
        questions=(),
        notes=(),
        confidences={},
        review="chua_duyet",
        trust=trust,
        distinction=short.distinction,
        family=short.family,
        body=_body(record),
        **facts,
    )
    found = [
        *why,
        *_doubts(record),
        *_found(bring.problems, told=False),
        *_found(length.problems, told=bool(length.said)),
        *_found(cost.problems, told=cost.said not in ("", BY_COUNCIL)),
        *_found([(Reason.STEPS_LONG, "")] if record.stages and not facts["steps"] else [], told=False),
        *_found([(Reason.AGENCY, ", ".join(elsewhere))] if elsewhere else [], told=False),
    ]
    return Derived(procedure, tuple(Finding(record.code, record.name, *each) for each in found))


def _found(problems: Iterable[tuple[Reason, str]], told: bool) -> Iterator[_Found]:
    """Of a fact that is `told` in spite of them, or is not."""
    return ((Outcome.DOUBTFUL if told else Outcome.FACT_DROPPED, *problem) for problem in problems)


def _group(field: str) -> str:
    """ "Hộ tịch" gives "ho_tich", as the knowledge file calls its groups."""
    return shorten(field).family.replace(" ", "_") or "khac"


_Found = tuple[Outcome, Reason, str]


def _trust(record: PortalRecord, facts: dict[str, Any]) -> tuple[Trust, list[_Found]]:
    place = area.place_of(record)
    if place is not None and place != area.HOME:
        reason = Reason.OTHER_PROVINCE if place else Reason.NO_AREA
        return Trust.OUT_OF_AREA, [(Outcome.OUT_OF_AREA, reason, place or record.decision)]
    weak = [(Outcome.WEAK, reason, detail) for reason, detail in _weaknesses(record, facts)]
    return (Trust.WEAK if weak else Trust.IMPORTED), weak


def _weaknesses(record: PortalRecord, facts: dict[str, Any]) -> Iterator[tuple[Reason, str]]:
    if record.code in listed_weak():
        yield Reason.LISTED_WEAK, listed_weak()[record.code]
    if area.is_trial(record.decision):
        yield Reason.TRIAL, record.decision
    told = " ".join((facts["result"], *facts["steps"], *_paper_names(facts)))
    stages = " ".join(f"{stage.name} {stage.text}" for stage in record.stages)
    notes = " ".join(way.note for way in record.ways)
    by_place = {
        "tên": record.name,
        "cơ quan": f"{record.agency} {record.authority} {record.delegate}",
        "địa chỉ": record.address,
        "trình tự": stages,
        "cách nộp": notes,
        "phần được đọc": told,
    }
    for reason, names in (
        (Reason.DISTRICT, places.names_a_district),
        (Reason.FORMER_DEPARTMENT, places.names_the_former_department),
    ):
        where = [place for place, text in by_place.items() if names(text)]
        if where:
            yield reason, ", ".join(where)


def _paper_names(facts: dict[str, Any]) -> Iterator[str]:
    cases: tuple[Case, ...] = facts["cases"] or (Case(title="", papers=facts["papers"]),)
    for case in cases:
        yield case.title
        yield from (paper.name for paper in case.papers)


def _doubts(record: PortalRecord) -> Iterator[_Found]:
    if not _CODE.fullmatch(record.code):
        yield Outcome.DOUBTFUL, Reason.ODD_CODE, record.code
    if not area.has_issuer(record.decision):
        yield Outcome.DOUBTFUL, Reason.NO_ISSUER, record.decision
    if sentence_case(without_number(record.name)) != record.name:
        yield Outcome.DOUBTFUL, Reason.LETTERS, record.name
    if _CONSTANT.fullmatch(record.kind):
        yield Outcome.FACT_DROPPED, Reason.CONSTANT, record.kind
    if not record.legal:
        yield Outcome.FACT_DROPPED, Reason.NO_LEGAL_BASIS, ""


def _cited(document: LegalDocument) -> LegalDocument:
    return LegalDocument(
        document.kind, document.number, document.date, document.issuer, clip(document.title, _LONGEST_TITLE)
    )


def _body(record: PortalRecord) -> str:
    """Of what the record says, apart from its code and decision."""
    stages = (f"{stage.name}\n{stage.text}" for stage in record.stages)
    ways = (f"{way.method} {way.time} {way.unit} {way.note}" for way in record.ways)
    notes = (f"{fee.value} {fee.note}" for way in record.ways for fee in way.fees)
    items = (f"{case.title}\n{item.name}" for case in record.cases for item in case.items)
    said = (record.name, *record.levels, *stages, *ways, *notes, *items, record.results)
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


@cache
def listed_weak() -> dict[str, str]:
    """Codes that an officer has put down as weak, with the reason."""
    lines = Path(__file__).with_name("weak.tsv").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {line[0]: line[1] for line in pairs}
