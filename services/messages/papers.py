"""What a message about a procedure says: its code, the papers, the place, and how old the facts are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from services.messages.segments import segments
from services.procedures.clarify import Chosen
from services.procedures.record import Paper, Procedure
from services.procedures.walk import papers
from services.procedures.wording import paper, phrase

SEGMENTS = 10  # of a text message: 670 characters


def papers_text(
    procedure: Procedure, source: Mapping[str, Any], most: int = SEGMENTS, chosen: Chosen | None = None
) -> str:
    """The longest text that takes at most `most` segments; papers that do not fit are counted, not named.

    `source` is that of the procedure's answers; `chosen` is the caller's case. Papers that depend on what is not
    known of it are left out first.
    """
    required, optional = ([_name(each) for each in some] for some in papers(procedure, chosen or {}))
    texts = (_text(procedure, source, kept, more) for kept, more in _selections(required, optional))
    text = ""
    for text in texts:
        if segments(text) <= most:
            break
    return text


def _selections(required: Sequence[str], optional: Sequence[str]) -> Iterator[tuple[str, str]]:
    """All papers, then always one less."""
    for kept in range(len(optional), -1, -1):
        yield _listed(required, len(required)), _listed(optional, kept)
    for kept in range(len(required) - 1, -1, -1):
        yield _listed(required, kept), _listed(optional, 0)


def _listed(names: Sequence[str], kept: int) -> str:
    numbered = [f"{n}) {name}" for n, name in enumerate(names[:kept], 1)]
    listed = names[0] if kept == len(names) == 1 else "; ".join(numbered)
    if kept == len(names):
        return listed
    rest = f"{len(names) - kept} loại{' nữa' if kept else ''}, gọi 19001009 để nghe"
    return f"{listed}; và {rest}" if kept else rest


def _text(procedure: Procedure, source: Mapping[str, Any], required: str, optional: str) -> str:
    lines = [f"{procedure.spoken_name[:1].upper()}{procedure.spoken_name[1:]} (mã {procedure.code})"]
    if required:
        lines.append(f"Giấy tờ: {required}")
    if optional:
        lines.append(f"Tùy trường hợp: {optional}")
    if procedure.where:
        lines.append(f"Nơi nộp: {phrase(procedure.where)}")
    day = date.fromisoformat(source["date"]).strftime("%d/%m/%Y")
    check = "" if source["approved"] else ", nên hỏi lại nơi nộp"
    return "\n".join([*lines, f"Số liệu ngày {day}{check}. Tổng đài 19001009"])


def _name(each: Paper) -> str:
    return paper(each.name)
