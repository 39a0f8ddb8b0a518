"""Under which names a procedure is looked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from services.procedures.portal.names import shorten
from services.procedures.record import Procedure, Trust
from services.procedures.search.colloquial import official, strip

# Factors of the scores of names: not all are the whole name, or of this procedure alone.
_WHOLE = 1.0
_PART = 0.82
_FIELD = 0.8

_SHORTEST = 3  # words of a part that can stand for the whole
_LONGEST_NAME = 40

_DETAILS = re.compile(
    r",? (?:đối với|trong trường hợp|trường hợp|thuộc thẩm quyền|theo quy định|theo đề nghị|thực hiện (?:tại|bằng)"
    r"|bằng dịch vụ|do (?=chủ tịch|bộ|ủy ban)|quy định tại|của (?=luật|nghị định))\b.*",
    re.IGNORECASE | re.DOTALL,
)
_DATE_OR_DECREE = re.compile(
    r"\(?(?:(?:số )?\d+/\d{4}/[\w-]+|(?:ngày )?\d{1,2}/\d{1,2}/\d{4}|ngày \d+ tháng \d+ năm \d{4}|NĐ \d+)\)?",
    re.IGNORECASE,
)  # nobody says them
_BETWEEN_PARTS = re.compile(r"\s*[;/]\s*")


def names_of(procedure: Procedure) -> dict[str, float]:
    """Each name, stripped, with the factor of its score."""
    found: dict[str, float] = {}
    for name, factor in _names(procedure):
        stripped = strip(name)
        for form in (stripped, official(stripped)):
            words = form.split()[:_LONGEST_NAME]
            if len(words) >= (1 if factor in (_WHOLE, _FIELD) else _SHORTEST):
                short = " ".join(words)
                found[short] = max(factor, found.get(short, 0))
    return found


def _names(procedure: Procedure) -> Iterator[tuple[str, float]]:
    reviewed = procedure.trust is Trust.REVIEWED
    for name in (procedure.spoken_name, *procedure.other_names):
        yield name, _WHOLE if reviewed else _PART  # cut by the import from the name, and from key words
    for name in _synonyms()["names"].get(procedure.code, ()):
        yield name, _WHOLE
    whole = _DATE_OR_DECREE.sub(" ", procedure.name)
    plain = shorten(whole).plain
    head = _DETAILS.sub("", plain)
    yield whole, _WHOLE
    yield plain, _WHOLE
    for part in (head, *_BETWEEN_PARTS.split(head)):
        yield part, _PART
    if reviewed:  # a field has hundreds of others
        for name in _synonyms()["groups"].get(procedure.group, ()):
            yield name, _FIELD


@cache
def _synonyms() -> Any:
    return json.loads(Path(__file__).with_name("synonyms.json").read_text(encoding="utf-8"))
