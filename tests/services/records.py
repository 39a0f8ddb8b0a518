"""Procedures made up for a test."""

from __future__ import annotations

from services.procedures import Procedure, Trust
from services.procedures.search import Index
from services.procedures.shelf import relate


def record(
    code: str,
    name: str,
    level: str = "Cấp Xã",
    trust: Trust = Trust.IMPORTED,
    spoken_name: str | None = None,
    distinction: str = "",
    field: str = "",
) -> Procedure:
    texts = dict.fromkeys(
        ("where", "online", "online_in_portal", "time", "fee", "conditions", "result", "amount", "review"), ""
    )
    lists = dict.fromkeys(("other_names", "papers", "steps", "legal_basis", "questions", "notes"), ())
    return Procedure(
        code=code, name=name, spoken_name=spoken_name or name, group="khac", version="1/QĐ", level=level, trust=trust,
        distinction=distinction, field=field, confidences={}, **texts, **lists,
    )  # fmt: skip


def index_of(*procedures: Procedure) -> Index:
    return Index(list(relate({procedure.code: procedure for procedure in procedures}).values()))
