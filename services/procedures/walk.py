"""A procedure told one thing at a time: first the papers that the caller's case needs, then the steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from language.vi import clauses, speak
from services.procedures.answers import caution, paper_told, step_told
from services.procedures.clarify import BY_CASE, Chosen, chosen_option, needed, questions
from services.procedures.record import Paper, Procedure, Trust
from services.procedures.wording import LIST_LENGTH, lower, say

LONGEST = 35  # syllables that can be kept in mind before the caller is asked whether they were heard
_ROOM = LONGEST - 2  # without "dạ" and "ạ"
PAPERS = 0  # the part before the first step
_ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")


@dataclass(frozen=True)
class Piece:
    step: int  # PAPERS, or 1 and on
    text: str  # at most LONGEST spoken syllables


@dataclass(frozen=True)
class Walk:
    pieces: tuple[Piece, ...]
    steps: int

    def start(self, step: int) -> int:
        """Index of the first piece of a step, or of what comes next when there is none of that number."""
        return next((at for at, piece in enumerate(self.pieces) if piece.step >= step), len(self.pieces) - 1)


def walk(procedure: Procedure, source: Mapping[str, Any], chosen: Chosen) -> Walk:
    """For the case that the caller has told; what depends on a case that is not known is said to do so."""
    steps = [step for step in procedure.steps if needed(step, "steps", procedure, chosen) is not False]
    picked = [chosen_option(question, chosen) for question in questions(procedure)]
    case = "".join(f", trường hợp {option.name}," for option in picked if option)
    name = lower(re.sub("[()]", "", procedure.spoken_name))
    count = f"có {len(steps)} bước" if steps else "thì các bước em chưa có thông tin chính xác"
    opening = [f"{name}{case} {count}".replace(",,", ",")]
    if procedure.trust is Trust.IMPORTED:
        opening.append(caution(source["date"]).removesuffix(" ạ."))
    told = _portions([*opening, *_papers(procedure, chosen)])
    pieces = [Piece(PAPERS, text) for text in told]
    for number, step in enumerate(steps, 1):
        pieces += [Piece(number, text) for text in _portions([f"Bước {number}, {step_told(step)}"])]
    return Walk(tuple(pieces), len(steps))


def papers(procedure: Procedure, chosen: Chosen) -> tuple[list[Paper], list[Paper]]:
    """Those that the caller needs, and those that a case which is not known decides on."""
    by_case = next((each for each in questions(procedure) if each.text == BY_CASE), None)
    own = chosen_option(by_case, chosen) if by_case else None
    cases = [each for each in procedure.cases if not by_case or each.title in ("", own.name if own else "")]
    listed = [*procedure.papers, *(paper for each in cases for paper in each.papers)]
    decided = [(paper, needed(paper.name, "papers", procedure, chosen)) for paper in listed]
    certain = [paper for paper, need in decided if need or (need is None and paper.required)]
    return certain, [paper for paper, need in decided if need is None and not paper.required]


def _papers(procedure: Procedure, chosen: Chosen) -> Iterator[str]:
    certain, perhaps = papers(procedure, chosen)
    if len(certain) > 1:
        yield f"giấy tờ bác cần có {len(certain)} loại"
        for index, paper in enumerate(certain):
            yield f"Thứ {_ORDINALS[index] if index < len(_ORDINALS) else index + 1}, {paper_told(paper)}"
    elif certain:
        yield f"giấy tờ thì bác cần {paper_told(certain[0])}"
    for paper in perhaps:
        yield f"tùy trường hợp, bác cần thêm {paper_told(paper)}"
    if any(each.text == BY_CASE and chosen_option(each, chosen) is None for each in questions(procedure)):
        yield "giấy tờ khác thì tùy từng trường hợp, bác hỏi thêm nơi nộp"
    if (certain or perhaps) and procedure.confidence("thanh_phan_ho_so") != "high":
        yield "phần giấy tờ này cần cán bộ xác nhận lại"


def _portions(sentences: Sequence[str]) -> list[str]:
    """These put together as far as they fit, LIST_LENGTH at most; what is too long by itself is cut at its clauses."""
    portions: list[list[str]] = []
    room = 0
    for sentence in sentences:
        for part, length in _fitting(sentence):
            if portions and len(portions[-1]) < LIST_LENGTH and length <= room:
                portions[-1].append(part)
                room -= length
            else:
                portions.append([part])
                room = _ROOM - length
    return [say(*portion) for portion in portions]


@lru_cache(maxsize=2048)
def _fitting(sentence: str) -> tuple[tuple[str, int], ...]:
    """The sentence, or its parts that can be said in one go, each with its spoken syllables."""
    whole = _length(sentence)
    if whole <= _ROOM:
        return ((sentence, whole),)
    parts: list[tuple[str, int]] = []
    for clause in clauses(sentence):
        length = _length(clause)
        if parts and parts[-1][1] + length <= _ROOM:
            parts[-1] = (f"{parts[-1][0]} {clause}", parts[-1][1] + length)
        else:
            parts.append((clause, length))
    return tuple(parts)


def _length(text: str) -> int:
    return len(speak(text).split())
