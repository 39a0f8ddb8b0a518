"""Procedures made up for a test."""

from __future__ import annotations

from services.procedures import Procedure, Trust


def record(
    code: str, name: str, level: str = "Cấp Xã", trust: Trust = Trust.IMPORTED, spoken_name: str | None = None
) -> Procedure:
    texts = dict.fromkeys(
        ("field", "where", "online", "online_in_portal", "time", "fee", "conditions", "result", "amount", "review"), ""
    )
    lists = dict.fromkeys(("other_names", "papers", "steps", "legal_basis", "questions", "notes"), ())
    return Procedure(
        code=code, name=name, spoken_name=spoken_name or name, group="khac", version="1/QĐ", level=level, trust=trust,
        confidences={}, **texts, **lists,
    )  # fmt: skip
